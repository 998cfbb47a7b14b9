"""Conditions of a typed policy as unions of boxes of cells: the form that proofs and fast evaluators share.

An axis is anything that has one value for a record: a field, the day, a decided attribute, a calculation. The policy's
constants cut it into cells that no comparison of the policy tells apart inside (`axes`); a condition is true on a
region, a union of boxes (`regions`). ADR 11.
"""
