"""Decisions on Spark: a data frame that is spread over machines to the decisions for its rows, where the rows are.

    DataFrame ── frames ──▶ batches of Arrow in the workers ── workers ──▶ the same rows with their service

Small policies need no worker: they become expressions that Spark computes itself.
"""
