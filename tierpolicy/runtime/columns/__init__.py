"""Decisions for whole frames: a frame's columns to typed columns, a piece at a time, and the answers back to a frame.

    frame ── frames ──▶ pieces ── cells ──▶ typed columns ──(decided)──▶ answers ── results ──▶ a frame of the same kind

Every value of a frame means what the same value means in a record (semantics/read). Whatever isn't numbers, days or
labels as codes is read value by value, each distinct value once.
"""
