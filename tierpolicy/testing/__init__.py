"""Policies tested like code: what is tested of a policy, customers drawn from its text, coverage and mutation."""
