"""The worst value of each attribute with a direction: where grants start (language.md §2).

Scales, flags, sets, sums, `or none` and declared bounds say it by themselves. Any other attribute needs a baseline for
everyone, without `if` and dates, whose value is a constant: the best of these is the worst that anyone gets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes import floors as codes
from tierpolicy.model.expressions import TRUE, Constant, DefineRef, Expr
from tierpolicy.model.policy import ALWAYS, Baseline
from tierpolicy.model.values import MISSING, Known, order_key
from tierpolicy.model.vocabulary import Attribute, Define, Direction
from tierpolicy.syntax import ast


def with_worst(
    attributes: Mapping[str, Attribute],
    baselines: Iterable[Baseline],
    written: Iterable[ast.Effect],
    defines: Mapping[str, Define],
    unread: frozenset[str],
    findings: Findings,
) -> dict[str, Attribute]:
    """The attributes, each with its worst value; one that has none is reported. `written`: the baselines as they stand
    in the text, and `unread` what those may speak of that did not parse: their mistakes were reported already."""
    promised = _promised_to_all(baselines, defines)
    mentioned = {
        clause.attribute.text for effect in written if effect.condition is None for clause in effect.clauses
    } - _without_constant(baselines, promised)
    found: dict[str, Attribute] = {}
    for name, attribute in attributes.items():
        if attribute.direction is Direction.NONE or attribute.worst is not MISSING:
            found[name] = attribute
        elif name in promised:
            best = _best(promised[name], attribute)
            found[name] = replace(attribute, worst=_drawn(best, attribute))
        else:
            found[name] = attribute
            if name not in mentioned and name not in unread:
                _report(attribute, findings)
    return found


def _promised_to_all(baselines: Iterable[Baseline], defines: Mapping[str, Define]) -> dict[str, list[Known]]:
    promised: dict[str, list[Known]] = {}
    for baseline in baselines:
        if baseline.condition is TRUE and baseline.in_force == ALWAYS:
            for floor in baseline.floors:
                value = _constant(floor.value, defines)
                if value is not None:
                    promised.setdefault(floor.attribute, []).append(value)
    return promised


def _without_constant(baselines: Iterable[Baseline], promised: Mapping[str, object]) -> set[str]:
    """Attributes whose baselines are without mistake, but dated or not constant."""
    return {floor.attribute for baseline in baselines for floor in baseline.floors} - promised.keys()


def _constant(value: Expr, defines: Mapping[str, Define]) -> Known | None:
    """The value where it is written out, or defined as one that is."""
    seen: set[str] = set()
    while isinstance(value, DefineRef) and value.name in defines and value.name not in seen:
        seen.add(value.name)
        value = defines[value.name].expression
    return value.value if isinstance(value, Constant) else None


def _best(values: list[Known], attribute: Attribute) -> Known:
    pick = max if attribute.direction is Direction.MORE else min
    return pick(values, key=lambda value: order_key(value, attribute.type))


def _drawn(value: Known, attribute: Attribute) -> Known:
    """The value within the attribute's bounds."""
    for bound, pick in ((attribute.low, max), (attribute.high, min)):
        if bound is not None:
            value = pick(value, bound, key=lambda v: order_key(v, attribute.type))
    return value


def _report(attribute: Attribute, findings: Findings) -> None:
    word = "at least" if attribute.direction is Direction.MORE else "at most"
    findings.report(
        codes.BASELINE_NEEDED,
        f"nothing says how bad `{attribute.name}` can get",
        attribute.span,
        help=f"promise something to everyone, `baseline everyone: {attribute.name} {word} …` (no `if`, no dates, "
        f"a constant), or declare the bound with its type, `{word} …`",
    )
