"""The least raise of a few facts after which a condition holds, exactly, without a solver.

    facts within ranges ──▶ what every value may be ──▶ never · always · perhaps ──▶ split ──▶ the least that holds

A policy is read for a whole range of values at once: each expression gives all the values that it may have there
(`possible`, `expressions`), each attribute all that may be decided (`decisions`). Where the condition can't come out
true, the range is left; where it may, it is split, at the values that the policy compares the fact with (`search`).
What may be is only ever too much, so leaving a range is a proof.
"""
