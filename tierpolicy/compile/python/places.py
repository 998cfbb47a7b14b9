"""Where a raw record lies on the axes of a normal form: variables for its fields, its day, and what is calculated.

Field number i is the variable `field_i`: a number, NaN where missing; text or a label as it is spelled, yes or no, a
date or a set, None where missing. The prologue (`reading`) makes them so.
"""

from __future__ import annotations

import ast
import dataclasses
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tierpolicy.cells.axes import Axis
from tierpolicy.cells.cells import Cells
from tierpolicy.cells.ranges import may_be_missing
from tierpolicy.compile.normal import Normal
from tierpolicy.compile.python.parts import UNDETERMINED, Draft
from tierpolicy.compile.python.raw import bounds_of, raw_cut, scale_of
from tierpolicy.compile.python.spots import Among, Holding, OnLine, Spot, YesOrNo, same
from tierpolicy.compile.python.terms import Terms
from tierpolicy.compile.python.trees import call, compare, either, is_, is_type, method, name, some, when
from tierpolicy.model.expressions import AttributeRef, Expr, FieldRef, Today
from tierpolicy.model.types import Choice, Date, Flag, Integer, Number, Scale, SetOf, Text, is_ordered
from tierpolicy.model.values import MISSING, Known, NotOffered
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.convert import plain_text

NAN = float("nan")
DAY = "day"
"""The variable of the day to decide for, a date; and its ordinal."""
ORDINAL = "ordinal"


@dataclass(slots=True)
class FieldForm:
    """One field in a generated function: its variable, and what was asked of it: its ordinal, its typed value, and
    entries of tables by its spelling (or None), each with the variable that holds the entry."""

    field: Field
    variable: str
    spellings: Mapping[str, str]
    ordinal: str = ""
    typed: bool = False
    tables: list[tuple[str, Mapping[object, object]]] = dataclasses.field(default_factory=list)

    @property
    def missing(self) -> bool:
        return may_be_missing(self.field)


@dataclass(slots=True)
class RecordPlaces:
    """`parts.Places` of a raw record. `uses_day` is set once something asks for the day. A middle that has all that it
    decided in one number sets `whole`: the number, and what turns it into the typed values in the policy's order."""

    normal: Normal
    draft: Draft
    forms: Mapping[str, FieldForm]
    uses_day: bool = False
    whole: tuple[ast.expr, Callable[[int], tuple[Known, ...]]] | None = None
    spots: dict[int, Spot] = field(default_factory=dict)
    attributes: dict[str, ast.expr] = field(default_factory=dict)
    terms: Terms = field(init=False)

    def __post_init__(self) -> None:
        self.terms = Terms(self.normal.policy, self.draft, self)

    # ------------------------------------------------------------ what a middle asks

    def prepare(self, axes: Iterable[int]) -> None:
        for number in axes:
            self._spot(number)

    def test(self, axis: int, cells: Cells) -> ast.expr:
        return self._spot(axis).test(cells)

    def entry(self, axis: int, entries: Sequence[object]) -> ast.expr:
        spot, subject = self._spot(axis), self.normal.axes.axes[axis].subject
        if isinstance(spot, Among) and spot.rest is None and isinstance(subject, FieldRef):
            return self._entry_of_label(self.forms[subject.name], spot.places, entries)
        return spot.entry(entries)

    def _entry_of_label(self, form: FieldForm, places: Mapping[object, int], entries: Sequence[object]) -> ast.expr:
        """The prologue looks the entry up: that is the check of the label, too."""
        held = {spelling: entries[cell] for spelling, cell in places.items()}
        if all(same(entry, entries[0]) for entry in entries):
            return self.draft.constant(entries[0])
        variable = self.draft.fresh("entry")
        form.tables.append((variable, held))
        return name(variable)

    def value(self, expr: Expr) -> ast.expr:
        return self.terms.value(expr)

    def decided(self, attribute: str, value: ast.expr) -> None:
        self.attributes[attribute] = value

    @contextmanager
    def within(self) -> Iterator[list[ast.stmt]]:
        """What is written meanwhile goes to the list, the body of an `if`; what it works out isn't known afterwards."""
        before, known = self.draft.statements, dict(self.terms.known)
        body: list[ast.stmt] = []
        self.draft.statements = body
        try:
            yield body
        finally:
            self.draft.statements = before
            self.terms.known = known

    # ------------------------------------------------------------ typed values, for terms

    def fact(self, reference: FieldRef | AttributeRef | Today) -> ast.expr:
        match reference:
            case FieldRef(field_name):
                key: Hashable = ("typed", field_name)
                if key not in self.terms.known:
                    self.terms.known[key] = self._typed(self.forms[field_name])
                return self.terms.known[key]
            case AttributeRef(attribute):
                return self.attributes[attribute]
            case Today():
                self.uses_day = True
                return name(DAY)

    def may_be_missing(self, reference: FieldRef | AttributeRef | Today) -> bool:
        return isinstance(reference, FieldRef) and self.forms[reference.name].missing

    def _typed(self, form: FieldForm) -> ast.expr:
        form.typed = True
        raw, missing = name(form.variable), self.draft.constant(MISSING, "missing")
        absent = is_(raw, ast.Constant(None))
        scale = scale_of(form.field)
        match form.field.type:
            case Integer():
                found: ast.expr = raw
                absent = compare(raw, ast.NotEq(), raw)
            case Number():  # minus zero is zero; where nothing is checked, a whole number may stand here
                found, absent = ast.BinOp(raw, ast.Add(), ast.Constant(0.0)), compare(raw, ast.NotEq(), raw)
            case Scale() | Choice():
                canonical = self.draft.constant(form.spellings, "canonical")
                found = call(ast.Attribute(canonical, "get", ast.Load()), raw) if _respelled(form) else raw
            case Flag() | Date() | Text() | SetOf():
                found = raw
            case _:
                scaled = ast.BinOp(raw, ast.Mult(), self.draft.constant(scale))
                found, absent = call("round", scaled), compare(raw, ast.NotEq(), raw)
        if form.missing:
            found = either(absent, missing, found)
        return found if isinstance(found, ast.Name) else self.draft.assign("typed", found)

    # ------------------------------------------------------------ spots

    def _spot(self, number: int) -> Spot:
        if number not in self.spots:
            axis = self.normal.axes.axes[number]
            match axis.subject:
                case FieldRef(field_name):
                    self.spots[number] = self._field_spot(axis, self.forms[field_name])
                case Today():
                    self.uses_day = True
                    assert axis.line is not None
                    self.spots[number] = OnLine(self.draft, ORDINAL, axis.line.starts, None)
                case _:
                    self.spots[number] = self._typed_spot(axis, self.terms.value(axis.subject))
        return self.spots[number]

    def _field_spot(self, axis: Axis, form: FieldForm) -> Spot:
        variable, missing = form.variable, axis.known if axis.others else None
        if axis.label is not None:
            return Holding(self.draft, variable, axis.label, None, bool(axis.missing))
        match form.field.type:
            case Flag():
                return YesOrNo(self.draft, variable, (False, True, None) if axis.others else (False, True))
            case Scale() | Choice():
                cells = dict(_cells_of_labels(axis, form.field.type))
                places: dict[object, int] = {spelling: cells[label] for spelling, label in form.spellings.items()}
                return Among(self.draft, variable, places | ({None: axis.known} if axis.others else {}))
            case Text() | SetOf():
                return self._among(axis, variable, {None: axis.known} if axis.others else {})
            case _:
                assert axis.line is not None
                if isinstance(form.field.type, Date):
                    form.ordinal = form.ordinal or f"{variable}_ordinal"
                    variable = form.ordinal
                scale = scale_of(form.field)
                starts = tuple(raw_cut(each, scale) for each in axis.line.starts)
                counting = isinstance(form.field.type, Integer) and bounds_of(form.field)[0] >= 0
                return OnLine(self.draft, variable, starts, missing, counting=counting)

    def _among(self, axis: Axis, variable: str, others: dict[object, int]) -> Among:
        places: dict[object, int] = {label: at for at, label in enumerate(axis.labels[:-1])}
        return Among(self.draft, variable, places | others, axis.known - 1)

    def _typed_spot(self, axis: Axis, value: ast.expr) -> Spot:
        """Of a calculation or a decided attribute, by its typed value."""
        variable = value.id if isinstance(value, ast.Name) else self.draft.assign("t", value).id
        if axis.missing:
            self.draft.add(when(is_(name(variable), self.draft.constant(MISSING)), [self.draft.note(UNDETERMINED)]))
        others: dict[object, int] = {held: axis.known + at for at, held in enumerate(axis.others)}
        none: tuple[object, ...] = (NotOffered.BELOW, NotOffered.ABOVE)
        if axis.label is not None:
            return Holding(self.draft, variable, axis.label, MISSING, bool(axis.missing), none)
        type_ = axis.subject.type
        if isinstance(type_, Flag):
            return YesOrNo(self.draft, variable, (False, True, *others))
        if isinstance(type_, Scale | Choice):
            return Among(self.draft, variable, {**dict(_cells_of_labels(axis, type_)), **others})
        if not is_ordered(type_):
            return self._among(axis, variable, others)
        return self._on_line(axis, variable, others)

    def _on_line(self, axis: Axis, variable: str, others: Mapping[object, int]) -> Spot:
        assert axis.line is not None
        number: ast.expr = name(variable)
        if isinstance(axis.subject.type, Date):
            ordinal = method(name(variable), "toordinal")
            number = either(is_type(name(variable), "date"), ordinal, self.draft.constant(NAN))
        elif others:
            tests = [is_(name(variable), self.draft.constant(each, "other")) for each in others]
            number = either(some(tests), self.draft.constant(NAN), name(variable))
        if not isinstance(number, ast.Name):
            number = self.draft.assign("n", number)
        forms = tuple((cell, held) for held, cell in others.items())
        alone = len(forms) == 1 and forms[0][1] is MISSING
        missing = next((cell for cell, held in forms if held is MISSING), None)
        return OnLine(self.draft, number.id, axis.line.starts, missing, variable, () if alone else forms)


def forms_of(fields: Mapping[str, Field]) -> dict[str, FieldForm]:
    """The variables of a policy's fields."""
    return {
        each.name: FieldForm(each, f"field_{at}", dict(spellings_of(each))) for at, each in enumerate(fields.values())
    }


def spellings_of(field_: Field) -> Iterator[tuple[str, str]]:
    """What spells the labels of a field, itself among it, with the label. Text that would be read as another one (it
    isn't composed, or is too odd to be text) is none of it."""
    if isinstance(field_.type, Scale | Choice | SetOf):
        own = {label: label for label in field_.type.labels}
        for spelling, label in {**field_.spellings, **own}.items():
            if spelling and plain_text(spelling) == spelling:
                yield spelling, label


def _cells_of_labels(axis: Axis, type_: Scale | Choice) -> Iterator[tuple[str, int]]:
    """Every label with the number of its cell."""
    for rank, label in enumerate(type_.labels):
        if axis.line is not None:
            yield label, bisect_right(axis.line.starts, rank) - 1
        else:
            yield label, axis.places.get(label, axis.known - 1)


def _respelled(form: FieldForm) -> bool:
    return any(spelling != label for spelling, label in form.spellings.items())
