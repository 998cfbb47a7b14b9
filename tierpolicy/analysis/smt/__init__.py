"""Goals as formulas for the solver Z3: encode, solve, and read back a record. The only place that imports z3."""
