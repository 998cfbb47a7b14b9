"""A `@frozen` class behaves as `dataclass(frozen=True, slots=True)` makes it."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any, Generic, TypeVar

import pytest

from tierpolicy.frozen import frozen

T = TypeVar("T")
Decorator = Callable[[type[Any]], type[Any]]


def classes(as_data: Decorator) -> dict[str, type[Any]]:
    """The same classes by one decorator or another."""

    @as_data
    class Nothing:
        pass

    @as_data
    class One:
        """One field."""

        value: object

    @as_data
    class Several:
        left: int
        right: str = "b"
        place: int | None = field(default=None, compare=False, repr=False)
        more: list[int] = field(default_factory=list)

        @property
        def double(self) -> int:
            return self.left * 2

    @as_data
    class Later:
        given: int
        counted: int = field(init=False, default=0)
        made: list[int] = field(init=False, default_factory=list)

        def __post_init__(self) -> None:
            object.__setattr__(self, "counted", self.given + 1)

    @as_data
    class Own:
        name: str

        def __repr__(self) -> str:
            return f"<{self.name}>"

    @as_data
    class Of(Generic[T]):
        held: T

    return {each.__name__: each for each in (Nothing, One, Several, Later, Own, Of)}


MADE: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Nothing", (), {}),
    ("One", (float("nan"),), {}),
    ("One", ((1, 2),), {}),
    ("Several", (1,), {}),
    ("Several", (1, "c", 3, [4]), {}),
    ("Several", (), {"right": "x", "left": 2, "place": 9}),
    ("Several", (1,), {"more": [1]}),
    ("Later", (5,), {}),
    ("Own", ("me",), {}),
    ("Of", (3,), {}),
]
WRONG: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Nothing", (1,), {}),
    ("One", (), {}),
    ("Several", (), {}),
    ("Several", (1, "b", 2, [], 5), {}),
    ("Several", (1,), {"left": 2}),
    ("Several", (1,), {"unknown": 2}),
    ("Later", (1, 2), {}),
]
STANDARD: Decorator = dataclass(frozen=True, slots=True)


def said(made: Any) -> list[object]:
    """All that can be asked of an object, without its class itself."""
    try:
        hashed: object = hash(made)
    except TypeError as unhashable:
        hashed = str(unhashable)
    held = [(each.name, each.type, repr(getattr(made, each.name))) for each in fields(made)]
    return [repr(made).rpartition(".")[2], hashed, held, type(made).__match_args__, type(made).__slots__, made == made]


@pytest.mark.parametrize(("name", "arguments", "named"), MADE)
def test_it_is_the_same_as_a_dataclass(name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    ours, theirs = classes(frozen)[name], classes(STANDARD)[name]
    for again in (lambda made: made, copy.copy, replace):
        assert said(again(ours(*arguments, **named))) == said(again(theirs(*arguments, **named)))


def test_every_pair_is_equal_where_dataclasses_are() -> None:
    equal = []
    for decorator in (frozen, STANDARD):
        kinds = classes(decorator)
        made = [kinds[name](*arguments, **named) for name, arguments, named in MADE]
        equal.append([[one == other for one in made] for other in made])
        assert made[0] != ()
    assert equal[0] == equal[1]


@pytest.mark.parametrize(("name", "arguments", "named"), WRONG)
def test_wrong_arguments_are_refused(name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    for decorator in (frozen, STANDARD):
        with pytest.raises(TypeError):
            classes(decorator)[name](*arguments, **named)


def test_nothing_can_be_changed() -> None:
    made = classes(frozen)["Several"](1)
    with pytest.raises(FrozenInstanceError, match="left"):
        made.left = 2
    with pytest.raises(FrozenInstanceError):
        made.other = 2
    with pytest.raises(FrozenInstanceError, match="left"):
        del made.left
    assert not hasattr(made, "__dict__")
    assert made.left == 1


def test_no_two_objects_share_what_a_factory_makes() -> None:
    several = classes(frozen)["Several"]
    several(1).more.append(5)
    assert several(1).more == []


def test_the_class_keeps_its_words() -> None:
    kinds = classes(frozen)
    assert kinds["One"].__doc__ == "One field."
    assert kinds["Nothing"].__doc__ == "Nothing"
    assert all(is_dataclass(each) for each in kinds.values())
    assert kinds["Several"](4).double == 8


@frozen
class Sent:
    """A class that unpickling finds."""

    name: str
    place: int = field(default=0, compare=False)


def test_it_travels() -> None:
    sent = pickle.loads(pickle.dumps(Sent("a", 3)))
    assert sent == Sent("a")
    assert sent.place == 3


def test_it_is_taken_apart_by_patterns() -> None:
    match Sent("a", 3):
        case Sent("a", place):
            assert place == 3
        case _:
            pytest.fail("no match")


def test_one_that_holds_itself_is_shown() -> None:
    made = classes(frozen)["One"]([])
    made.value.append(made)
    assert "..." in repr(made)
