"""Small random policies as text, in which much collides: few fields, few constants, many statements about the same.

They are small enough that every combination of boundary values can be tried (tests/analysis/brute.py), and have what
proofs are about: bounds, defaults, `required`, `protected` and `need` fields, requests, dates, overrides, tables,
tiers, limits, baselines, sums, sets, decided attributes that are read, assumptions, claims of every kind. A policy is
*plain* where its conditions only compare facts with constants and its values are constants: then brute force is
complete.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

PERIODS = ("", "", "", "", " from 2026-03-01", " until 2026-09-30", " from 2026-03-01 until 2026-09-30")
CONSTANTS = {
    "money": ("10", "50", "99.99"),
    "integer": ("1", "2", "5"),
    "number": ("0.5", "1.5", "3"),
    "percent": ("5%", "10%"),
    "duration": ("30 seconds", "10 minutes"),
    "date": ("2026-01-01", "2026-06-30"),
    "text": ('"a"', '"ab"', '"b"'),
}
AMOUNTS = ("money", "integer", "number", "percent", "duration")
LABELS = {
    "stage": ("cold", "warm", "hot"),
    "segment": ("consumer", "business", "state"),
    "tags": ("press", "family"),
    "severity": ("minor", "major"),
    "channel": ("phone", "email"),
    "priority": ("low", "normal", "high"),
    "perks": ("lounge", "gift"),
    "desk": ("north", "south", "west"),
    "mood": ("calm", "tense"),
    "tier": ("member", "silver", "gold"),
}
FACTS = {
    "spend": (
        "money",
        ("", " at least 0", " at least 0 at most 50", " at least 0 earnable", " default 10", " required"),
    ),
    "orders": ("integer", ("", " at least 0", " at least 0 at most 5", " default 1", " at least 0 earnable default 0")),
    "score": ("number", ("", " at least 0", " at least 0 at most 3", " default 0.5")),
    "share": ("percent", ("", " at least 0% at most 10%")),
    "waited": ("duration", ("", " at least 0 seconds", " in hours")),
    "since": ("date", ("", " at least 2025-12-31", " at least 2026-01-01 at most 2026-06-30")),
    "name": ("text", ("", ' default "a"')),
    "stage": ("scale", ("", " default warm", " need")),
    "segment": ("choice", ("", " default consumer", " protected")),
    "vip": ("flag", ("", " default no", " need")),
    "disabled": ("flag", (" protected", " need")),
    "age": ("integer", (" at least 0 at most 5 protected", " protected")),
    "tags": ("set", ("", " required", " default {press}")),
}
ASKED = {
    "severity": ("scale", ("", " default minor")),
    "channel": ("choice", ("",)),
    "again": ("flag", ("", " default no")),
}
SERVICE = {
    "priority": ("scale", ("",)),
    "perks": ("set", ("",)),
    "answered": ("flag", ("", " no is better")),
    "points": ("integer", (" adds up", " adds up at most 5", " adds up at most 6")),
    "discount": ("percent", (" more is better or none", " more is better at least 0%")),
    "wait": ("duration", (" less is better", " less is better or none", " less is better at most 10 minutes")),
    "rating": ("number", (" more is better at least 0", " more is better at least 0 at most 1.5")),
    "fee": ("money", (" less is better or none", " less is better at least 0 at most 50")),
    "desk": ("choice", (" default north",)),
    "mood": ("scale", (" no direction default calm",)),
    "greeting": ("text", (' default "a"',)),
    "quota": ("integer", (" default 1", " default 2 at most 4")),
}
FINITE = ("scale", "choice", "flag", "set")


@dataclass(frozen=True)
class Name:
    """A field or an attribute; `level` is its place among the attributes, 0 for fields."""

    text: str
    kind: str
    modifier: str
    level: int = 0

    @property
    def labels(self) -> tuple[str, ...]:
        return LABELS.get(self.text, ())

    @property
    def has_direction(self) -> bool:
        return "default" not in self.modifier

    @property
    def less_is_better(self) -> bool:
        return "less is better" in self.modifier or "no is better" in self.modifier


def small_policy(seed: int, *, plain: bool = False) -> str:
    """The policy of a seed."""
    return SmallWriter(random.Random(seed), plain).text()


def small_policies(*, plain: bool = False) -> st.SearchStrategy[str]:
    return st.randoms(use_true_random=False).map(lambda chance: SmallWriter(chance, plain).text())


@dataclass
class SmallWriter:
    """Writes one policy, choosing with one source of chance."""

    chance: random.Random
    plain: bool = False
    fields: list[Name] = field(default_factory=list)
    attributes: list[Name] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    defines: list[tuple[str, int]] = field(default_factory=list)
    parameters: list[Name] = field(default_factory=list)
    count: int = 0

    def one(self, options: Sequence[T]) -> T:
        return options[self.chance.randrange(len(options))]

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        return self.chance.sample(list(options), min(len(options), self.chance.randint(least, most)))

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}_{self.count}"

    # ------------------------------------------------------------ the whole

    def text(self) -> str:
        effective = self.one(["", "", " effective from 2026-01-01", " effective from 2026-01-01 until 2026-12-31"])
        head = [f'policy "Small" version "1"{effective}'] if effective or self.maybe(0.3) else []
        if self.maybe(0.2):
            head.append(f"organization {self.one(['government', 'charity', 'monopoly'])}")
        vocabulary = [*self.facts(), self.service()]
        if self.maybe(0.2):
            self.parameter()
        for _ in range(self.chance.randint(0, 1)):
            self.define()
        self.floors()
        if any(attribute.text == "tier" for attribute in self.attributes):
            self.tiers()
        writers = [self.rule] * 6 + [self.table] * 2 + [self.limit] * 3 + [self.baseline] * 2
        for write in [self.rule, *(self.one(writers) for _ in range(self.chance.randint(1, 5)))]:
            write()
        if self.maybe(0.25):
            self.statements.append(f"assume {self.condition(0)}")
        for _ in range(self.chance.randint(0, 3)):
            self.statements.append(f"property {self.fresh('claim')}{self.where()}: {self.claim()}")
        return "\n".join([*head, *vocabulary, *self.statements]) + "\n"

    # ------------------------------------------------------------ vocabulary

    def facts(self) -> list[str]:
        kinds = {n: f for n, f in FACTS.items() if not (self.plain and f[0] == "text")}
        customer = [self.declared(name, *kinds[name]) for name in self.some(list(kinds), 2, 4)]
        request = [self.declared(name, *ASKED[name]) for name in self.some(list(ASKED), 0, 1)]
        parts = ["customer {\n" + "".join(f"    {line}\n" for line in customer) + "}"]
        return [*parts, "request {\n" + "".join(f"    {line}\n" for line in request) + "}"] if request else parts

    def declared(self, name: str, kind: str, modifiers: Sequence[str]) -> str:
        found = Name(name, kind, self.one(modifiers))
        self.fields.append(found)
        return f"{name} : {self.type_text(found)}{found.modifier}"

    def type_text(self, name: Name) -> str:
        match name.kind:
            case "scale":
                return " < ".join(name.labels)
            case "choice":
                return "one of " + ", ".join(name.labels)
            case "set":
                return "set of " + ", ".join(name.labels)
            case _:
                return name.kind

    def service(self) -> str:
        chosen = self.some(list(SERVICE), 2, 3)
        tier_at = self.chance.randrange(len(chosen)) if self.maybe(0.25) else -1
        lines = []
        for place, name in enumerate(chosen):
            if place == tier_at:
                self.attributes.append(Name("tier", "scale", "", len(self.attributes) + 1))
            kind, modifiers = SERVICE[name]
            internal = " internal" if self.maybe(0.15) else ""
            found = Name(name, kind, self.one(modifiers) + internal, len(self.attributes) + 1)
            self.attributes.append(found)
            lines.append(f"{name} : {self.type_text(found)}{found.modifier}")
        return "service {\n" + "".join(f"    {line}\n" for line in lines) + "}"

    def floors(self) -> None:
        """What attributes that have no worst value need."""
        for each in self.attributes:
            if each.text == "wait" and each.modifier.replace(" internal", "") == " less is better":
                self.statements.append(f"baseline {self.fresh('floor')}: wait at most 10 minutes")

    def parameter(self) -> None:
        kind = self.one(["money", "integer"])
        name = self.fresh("setting")
        self.statements.append(f"parameter {name} : {kind} = {self.one(CONSTANTS[kind])}")
        self.parameters.append(Name(name, kind, ""))

    def define(self) -> None:
        level = self.one([0, len(self.attributes)])
        name = self.fresh("term")
        self.statements.append(f"define {name} = {self.condition(level)}")
        self.defines.append((name, level))

    # ------------------------------------------------------------ expressions

    def readable(self, level: int) -> list[Name]:
        """The fields, and the attributes decided before the one at `level`."""
        return [*self.fields, *(a for a in self.attributes if a.level <= level)]

    def constant(self, name: Name) -> str:
        match name.kind:
            case "scale" | "choice":
                return self.one(name.labels)
            case "set":
                return "{" + ", ".join(self.some(name.labels, 0, len(name.labels))) + "}"
            case "flag":
                return self.one(["yes", "no"])
            case _:
                settings = [p.text for p in self.parameters if p.kind == name.kind]
                return self.one([*CONSTANTS[name.kind], *settings])

    def condition(self, level: int, depth: int = 1) -> str:
        if depth and self.maybe(0.45):
            parts = [self.condition(level, depth - 1) for _ in range(2)]
            return self.one(
                [" and ".join(parts), " or ".join(parts), f"not ({self.one([' and ', ' or ']).join(parts)})"]
            )
        terms = [name for name, needs in self.defines if needs <= level]
        if terms and self.maybe(0.2):
            return self.one(terms)
        if self.maybe(0.05):
            return f"today {self.one(['<', '>='])} {self.one(CONSTANTS['date'])}"
        names = self.readable(level)
        return self.test(self.one(names), names)

    def test(self, name: Name, names: Sequence[Name]) -> str:
        """One comparison of a name."""
        text, kind = name.text, name.kind
        options = [f"{text} is missing", f"{text} is known"] if not name.level else []
        if "or none" in name.modifier:
            options.append(f"{text} = none")
        match kind:
            case "flag":
                options += [text, f"not {text}", f"{text} = no"] * 2
            case "set":
                options += [f"{text} has {label}" for label in name.labels] + [f"{text} = {self.constant(name)}"]
            case "choice":
                options += [
                    f"{text} = {self.constant(name)}",
                    f"{text} != {self.constant(name)}",
                    f"{text} in ({', '.join(self.some(name.labels, 2, 2))})",
                ] * 2
            case "text":
                options += [f"{text} {op} {self.constant(name)}" for op in ("=", "!=", "starts with", "contains")]
            case _:
                options += [f"{text} {self.one(['<', '<=', '>', '>=', '=', '!='])} {self.constant(name)}"] * 6
        if not self.plain and self.maybe(0.25):
            others = [n.text for n in names if n.kind == kind and n.labels == name.labels and n != name]
            if others and kind not in ("flag", "set"):
                return f"{text} = {self.one(others)}"
            if kind in AMOUNTS:
                return f"{self.computed(name, names)} >= {self.constant(name)}"
            if kind == "date":
                return self.one(
                    [f"{text} < today", f"{text} + 30 days >= 2026-06-30", f"years_between({text}, today) >= 1"]
                )
        return self.one(options)

    def computed(self, name: Name, names: Sequence[Name]) -> str:
        text = name.text
        others = [n.text for n in names if n.kind == name.kind]
        return self.one(
            [
                f"first_known({text}, {self.constant(name)})",
                f"first_known({text}, {self.one(others)}, {self.constant(name)})",
                f"{text} + {self.one(others)}",
                f"min({text}, {self.constant(name)})",
                f"max({text}, {self.one(others)})",
                f"{text} * 2",
                f"abs({text})",
            ]
        )

    def value(self, attribute: Name) -> str:
        """What is given, mostly a constant."""
        if "or none" in attribute.modifier and self.maybe(0.1):
            return "none"
        names = self.readable(attribute.level - 1)
        same = [n for n in names if n.kind == attribute.kind and n.labels == attribute.labels]
        if not self.plain and same and self.maybe(0.3):
            name = self.one(same)
            return self.computed(name, names) if name.kind in AMOUNTS and self.maybe(0.5) else name.text
        return self.constant(attribute)

    # ------------------------------------------------------------ statements

    def targets(self, most: int) -> tuple[list[Name], int]:
        chosen = self.some([a for a in self.attributes if a.text != "tier"], 1, most)
        return chosen, min(a.level for a in chosen) - 1

    def grants(self, chosen: Sequence[Name], level: int) -> str:
        return ", ".join(f"{a.text} = {self.bounded(a, level)}" for a in chosen)

    def bounded(self, attribute: Name, level: int) -> str:
        """A value of the attribute that reads nothing after the statement's level."""
        return self.value(Name(attribute.text, attribute.kind, attribute.modifier, level + 1))

    def rule(self) -> None:
        chosen, level = self.targets(2)
        over = ""
        if self.groups and self.maybe(0.4):
            over = f" overrides {', '.join(self.some(self.groups, 1, 2))}"
        condition = f"if {self.condition(level)} then " if self.maybe(0.85) else ""
        name = self.fresh("rule")
        self.statements.append(f"rule {name}{over}{self.one(PERIODS)}: {condition}{self.grants(chosen, level)}")
        self.groups.append(name)

    def table(self) -> None:
        chosen, level = self.targets(2)
        asked = self.some(self.readable(level), 1, 2)
        first_match, complete = self.maybe(0.7), self.maybe(0.5)
        rows = [
            [self.cell(name) for name in asked] + [self.one(["-", *[self.bounded(a, level)] * 3]) for a in chosen]
            for _ in range(self.chance.randint(1, 3))
        ]
        if first_match and self.maybe(0.4):
            rows.append(["otherwise", *[""] * (len(asked) - 1), *(self.bounded(a, level) for a in chosen)])
        if all(row[len(asked) :] == ["-"] * len(chosen) for row in rows):
            rows[0][len(asked)] = self.constant(chosen[0])
        head = [f"if {n.text}" for n in asked] + [f"then {a.text}" for a in chosen]
        name = self.fresh("table")
        words = " first match" * first_match + " complete" * complete + self.one(PERIODS)
        lines = [f"table {name}{words}:", *(f"    | {' | '.join(cells)} |" for cells in [head, *rows])]
        self.statements.append("\n".join(lines))
        self.groups.append(name)

    def cell(self, name: Name) -> str:
        options = ["any"] if name.level else ["any", "missing", "known"]
        match name.kind:
            case "set":
                options += [f"has {name.labels[0]}", f"has {name.labels[-1]}", f"not has {name.labels[0]}"] * 2
            case "flag":
                options += ["yes", "no"] * 2
            case "choice":
                options += [*name.labels, ", ".join(name.labels[:2]), f"not {name.labels[-1]}"]
            case "text":
                options += [self.constant(name), f"not {self.constant(name)}"] * 2
            case "scale":
                options += [self.constant(name), f">= {self.constant(name)}", f"< {name.labels[-1]}"]
            case kind:
                low, high = CONSTANTS[kind][0], CONSTANTS[kind][-1]
                some = self.constant(name)
                options += [f"{low} to below {high}", f"{low} to {high}", f"> {some}", f"<= {some}"]
        return self.one(options)

    def tiers(self) -> None:
        place = next(a for a in self.attributes if a.text == "tier")
        self.statements.append(f"tiers {' < '.join(LABELS['tier'])}")
        later = [a for a in self.attributes if a.level > place.level]
        for label in LABELS["tier"][1:]:
            keep = f" keep while {self.condition(place.level - 1, 0)}" if self.maybe(0.5) else ""
            chosen = self.some(later, 1, 1) if self.maybe(0.6) else []
            then = f"\n    then {self.grants(chosen, place.level)}" if chosen else ""
            self.statements.append(f"tier {label} if {self.condition(place.level - 1)}{keep}{then}")
            if chosen:
                self.groups.append(f"tier {label}")

    def limit(self) -> None:
        candidates = [a for a in self.attributes if a.has_direction]
        if not candidates:
            return self.rule()
        attribute = self.one(candidates)
        level = attribute.level - 1
        condition = f"if {self.condition(level)} then " if self.maybe(0.85) else ""
        head = f"limit {self.fresh('limit')}{self.one(PERIODS)}"
        self.statements.append(f"{head}: {condition}{self.cap(attribute, level)}")
        return None

    def cap(self, attribute: Name, level: int) -> str:
        name = attribute.text
        if "or none" in attribute.modifier and self.maybe(0.3):
            return f"{name} = none"
        match attribute.kind:
            case "flag":
                return f"{name} = {'yes' if attribute.less_is_better else 'no'}"
            case "set":
                return f"{name} {self.one(['within', 'without'])} {self.constant(attribute)}"
            case _:
                given = self.bounded(Name(name, attribute.kind, "", attribute.level), level)
                return f"{name} {'at least' if attribute.less_is_better else 'at most'} {given}"

    def baseline(self) -> None:
        candidates = [a for a in self.attributes if a.has_direction]
        if not candidates:
            return self.rule()
        attribute = self.one(candidates)
        name = attribute.text
        head = f"baseline {self.fresh('base')}{self.one(PERIODS)}"
        kept = self.defines, self.parameters
        self.defines, self.parameters = [], []  # a promise reads facts and constants only
        condition = f"if {self.condition(0)} then " if self.maybe(0.7) else ""
        self.defines, self.parameters = kept
        match attribute.kind:
            case "flag":
                floor = f"{name} = {'no' if attribute.less_is_better else 'yes'}"
            case "set":
                floor = f"{name} includes {self.constant(attribute)}"
            case kind:
                word = "at most" if attribute.less_is_better else "at least"
                floor = f"{name} {word} {self.one(CONSTANTS.get(kind, attribute.labels))}"
        self.statements.append(f"{head}: {condition}{floor}")
        return None

    # ------------------------------------------------------------ claims

    def where(self) -> str:
        return f" where {self.condition(len(self.attributes), 0)}" if self.maybe(0.25) else ""

    def claim(self) -> str:
        everything = len(self.attributes)
        attributes = [a.text for a in self.attributes]
        match self.one(["always", "always", "never", "monotone", "depends", "equal"]):
            case "always":
                implied = f" implies {self.condition(everything, 0)}" if self.maybe(0.7) else ""
                return f"always {self.condition(everything)}{implied}"
            case "never":
                return f"never {self.condition(everything)}"
            case "monotone":
                facts = [f for f in self.fields if f.kind not in ("text", "choice")]
                directed = [a.text for a in self.attributes if a.has_direction]
                if facts and directed:
                    lowered = self.one(["service", ", ".join(self.some(directed, 1, 2))])
                    return f"{self.one(['more', 'more', 'less'])} {self.one(facts).text} never lowers {lowered}"
            case "equal":
                names = [n.text for n in self.readable(everything)]
                treated = self.one(["service", self.one(attributes)])
                return f"customers with equal {', '.join(self.some(names, 1, 3))} get equal {treated}"
        depending = self.one(["service", ", ".join(self.some(attributes, 1, 2))])
        return f"{depending} never depends on {self.one(self.fields).text}"
