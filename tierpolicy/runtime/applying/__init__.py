"""Decisions for every customer of a base, written to a file, a folder of Parquet or a table.

    base ── decided (runtime.bases) ──▶ Output ── a target ──▶ parts in a workplace ── finished ──▶ what was asked for

Whatever happens on the way, what was asked for is there whole or not at all, and no row is lost: rows in are rows out
and rejects.
"""
