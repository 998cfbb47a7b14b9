"""Purchases to what each customer is worth: the net present value of the profit expected from their future business.

lines of purchases ── lines, summary ──▶ a row a customer ── plain or bg_nbd ──▶ expected ── results ──▶ file
"""
