"""Policies with what `policies.Writer` has not: the same vocabulary, other conditions and values, and more of them.

Tests that two names are in order or equal, of flags with flags and sets with sets; long alternatives that no few boxes
hold; calculations at the edges of their types; a plugin's functions; a text that is searched for another. `WideWriter`
writes a policy of up to `statements` more rules than a plain one has, and tables of up to `rows` rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tests.strategies.policies import AMOUNTS, Name, PolicyText, Writer
from tierpolicy.model import types as t
from tierpolicy.model.builtins.plugins import Functions, functions_hook
from tierpolicy.model.builtins.record import Argument, Builtin
from tierpolicy.model.values import MISSING, Known, Value

EDGES = {
    "money": ["90_000_000_000_000", "0.01", "-0.01", "-5"],
    "integer": ["999_999_999_999_999", "-1", "9_007_199_254_740"],
    "number": ["-1", "0.3", "999_999_999_999_999", "0.000001"],
    "percent": ["-3%", "900_000_000_000%", "0.07%"],
    "duration": ["-1 second", "999_999_999_999 seconds", "1 second"],
    "date": ["0001-01-01", "9999-12-31", "2024-02-29", "2026-11-20"],
    "text": ['"Hello there"', '"ll"', '"A"'],
}


def _halved(values: tuple[Known, ...], types: tuple[t.Type, ...]) -> Value:
    (whole,) = values
    assert isinstance(whole, int)
    return whole // 2 if whole % 2 == 0 else MISSING


def _likeness(values: tuple[Known, ...], types: tuple[t.Type, ...]) -> Value:
    one, other = (str(value) for value in values)
    if one == other:
        raise RuntimeError("too much alike")
    return len(set(one) & set(other)) / 2.0


def _is_round(values: tuple[Known, ...], types: tuple[t.Type, ...]) -> Value:
    assert isinstance(values[0], int)
    return values[0] % 100 == 0


class Plugin:
    """Functions such as a plugin brings: one that is missing for odd numbers, one that raises, one that is a test."""

    @functions_hook
    def tierpolicy_functions(self) -> list[Builtin]:
        integer = (Argument("n", t.INTEGER),)
        return [
            Builtin("halved", "halved(n)", "Half of it.", integer, lambda types: t.INTEGER, _halved),
            Builtin(
                "likeness", "likeness(a, b)", "How alike.", (Argument("a", t.TEXT), Argument("b", t.TEXT)),
                lambda types: t.NUMBER, _likeness, low=0.0, high=2.5,
            ),
            Builtin("is_round", "is_round(m)", "No cents.", (Argument("m", t.MONEY),), lambda types: t.FLAG, _is_round),
        ]  # fmt: skip


def with_plugin() -> Functions:
    """The language's functions and the plugin's: what `plugins.installed` gives where it is installed."""
    import pluggy

    from tierpolicy.model.builtins.plugins import GROUP, Specification, functions_of

    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Specification)
    manager.register(Plugin(), "conformance")
    return functions_of(manager)


@dataclass
class WideWriter(Writer):
    """`plugin`: its functions may be called; `constant`: nothing that is given is calculated; `alone`: rules override
    none of each other."""

    statements_more: int = 0
    rows: int = 4
    plugin: bool = False
    constant: bool = False
    alone: bool = False
    within_bounds: bool = False  # while a parameter is written

    def policy(self) -> PolicyText:
        """Now and then effective on some days only, and with more rules, limits and tables than others."""
        text = super().policy()
        kept, self.statements = self.statements, []
        for _ in range(self.statements_more):
            self.one([self.rule, self.rule, self.rule, self.limit, self.baseline, self.table, self.alternatives])()
        if self.maybe(0.7):
            self.alternatives()
        head = text.head
        if head[0].startswith("policy") and self.maybe(0.5):
            period = self.one([" effective from 2026-01-01", " effective from 2026-11-21 until 2026-12-31"])
            head = (head[0].replace(" currency", period + " currency"), *head[1:])
        more, self.statements = tuple(self.statements), kept
        return PolicyText(head, (*text.statements, *more))

    def grant(self, attribute: Name, level: int) -> str:
        if self.alone:
            self.groups.clear()
        return f"{attribute.text} = {self.given(attribute)}" if self.constant else super().grant(attribute, level)

    def given(self, attribute: Name) -> str:
        """A constant value of an attribute."""
        if attribute.or_none and self.maybe(0.1):
            return "none"
        return self.literal(attribute.kind, attribute.labels)

    def then_cell(self, attribute: Name, level: int) -> str:
        if not self.constant:
            return super().then_cell(attribute, level)
        return "-" if self.maybe(0.2) else self.given(attribute)

    def cap(self, attribute: Name, level: int) -> str:
        return super().cap(attribute, level) if not self.constant else super().cap(attribute, -1)

    def floor(self, attribute: Name) -> str:
        kept, self.names = self.names, [] if self.constant else self.names
        found = super().floor(attribute)
        self.names = kept
        return found

    def parameter(self) -> None:
        self.within_bounds = True
        super().parameter()
        self.within_bounds = False

    def literal(self, kind: str, labels: tuple[str, ...] | list[str] = ()) -> str:
        if kind in EDGES and not self.within_bounds and self.maybe(0.12):
            return self.one(EDGES[kind])
        return super().literal(kind, labels)

    def value(self, kind: str, labels: object, level: int, facts_only: bool = False, depth: int = 2) -> str:
        found = super().value(kind, labels, level, facts_only, depth)  # type: ignore[arg-type]
        if depth == 0 or not self.maybe(0.15):
            return found
        names = self.readable(level, facts_only)
        if not any(n.text in found for n in names):
            return found  # literals alone have no kind
        whole = [n.text for n in names if n.kind == "integer"]
        options = [found]
        if kind in AMOUNTS:
            options += [f"min({found}, {self.literal(kind)})", f"max({found}, {self.literal(kind)}) + {found}"]
            if kind != "integer":
                options += [f"({found}) * {other}" for other in whole] + [f"({found}) * 0.3"]
        if kind == "integer":
            dates = [n.text for n in names if n.kind == "date"]
            options += [f"{f}_between({d}, today)" for d in dates for f in ("days", "months", "years")]
            options += [f"round({n.text})" for n in names if n.kind == "number"]
            options += [f"halved({found})"] * self.plugin
        if kind == "number":
            for same in (*AMOUNTS[3:], "money"):
                alike = [n.text for n in names if n.kind == same]
                options += [f"{a} / {b}" for a, b in pairwise(alike)]
        return self.one(options)

    def test(self, name: Name, level: int, facts_only: bool) -> str:
        if not self.maybe(0.25):
            return super().test(name, level, facts_only)
        text, kind = name.text, name.kind
        names = [n for n in self.readable(level, facts_only) if n.kind == kind and n.labels == name.labels]
        other = self.one(names).text
        options = [super().test(name, level, facts_only)]
        match kind:
            case "flag":
                options += [f"{text} = {other}", f"{text} != {other}", f"first_known({text}, {other}) "]
            case "set":
                options += [f"{text} = {other}", f"{text} != {self.literal(kind, name.labels)}"]
            case "text":
                options += [f"{text} {op} {other}" for op in ("contains", "starts with", "=", "in")][:3]
                options += [f"likeness({text}, {other}) > 1", f'likeness({text}, "abel") >= 0.5'] * self.plugin
            case "scale" | "choice":
                options += [f"{text} = {other}", f"{text} in ({other}, {self.one(name.labels)})"]
                if kind == "scale":
                    options += [f"{text} {self.one(['<', '>='])} {other}"]
            case _:
                inner = self.value(kind, name.labels, level, facts_only, 1)
                options += [
                    f"{text} {self.one(['<', '<=', '>', '>=', '=', '!='])} {other}",
                    f"({inner}) {self.one(['<', '>=', '='])} {text}",
                    f"({inner}) is missing",
                    f"({inner}) is known",
                    f"{text} in ({', '.join([self.literal(kind), self.literal(kind), other])})",
                    f"min({text}, {other}) {self.one(['<', '>='])} {self.literal(kind)}",
                ]
                options += [f"is_round({text})"] * (self.plugin and kind == "money")
                options += [f"halved({text}) > 1"] * (self.plugin and kind == "integer")
        return self.one(options)

    def alternatives(self) -> None:
        """A rule for whoever one of many pairs of tests is true of, and in most of several ways at a time."""
        chosen, level = self.targets(2)
        names = self.readable(level)
        pairs = [
            " and ".join(f"({super(WideWriter, self).test(self.one(names), level, False)})" for _ in range(2))
            for _ in range(self.chance.randint(2, 9))
        ]
        ways = " or ".join(f"({pair})" for pair in pairs)
        if self.maybe(0.5):
            ways = " and ".join(f"({one} or {other})" for one, other in pairwise(pairs))
        ways = f"not ({ways})" if self.maybe(0.3) else ways
        grants = ", ".join(self.grant(a, level) for a in chosen)
        name = self.fresh("wide")
        self.statements.append(f"rule {name}: if {ways} then {grants}")
        self.groups.append(name)

    def table(self) -> None:
        """As others write it, its rows repeated up to `rows` of them with other cells."""
        if self.rows <= 4:
            return super().table()
        chosen, level = self.targets(2)
        asked = self.some(self.readable(level), 1, 3)
        first_match = self.maybe(0.6)
        head = [f"if {n.text}" for n in asked] + [f"then {a.text}" for a in chosen]
        rows = [
            [self.if_cell(n) for n in asked] + [self.then_cell(a, level) for a in chosen]
            for _ in range(self.chance.randint(self.rows // 2, self.rows))
        ]
        if first_match and self.maybe(0.5):
            rows.append(["otherwise"] + [""] * (len(asked) - 1) + [self.then_cell(a, level) for a in chosen])
        name = self.fresh("long")
        lines = [f"table {name}{' first match' * first_match}{self.one(['', '', ' from 2026-06-01'])}:"]
        lines += ["    | " + " | ".join(cells) + " |" for cells in (head, *rows)]
        self.statements.append("\n".join(lines))
        self.groups.append(name)
        return None


def many_labels(count: int) -> str:
    """A policy with more labels in a scale, a choice and a set than a machine word has bits, each in a rule."""
    labels = [f"l{number}" for number in range(count)]
    rows = "\n".join(f"    | {label} | {number % 7} | {{{label}}} |" for number, label in enumerate(labels))
    return f"""
customer {{
    place : {" < ".join(labels)}
    kind  : one of {", ".join(labels)}
    held  : set of {", ".join(labels)}
    spend : money
}}
service {{
    points : integer adds up
    perks  : set of {", ".join(labels)}
    rank   : {" < ".join(labels)}
}}
table by_kind:
    | if kind | then points | then perks |
{rows}
rule same: if place >= {labels[count // 2]} then rank = place
rule last: if held has {labels[-1]} or held has {labels[62]} then rank = {labels[-2]}, perks = held
limit few: if spend > 10 then perks without {{{", ".join(labels[::3])}}}
limit less: if held = {{{labels[1]}, {labels[-2]}}} then perks within {{{", ".join(labels[1::2])}}}
"""
