"""How comparisons and tests may come out between two values of which only ranges are known."""

from __future__ import annotations

from tierpolicy.analysis.reach.possible import Between, Possible, Sets, Words, truth
from tierpolicy.model.expressions import CompareOp, TextOp
from tierpolicy.model.values import NotOffered

MOST_WORDS = 256
"""Pairs of texts that are compared one by one."""


def compared(op: CompareOp, left: Possible, right: Possible) -> Possible:
    """`left op right`."""
    unknown = left.missing or right.missing
    match op:
        case "=" | "!=":
            alike, unlike = _equality(left, right)
            if op == "!=":
                alike, unlike = unlike, alike
            return truth(true=alike, false=unlike, unknown=unknown)
        case "<":
            return _order(left, right, unknown, swapped=False)
        case ">=":
            return _order(left, right, unknown, swapped=True)
        case ">":
            return _order(right, left, unknown, swapped=False)
        case "<=":
            return _order(right, left, unknown, swapped=True)


def _order(left: Possible, right: Possible, unknown: bool, *, swapped: bool) -> Possible:
    """`left < right`; with `swapped`, `left >= right`."""
    below = above = False
    for one in _spans(left):
        for other in _spans(right):
            below |= one[0] < other[1]
            above |= one[1] >= other[0]
    true, false = (above, below) if swapped else (below, above)
    return truth(true=true, false=false, unknown=unknown)


Span = tuple[tuple[int, int | float], tuple[int, int | float]]


def _spans(found: Possible) -> list[Span]:
    """The ranges of sort keys (as `values.order_key`) that known values lie in."""
    spans: list[Span] = []
    if isinstance(found.shape, Between):
        spans.append(((0, found.shape.low), (0, found.shape.high)))
    if found.none is not None:
        end = (-1, 0) if found.none is NotOffered.BELOW else (1, 0)
        spans.append((end, end))
    return spans


def _equality(left: Possible, right: Possible) -> tuple[bool, bool]:
    """Whether two known values may be equal, and whether they may differ."""
    alike = left.none is not None and right.none is not None
    unlike = (left.none is not None and right.shape is not None) or (right.none is not None and left.shape is not None)
    match left.shape, right.shape:
        case Between(low, high), Between(least, most):
            alike |= low <= most and least <= high
            unlike |= not low == high == least == most
        case Sets(surely, perhaps), Sets(always, ever):
            alike |= surely <= ever and always <= perhaps
            unlike |= not surely == perhaps == always == ever
        case Words(options), Words(others):
            if options is None or others is None:
                return True, True
            alike |= not options.isdisjoint(others)
            unlike |= len(options) > 1 or len(others) > 1 or options != others
        case _:
            pass
    return alike, unlike


def among(operand: Possible, options: list[Possible]) -> Possible:
    """`operand in (options)`: the same as `operand = a or operand = b …`."""
    true = false = unknown = False
    surely = False
    for option in options:
        found = compared("=", operand, option)
        true |= found.may_be_true
        surely |= found.surely_true
        unknown |= found.missing
    if not surely:
        false = all(compared("=", operand, option).may_be_false for option in options)
    return truth(true=true, false=false, unknown=unknown and not surely)


def holding(operand: Possible, label: str) -> Possible:
    """`operand has label`."""
    match operand.shape:
        case Sets(surely, perhaps):
            return truth(true=label in perhaps, false=label not in surely, unknown=operand.missing)
        case _:
            return truth(true=False, false=operand.none is not None, unknown=operand.missing)


def text_tested(op: TextOp, found: Possible, text: Possible) -> Possible:
    """`found starts with text`, and its like; `none` has no letters."""
    unknown = found.missing or text.missing
    false = (found.none is not None and _there(text)) or (text.none is not None and _there(found))
    if not isinstance(found.shape, Words) or not isinstance(text.shape, Words):
        return truth(true=False, false=false, unknown=unknown)
    options, others = found.shape.options, text.shape.options
    if options is None or others is None or len(options) * len(others) > MOST_WORDS:
        return truth(true=True, false=True, unknown=unknown)
    results = {_holds(op, one, other) for one in options for other in others}
    return truth(true=True in results, false=false or False in results, unknown=unknown)


def _there(found: Possible) -> bool:
    return found.shape is not None or found.none is not None


def _holds(op: TextOp, found: str, text: str) -> bool:
    match op:
        case "starts with":
            return found.startswith(text)
        case "ends with":
            return found.endswith(text)
        case "contains":
            return text in found
