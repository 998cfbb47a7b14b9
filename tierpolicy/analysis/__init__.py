"""Proofs about a typed policy: for every record that its vocabulary allows, not for samples (language.md §7).

    question ──▶ Goal ──▶ engines (boxes, smt) ──▶ cases ──▶ replay ──▶ simplified witness ──▶ Answer

A question asks for records for which something undesired holds and says that as a `Goal`. An engine either finds
such records, proves that there are none, or gives up with a reason. Whatever it finds is run through the plain
evaluator (`replay`) before anyone sees it.
"""
