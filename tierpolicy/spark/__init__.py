"""Decisions for Spark DataFrames: `evaluate(df, policy)`. Needs the extra `spark`."""
