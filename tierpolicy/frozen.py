"""`@frozen`: a frozen dataclass with slots, whose methods are written when an object first needs them.

`dataclass(frozen=True, slots=True)` writes and compiles six methods for every class as it is defined: with a few
hundred classes that is most of what importing the package would take. Here fields, slots and pattern matching come from
`dataclass` itself; equality, hash and representation read the fields, and `__init__` is compiled at the first call. It
sets each slot by its own descriptor, which is also faster than the way round a frozen `__setattr__`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from reprlib import recursive_repr
from types import CodeType, FunctionType
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """The class as a frozen dataclass with slots."""
    if cls.__doc__ is None:
        cls.__doc__ = cls.__name__  # `dataclass` would look up a signature
    own = set(cls.__dict__)
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    key = _key(made)

    def __init__(self: T, *arguments: Any, **named: Any) -> None:
        made.__init__ = _init_of(made)
        made.__init__(self, *arguments, **named)

    def __eq__(self: T, other: object) -> bool:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: T) -> int:
        return hash(key(self))

    methods = {"__init__": __init__, "__eq__": __eq__, "__hash__": __hash__, **_OF_ALL}
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    found: type[T] = made
    return found


def _key(cls: Any) -> Callable[[Any], tuple[Any, ...]]:
    """What tells two objects of a class apart: the values of the fields that are compared."""
    names = [each.name for each in fields(cls) if each.compare]
    if not names:
        return lambda self: ()
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda self: (get(self),)


# ---------------------------------------------------------------- making an object


def _init_of(cls: Any) -> FunctionType:
    """`__init__` with the fields as its parameters. What is compiled holds no words but the names of the fields."""
    held = [each for each in fields(cls) if each.init]
    lines = [f"def __init__(self, {', '.join(each.name for each in held)}):"]
    lines += [f" if {each.name} is made: {each.name} = make_{each.name}()" for each in held if _is_made(each)]
    lines += [f" set_{each.name}(self, {each.name})" for each in held]
    lines += [f" set_{each.name}(self, {_first(each)})" for each in fields(cls) if not each.init and _has_default(each)]
    lines += [" self.__post_init__()"] if hasattr(cls, "__post_init__") else [" pass"]
    code = compile("\n".join(lines), f"<the fields of {cls.__qualname__}>", "exec")
    names: dict[str, Any] = {"made": MISSING}
    for each in fields(cls):
        names |= {f"set_{each.name}": getattr(cls, each.name).__set__, f"make_{each.name}": each.default_factory}
        names[f"default_{each.name}"] = each.default
    defaults = tuple(each.default for each in held if _has_default(each))
    body = next(part for part in code.co_consts if isinstance(part, CodeType))
    init = FunctionType(body, names, "__init__", defaults)
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__annotations__ = {**{each.name: each.type for each in held}, "return": None}
    return init


def _is_made(each: Field[Any]) -> bool:
    return each.default_factory is not MISSING


def _has_default(each: Field[Any]) -> bool:
    return _is_made(each) or each.default is not MISSING


def _first(each: Field[Any]) -> str:
    return f"make_{each.name}()" if _is_made(each) else f"default_{each.name}"


# ---------------------------------------------------------------- methods of all


@recursive_repr()
def _repr(self: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({shown})"


def _setattr(self: Any, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in fields(self)]


def _setstate(self: Any, state: list[Any]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


_OF_ALL: dict[str, Callable[..., Any]] = {
    "__repr__": _repr,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
