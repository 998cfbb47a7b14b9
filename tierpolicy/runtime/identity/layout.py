"""A policy and its channels to what is read from where: checked once, before a row is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Duration, Integer, Money, Number, Percent
from tierpolicy.model.vocabulary import Field, Merge
from tierpolicy.runtime.bases import Base, opened
from tierpolicy.runtime.identity.channels import Channel, Channels
from tierpolicy.runtime.identity.keys import KeyRule
from tierpolicy.runtime.identity.stored import Kept, kept
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.rows import UnusableFile

FIRST = Merge("first")
NUMBERS = (Integer, Number, Money, Percent, Duration)


@dataclass(frozen=True, slots=True)
class Key:
    """A field that links records. `number` names its columns in the database: `k0` links, `n0` is compared."""

    field: Field
    rule: KeyRule
    number: int
    most_linked: int

    @property
    def links(self) -> str:
        return f"k{self.number}"

    @property
    def normal(self) -> str:
        return f"n{self.number}"


@dataclass(frozen=True, slots=True)
class Opened:
    """A channel whose base is open. `columns` says where each field is read, by the field's name."""

    channel: Channel
    base: Base
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """What consolidating reads: the fields that any channel knows, in the policy's order; those of them that link."""

    fields: tuple[Kept, ...]
    keys: tuple[Key, ...]
    channels: tuple[Opened, ...]

    @property
    def has_clusters(self) -> bool:
        return any(each.channel.cluster for each in self.channels)

    def key_of(self, field: Field) -> Key | None:
        return next((each for each in self.keys if each.field.name == field.name), None)


def column_of(field: Field) -> str:
    """What the policy calls the field's column."""
    return ".".join(path_of(field))


def merge_of(field: Field) -> Merge:
    """How values of the field become one: as it declares, else the first that is known."""
    return field.merge or FIRST


def layout_of(policy: Policy, channels: Channels, most_linked: int, stack: ExitStack) -> Layout:
    """The layout, with every base open in `stack`. UnusableFile names what the policy or a file doesn't have."""
    fields = {name: each for name, each in policy.fields.items() if not each.of_request}
    for channel in channels.channels:
        _check_names(policy, fields, channel, channels)
    _check_keys(fields, channels)
    opened_channels = tuple(_opened(channel, fields, stack) for channel in channels.channels)
    known = {name for each in opened_channels for name in each.columns}
    read = [each for name, each in fields.items() if name in known]
    _check_latest(read, known)
    linking = [each for each in read if each.key]
    if not linking and not any(each.cluster for each in channels.channels):
        raise UnusableFile(_no_key(fields))
    rules = [(each, channels.keys.get(each.name, KeyRule())) for each in linking]
    keys = tuple(Key(each, rule, number, rule.most_linked or most_linked) for number, (each, rule) in enumerate(rules))
    return Layout(tuple(kept(each, at) for at, each in enumerate(read)), keys, opened_channels)


def _no_key(fields: Mapping[str, Field]) -> str:
    declared = [name for name, each in fields.items() if each.key]
    if declared:
        return f"no channel has a column for {' or '.join(f'`{name}`' for name in declared)}, so nothing links records"
    return "nothing links records: write `key` after the fields of `customer` that tell who somebody is"


def _check_names(policy: Policy, fields: Mapping[str, Field], channel: Channel, channels: Channels) -> None:
    for name in (*channel.columns, *channel.verified):
        where = f"channel `{channel.name}` in `{channels.path}`"
        if name not in fields:
            of_request = name in policy.fields
            said = "is a field of the request, not of the customer" if of_request else "is no field of the policy"
            raise UnusableFile(f"`{name}`, named by {where}, {said}; {_meant(name, fields)}")
    for name in channel.verified:
        if not fields[name].key:
            raise UnusableFile(
                f"`{name}`, which channel `{channel.name}` says is verified, is no key of the policy, so it links "
                f"nothing; write `key` where it is declared"
            )


def _check_keys(fields: Mapping[str, Field], channels: Channels) -> None:
    for name in channels.keys:
        if name not in fields or not fields[name].key:
            keys = [each for each, field in fields.items() if field.key]
            raise UnusableFile(f"`[key.{name}]` in `{channels.path}` names no key of the policy; {_meant(name, keys)}")


def _meant(name: str, known: Collection[str]) -> str:
    listed = ", ".join(f"`{each}`" for each in list(known)[:8])
    return did_you_mean(name, known) or (f"it has {listed}" if listed else "it has none")


def _opened(channel: Channel, fields: Mapping[str, Field], stack: ExitStack) -> Opened:
    usual = {name: column_of(each) for name, each in fields.items()}
    named = dict(channel.columns)
    asked = [*named.values(), *channel.verified.values(), *filter(None, (channel.id, channel.cluster))]
    wanted = dict.fromkeys([*asked, *(column for name, column in usual.items() if name not in named)])
    numbers = [named.get(name, usual[name]) for name, each in fields.items() if isinstance(each.type, NUMBERS)]
    opening: AbstractContextManager[Base] = opened(
        channel.source, table=channel.table, wanted=tuple(wanted), numbers=numbers
    )
    base = stack.enter_context(opening)
    for column in dict.fromkeys(asked):
        if column not in base.columns:
            raise UnusableFile(
                f"`{base.name}` of channel `{channel.name}` has no column `{column}`; {_meant(column, base.columns)}"
            )
    own = {name: column for name, column in usual.items() if name not in named and column in base.columns}
    columns = named | own
    for column in dict.fromkeys((*columns.values(), *asked)):
        if base.columns.count(column) > 1:
            raise UnusableFile(f"`{base.name}` of channel `{channel.name}` has two columns `{column}`; name them apart")
    if not columns:
        raise UnusableFile(
            f"`{base.name}` of channel `{channel.name}` has no column that the policy reads; "
            f'say which is which: `columns = {{ {next(iter(usual), "field")} = "…" }}`'
        )
    return Opened(channel, base, columns)


def _check_latest(fields: Collection[Field], known: Collection[str]) -> None:
    for field in fields:
        by = merge_of(field).by
        if by is not None and by not in known:
            raise UnusableFile(f"`{field.name}` is merged by the latest `{by}`, and no channel has a column for `{by}`")
