"""A typed policy as something fast: one normal form (`normal`), and backends for one record and for columns of many.

Every backend gives exactly the values of the plain evaluator in `semantics`; tests/conformance is the judge.
"""
