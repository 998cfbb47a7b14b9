"""Random policies as policy text: valid by construction, with every kind of statement and type in them.

`policy_texts()` draws a `PolicyText`; `elaborated(text)` is its typed policy. A policy is drawn around a list of
attributes in which each may read those before it, so that no circle arises; every name carries its `level`, the least
position of an attribute whose statements may read it. Baselines read fields only.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import strategies as st

from tierpolicy.check.elaborate import elaborate
from tierpolicy.diagnostics.diagnostic import Severity
from tierpolicy.model.policy import Policy
from tierpolicy.syntax.gather import gather_text

T = TypeVar("T")

LITERALS = {
    "money": ["0", "1", "10", "99.99", "100", "1_000", "100_000"],
    "integer": ["0", "1", "2", "3", "5", "10", "100"],
    "number": ["0", "0.5", "1.5", "3", "0.1"],
    "percent": ["0%", "0.01%", "5%", "10.5%", "50%", "100%"],
    "duration": ["0 seconds", "30 seconds", "10 minutes", "2 hours", "1 day", "1 week"],
    "date": ["2020-02-29", "2025-12-31", "2026-01-01", "2026-11-21"],
    "text": ['""', '"a"', '"é"', '"Hello"', '"say \\"hi\\""'],
    "flag": ["yes", "no"],
}
LABELS = {
    "stage": ["cold", "warm", "hot"],
    "segment": ["consumer", '"small business"', "enterprise"],
    "tags": ["press", "family", '"board member"'],
    "severity": ["minor", "major", "urgent"],
    "channel": ["phone", "email", "chat"],
    "priority": ["normal", "raised", "first"],
    "perks": ["lounge", "gift", "callback"],
    "desk": ["north", "south"],
    "tier": ["member", "silver", "gold"],
    "mood": ["calm", "tense"],
}
AMOUNTS = ("money", "integer", "number", "percent", "duration")
ORDERED = (*AMOUNTS, "date", "scale")
CALIBRATED = {
    "spend": "100",
    "debt": "10.50",
    "orders": "5",
    "score": "0.5",
    "share": "10.5%",
    "waited": "2 hours",
    "since": "2025-12-31",
    "until_day": "2026-11-21",
}
"""What the thresholds of customers' facts are; see `calibration`."""
SHARES = ["top 10%", "bottom 25%"]
PERIODS = ["", "", "", "", " from 2026-01-01", " until 2026-11-20", " from 2026-06-01 until 2026-12-31"]


@dataclass(frozen=True)
class Name:
    """A name that expressions may read: its kind, labels, and from which attribute on it may be read."""

    text: str
    kind: str
    labels: tuple[str, ...] = ()
    level: int = 0
    is_fact: bool = True  # read from the record: what baselines may read
    or_none: bool = False
    positive: bool = False  # never below 0


@dataclass(frozen=True)
class PolicyText:
    """A policy as a head of declarations and statements whose order must not matter."""

    head: tuple[str, ...]
    statements: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join((*self.head, *self.statements)) + "\n"

    def __str__(self) -> str:
        return self.text


def calibration() -> str:
    """A calibration file for all that generated policies ask `in top` and `in bottom` of."""
    lines = ['policy = "Generated"']
    for name, value in CALIBRATED.items():
        for share in SHARES:
            lines += ["[[threshold]]", f'field = "{name}"', f'share = "{share}"', f'value = "{value}"']
            lines += ["date = 2026-11-20", "customers = 10", "known = 9", 'data = "c.csv"', 'digest = "sha256:00"']
    return "\n".join(lines) + "\n"


BESIDE = {"policy.calibration.toml": calibration()}


def elaborated(text: PolicyText | str) -> Policy:
    """The typed policy of a text that is valid; the assertion shows what is wrong with one that isn't."""
    checked = elaborate(gather_text(str(text), files=BESIDE))
    errors = [f"{d.code.code} {d.message}" for d in checked.diagnostics if d.severity is Severity.ERROR]
    assert not errors, f"{errors[:20]}\n{str(text)[:5_000]}"
    assert checked.policy is not None
    return checked.policy


def policy_texts() -> st.SearchStrategy[PolicyText]:
    """Any valid policy."""
    return st.randoms(use_true_random=False).map(lambda chance: Writer(chance).policy())


@dataclass
class Writer:
    """Writes one policy, choosing with one source of chance."""

    chance: random.Random
    names: list[Name] = field(default_factory=list)
    attributes: list[Name] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    floors: list[str] = field(default_factory=list)
    directions: dict[str, str] = field(default_factory=dict)
    count: int = 0

    # ------------------------------------------------------------ choosing

    def one(self, options: Sequence[T]) -> T:
        return options[self.chance.randrange(len(options))]

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        number = min(len(options), self.chance.randint(least, most))
        return self.chance.sample(list(options), number)

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}_{self.count}"

    # ------------------------------------------------------------ the whole

    def policy(self) -> PolicyText:
        head = ['policy "Generated" version "1" currency EUR'] if self.maybe(0.5) else []
        head += [self.customer(), self.request(), self.service()]
        for write, most in (
            (self.parameter, 2),
            (self.define, 4),
            (self.rule, 7),
            (self.chain, 1),
            (self.table, 2),
            (self.matrix, 1),
            (self.limit, 3),
            (self.baseline, 2),
            (self.assume, 1),
            (self.cost, 2),
        ):
            for _ in range(self.chance.randint(0, most)):
                write()
            if write == self.define and any(a.text == "tier" for a in self.attributes):
                self.tiers()
        return PolicyText(tuple(head), (*self.floors, *self.statements))

    # ------------------------------------------------------------ vocabulary

    def customer(self) -> str:
        optional: list[Callable[[], str]] = [
            lambda: self.fact("spend", "money", ["", " at least 0", " at least 0 at most 100_000", " default 10"]),
            lambda: self.fact("debt", "money", ["", " required", ' column "account.debt"']),
            lambda: self.fact("orders", "integer", ["", " at least 0", " default 3", " at least 0 at most 100"]),
            lambda: self.fact("score", "number", ["", " at least 0 at most 1"]),
            lambda: self.fact("share", "percent", ["", " at least 0%", " default 5%"]),
            lambda: self.fact("waited", "duration", ["", " in hours", " at least 0 seconds"]),
            lambda: self.fact("since", "date", ["", " at least 2000-01-01", " default 2026-01-01"]),
            lambda: self.fact("until_day", "date", [""]),
            lambda: self.fact("country", "text", ["", ' default "a"', " sensitive"]),
            lambda: self.fact("stage", "scale", ["", " default warm", ' column "Stage of life"']),
            lambda: self.fact("segment", "choice", ["", " required"]),
            lambda: self.fact("tags", "set", ["", " required", " default {press}"]),
            lambda: self.fact("vip", "flag", ["", " default no"]),
            lambda: self.fact("staff", "flag", [""]),
        ]
        lines = [write() for write in self.some(optional, 3, 10)]
        return "customer {\n" + "".join(f"    {line}\n" for line in lines) + "}"

    def request(self) -> str:
        optional: list[Callable[[], str]] = [
            lambda: self.fact("severity", "scale", [""]),
            lambda: self.fact("channel", "choice", ["", " default email"]),
            lambda: self.fact("urgent_call", "flag", [""]),
        ]
        lines = [write() for write in self.some(optional, 0, 2)]
        return "request {\n" + "".join(f"    {line}\n" for line in lines) + "}" if lines else "# no request"

    def fact(self, name: str, kind: str, modifiers: Sequence[str]) -> str:
        labels = tuple(LABELS.get(name, ()))
        modifier = self.one(modifiers)
        self.names.append(Name(name, kind, labels, positive="at least 0" in modifier))
        return f"{name} : {self.type_text(kind, labels)}{modifier}"

    def type_text(self, kind: str, labels: Sequence[str]) -> str:
        match kind:
            case "scale":
                return " < ".join(labels)
            case "choice":
                first, *rest = labels
                spelled = f'{first} from ("{first.upper()[:3]}", "Spelled {first[:2]}")' if self.maybe(0.5) else first
                return "one of " + ", ".join([spelled.replace('""', '"'), *rest])
            case "set":
                return "set of " + ", ".join(labels)
            case _:
                return kind

    def service(self) -> str:
        chosen = self.some(self.attribute_forms(), 2, 9)
        lines = []
        tier_at = self.chance.randrange(len(chosen) + 1) if self.maybe(0.5) else -1
        for number, (name, kind, modifier) in enumerate(chosen):
            if number == tier_at:
                self.add_attribute("tier", "scale", "")
            self.add_attribute(name, kind, modifier)
            lines.append(f"{name} : {self.type_text(kind, LABELS.get(name, ()))}{modifier}")
        if self.maybe(0.5):
            self.chance.shuffle(lines)
        return "service {\n" + "".join(f"    {line}\n" for line in lines) + "}"

    def attribute_forms(self) -> list[tuple[str, str, str]]:
        forms = {
            "priority scale": [""],
            "answered flag": ["", " no is better"],
            "perks set": [""],
            "points integer": [" adds up", " adds up at most 12", " adds up at least 0 at most 200"],
            "bonus money": [" adds up", " adds up internal"],
            "discount percent": [
                " more is better or none",
                " more is better at least 0%",
                " more is better at least 1% at most 50%",
            ],
            "wait duration": [
                " less is better",
                " less is better or none",
                " less is better at most 1 day",
                " less is better at least 1 minute at most 1 week",
            ],
            "fee money": [" less is better", " less is better at most 100", " less is better or none"],
            "rating number": [" more is better", " more is better at least 0"],
            "quota integer": [" more is better at least 0 internal", " less is better at most 10"],
            "greeting text": [' default "Good day"'],
            "desk choice": [" default north", " default north internal"],
            "slot date": [" default 2026-01-01"],
            "mood scale": [" no direction default calm"],
            "budget integer": [" no direction default 3", " no direction default 3 at least 0 at most 10"],
            "patience duration": [" no direction default 1 hour"],
            "invited flag": [" no direction default no"],
        }
        return [(*name.split(), self.one(modifiers)) for name, modifiers in forms.items()]  # type: ignore[misc]

    def add_attribute(self, name: str, kind: str, modifier: str) -> None:
        level = len(self.attributes) + 1
        attribute = Name(name, kind, tuple(LABELS.get(name, ())), level, False, " or none" in modifier)
        self.attributes.append(attribute)
        self.names.append(attribute)
        self.directions[name] = modifier
        open_ended = kind in AMOUNTS and "better" in modifier and "or none" not in modifier
        worst = " at most" if "less is better" in modifier else " at least"
        if open_ended and worst not in modifier.replace("is better", ""):
            self.floors.append(f"baseline {self.fresh('floor')}: {name}{worst} {self.one(LITERALS[kind][2:])}")

    # ------------------------------------------------------------ expressions

    def readable(self, level: int, facts_only: bool = False) -> list[Name]:
        return [n for n in self.names if n.level <= level and (n.is_fact or not facts_only)]

    def literal(self, kind: str, labels: Sequence[str] = ()) -> str:
        match kind:
            case "scale" | "choice":
                return self.one(list(labels))
            case "set":
                return "{" + ", ".join(self.some(list(labels), 0, len(labels))) + "}"
            case _:
                return self.one(LITERALS[kind])

    def value(self, kind: str, labels: Sequence[str], level: int, facts_only: bool = False, depth: int = 2) -> str:
        """An expression of a kind."""
        same = [n for n in self.readable(level, facts_only) if n.kind == kind and n.labels == tuple(labels)]
        if not same or depth == 0 or self.maybe(0.45):
            return self.literal(kind, labels)
        name = self.one(same).text
        others = [n.text for n in self.readable(level, facts_only) if n.kind in ("integer", "number")]
        options = [name, f"first_known({name}, {self.literal(kind, labels)})"]
        if kind in AMOUNTS:
            inner = self.value(kind, labels, level, facts_only, depth - 1)
            options += [
                f"{name} + {inner}",
                f"{name} - ({inner})",
                f"min({name}, {self.literal(kind)})",
                f"max({self.literal(kind)}, {name})",
                f"abs({name})",
                f"-{name}",
            ]
            if kind != "integer":
                options += [f"{name} * 1.5", f"{name} / 3"]
                options += [f"{name} / {other}" for other in others if kind != "number" or other != name][:1]
            if kind == "integer":
                options += [f"{name} * {name}", f"round({name}, 5)"]
        if kind == "money":
            options += [f"{name} * 12.5%", f"npv(8%, {name}, 100)"]
        if kind == "date":
            options += [f"{name} + 30 days", f"{name} + 1 month", f"{name} - 1 year", "today", f"max({name}, today)"]
        return self.one(options)

    def condition(self, level: int, facts_only: bool = False, depth: int = 2) -> str:
        names = self.readable(level, facts_only)
        if depth and self.maybe(0.5):
            parts = [self.condition(level, facts_only, depth - 1) for _ in range(self.chance.randint(2, 3))]
            form = self.one(["and", "or", "not", "mixed"])
            if form == "not":
                return f"not ({parts[0]})"
            if form == "mixed":
                return f"({' or '.join(parts)}) and {self.test(self.one(names), level, facts_only)}"
            return f" {form} ".join(f"({part})" if " or " in part else part for part in parts)
        return self.test(self.one(names), level, facts_only)

    def test(self, name: Name, level: int, facts_only: bool) -> str:
        """One comparison of a name."""
        text, kind, labels = name.text, name.kind, name.labels
        options = [f"{text} is missing", f"{text} is known"]
        if name.or_none:
            options.append(f"{text} = none")
        if kind in ORDERED:
            op = self.one(["<", "<=", ">", ">=", "=", "!="])
            options += [f"{text} {op} {self.value(kind, labels, level, facts_only, 1)}"] * 4
        if text in CALIBRATED and not facts_only:
            options += [f"{text} {self.one(['in', 'in', 'not in'])} {self.one(SHARES)}"]
        match kind:
            case "flag":
                options += [text, f"not {text}", f"{text} = no"] * 2
            case "set":
                options += [f"{text} has {self.one(labels)}", f"{text} = {self.literal(kind, labels)}"] * 2
            case "text":
                op = self.one(["=", "!=", "starts with", "ends with", "contains"])
                options += [f"{text} {op} {self.literal(kind)}"] * 2
            case "scale" | "choice":
                options += [f"{text} in ({', '.join(self.some(labels, 1, 2))})", f"{text} is not {self.one(labels)}"]
            case "integer" | "number" | "money":
                low, high = sorted(self.some(range(len(LITERALS[kind]) - (kind == "number")), 2, 2))
                options.append(f"{text} between {LITERALS[kind][low]} and {LITERALS[kind][high]}")
            case "date":
                options += [
                    f"years_between({text}, today) >= 2",
                    f"today - {text} > 30 days",
                    f"{text} + 1 month <= today",
                ]
        return self.one(options)

    # ------------------------------------------------------------ statements

    def parameter(self) -> None:
        name, kind = self.fresh("setting"), self.one(["money", "integer", "duration", "flag"])
        bounds = {"money": " at least 0 at most 100_000", "integer": " at least 0"}.get(kind, "")
        self.statements.append(f"parameter {name} : {kind} = {self.literal(kind)}{bounds}")
        self.names.append(Name(name, kind, (), 0, is_fact=False))

    def define(self) -> None:
        level = self.one([0, 0, self.chance.randint(0, len(self.attributes))])
        facts_only = self.maybe(0.5)
        name = self.fresh("term")
        kind = self.one(["flag", "flag", "money", "integer", "number", "duration"])
        if kind == "flag":
            text = self.condition(level, facts_only)
        else:
            names = [n for n in self.readable(level, facts_only) if n.kind == kind]
            if not names:
                return
            text = f"{self.one(names).text} + {self.value(kind, (), level, facts_only)}"
        self.statements.append(f"define {name} = {text}")
        self.names.append(Name(name, kind, (), level, is_fact=facts_only))

    def targets(self, most: int) -> tuple[list[Name], int]:
        """Attributes for one statement to give, and the level that it may read."""
        chosen = self.some([a for a in self.attributes if a.text != "tier"], 1, most)
        return chosen, min(self.attributes.index(a) for a in chosen)

    def grant(self, attribute: Name, level: int) -> str:
        if attribute.or_none and self.maybe(0.1):
            return f"{attribute.text} = none"
        return f"{attribute.text} = {self.value(attribute.kind, attribute.labels, level)}"

    def rule(self) -> None:
        chosen, level = self.targets(3)
        grants = ", ".join(self.grant(a, level) for a in chosen)
        condition = f"if {self.condition(level)} then " if self.maybe(0.85) else ""
        reason = self.one(["", '\n    because "it is so"', '\n    source "page 3"'])
        if condition and self.maybe(0.3):
            self.statements.append(f"{condition}{grants}{reason}")
            return
        name = self.fresh("rule")
        overridden = self.some(self.groups, 1, 2) if self.groups and self.maybe(0.5) else []
        over = f" overrides {', '.join(overridden)}" if overridden else ""
        title = self.one(["", ' "A title"'])
        self.statements.append(f"rule {name}{title}{over}{self.one(PERIODS)}: {condition}{grants}{reason}")
        self.groups.append(name)

    def chain(self) -> None:
        """Rules for one attribute without direction, each overriding the one before."""
        candidates = [a for a in self.attributes if "default" in self.directions[a.text]]
        if not candidates:
            return
        attribute = self.one(candidates)
        level = self.attributes.index(attribute)
        before = ""
        for _ in range(3):
            name = self.fresh("chain")
            condition = f"if {self.condition(level, depth=0)} then " if self.maybe(0.5) else ""
            self.statements.append(f"rule {name}{before}: {condition}{self.grant(attribute, level)}")
            before = f" overrides {name}"
            self.groups.append(name)

    def tiers(self) -> None:
        level = next(number for number, a in enumerate(self.attributes) if a.text == "tier")
        self.statements.append("tiers " + " < ".join(LABELS["tier"]))
        later = self.attributes[level + 1 :]
        for label in LABELS["tier"][1:]:
            keep = f" keep while {self.condition(level)}" if self.maybe(0.5) else ""
            given = self.some(later, 1, 2) if later and self.maybe(0.6) else []
            then = "\n    then " + ", ".join(self.grant(a, level + 1) for a in given) if given else ""
            self.statements.append(f"tier {label} if {self.condition(level)}{keep}{then}")
            self.groups.append(f"tier {label}")

    def table(self) -> None:
        chosen, level = self.targets(2)
        asked = self.some(self.readable(level), 1, 3)
        first_match = self.maybe(0.6)
        head = [f"if {n.text}" for n in asked] + [f"then {a.text}" for a in chosen]
        rows = [
            [self.if_cell(n) for n in asked] + [self.then_cell(a, level) for a in chosen]
            for _ in range(self.chance.randint(1, 4))
        ]
        if first_match and self.maybe(0.6):
            rows.append(["otherwise"] + [""] * (len(asked) - 1) + [self.then_cell(a, level) for a in chosen])
        name = self.fresh("table")
        words = " first match" * first_match + " complete" * self.maybe(0.2)
        lines = [f"table {name}{words}{self.one(PERIODS)}:"] + ["    | " + " | ".join(r) + " |" for r in (head, *rows)]
        self.statements.append("\n".join(lines))
        self.groups.append(name)

    def if_cell(self, name: Name) -> str:
        kind, labels = name.kind, name.labels
        options = ["any", "", "known", "missing"] if self.maybe(0.4) else []
        options += [f"in {self.one(SHARES)}"] if name.text in CALIBRATED and self.maybe(0.3) else []
        match kind:
            case "flag":
                options += ["yes", "no"]
            case "set":
                options += [f"has {self.one(labels)}", f"not has {self.one(labels)}"]
            case "scale":
                options += [self.one(labels), f">= {self.one(labels)}", f"not {self.one(labels)}"]
            case "choice":
                options += [self.one(labels), ", ".join(self.some(labels, 2, 2))]
            case "text":
                options += ['"a"', 'not "a"']
            case "date":
                options += [">= 2026-01-01", "2020-02-29 to 2026-11-21"]
            case _:
                low, high = sorted(
                    self.some(range(1 + (kind != "number"), len(LITERALS[kind]) - (kind == "number")), 2, 2)
                )
                some = LITERALS[kind]
                options += [
                    f"{self.one(['<', '>=', '>', '<='])} {self.one(some)}",
                    f"{some[low]} to below {some[high]}",
                ]
        return self.one(options)

    def then_cell(self, attribute: Name, level: int) -> str:
        return self.one(["-", ""]) if self.maybe(0.25) else self.value(attribute.kind, attribute.labels, level, depth=1)

    def matrix(self) -> None:
        chosen, level = self.targets(1)
        axes = [n for n in self.readable(level) if n.kind in ("scale", "choice", "flag")]
        if len(axes) < 2:
            return
        down, along = self.some(axes, 2, 2)
        downs, alongs = (list(n.labels) or ["yes", "no"] for n in (down, along))
        lines = [f"matrix {self.fresh('matrix')}: {chosen[0].text} by {down.text}, {along.text}"]
        lines.append("    | | " + " | ".join(alongs) + " |")
        lines += [f"    | {d} | " + " | ".join(self.then_cell(chosen[0], level) for _ in alongs) + " |" for d in downs]
        self.statements.append("\n".join(lines))

    def cost(self) -> None:
        level = len(self.attributes)
        condition = f"if {self.condition(level)} then " if self.maybe(0.7) else ""
        name = f'"what {self.fresh("cost")} costs"{self.one(PERIODS)}'
        amount = self.value("money", (), level).removeprefix("-")  # written out, none is below zero
        self.statements.append(f"cost {name}: {condition}{amount}")

    def directed(self) -> list[Name]:
        return [a for a in self.attributes if "default" not in self.directions[a.text]]

    def limit(self) -> None:
        candidates = self.directed()
        if not candidates:
            return
        chosen = self.some(candidates, 1, 2)
        level = min(self.attributes.index(a) for a in chosen)
        caps = ", ".join(self.cap(a, level) for a in chosen)
        condition = f"if {self.condition(level)} then " if self.maybe(0.8) else ""
        self.statements.append(f"limit {self.fresh('limit')}{self.one(PERIODS)}: {condition}{caps}")

    def cap(self, attribute: Name, level: int) -> str:
        name, modifier = attribute.text, self.directions[attribute.text]
        if attribute.or_none and self.maybe(0.3):
            return f"{name} = none"
        if attribute.kind == "flag":
            return f"{name} = {'yes' if 'no is better' in modifier else 'no'}"
        if attribute.kind == "set":
            return f"{name} {self.one(['within', 'without'])} {self.literal('set', attribute.labels)}"
        word = "at least" if "less is better" in modifier else "at most"
        return f"{name} {word} {self.value(attribute.kind, attribute.labels, level)}"

    def baseline(self) -> None:
        candidates = self.directed()
        if not candidates:
            return
        floors = ", ".join(self.floor(a) for a in self.some(candidates, 1, 2))
        condition = f"if {self.condition(0, facts_only=True)} then " if self.maybe(0.7) else ""
        self.statements.append(f"baseline {self.fresh('base')}{self.one(PERIODS)}: {condition}{floors}")

    def floor(self, attribute: Name) -> str:
        name, modifier = attribute.text, self.directions[attribute.text]
        if attribute.kind == "flag":
            return f"{name} = {'no' if 'no is better' in modifier else 'yes'}"
        if attribute.kind == "set":
            return f"{name} includes {self.literal('set', attribute.labels)}"
        word = "at most" if "less is better" in modifier else "at least"
        return f"{name} {word} {self.value(attribute.kind, attribute.labels, 0, facts_only=True)}"

    def assume(self) -> None:
        self.statements.append(f"assume {self.condition(len(self.attributes), facts_only=True, depth=1)}")
