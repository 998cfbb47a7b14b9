"""Connections to PostgreSQL through ADBC, and what goes wrong with them, in a sentence that tells no password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tierpolicy.runtime.rows import UnusableFile

NEEDED = "reading and writing PostgreSQL needs its driver: install it with `pip install 'tierpolicy[postgres]'`"
NOT_ALLOWED = "42501"
NOT_UTF8 = "22021"


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """A connection with one transaction, rolled back at the end unless it was committed. UnusableFile says why there is
    none, or what PostgreSQL refused."""
    try:
        from adbc_driver_manager import Error
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise UnusableFile(NEEDED) from None
    check_address(url)
    try:
        connection = dbapi.connect(url)
    except Error as error:
        raise UnusableFile(f"`{masked(url)}` can't be opened: {said(error, url)}") from None
    try:
        yield connection
    except Error as error:
        raise UnusableFile(f"`{masked(url)}` can't be used: {said(error, url)}") from None
    finally:
        connection.close()


def check_address(url: str) -> None:
    """Refuses what is no address, in words of our own: the driver's would quote what may be a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise UnusableFile(
            "the address of the database can't be read; write `postgresql://user@host/database`"
        ) from None
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        raise UnusableFile(f"`{masked(url)}` has a space in it; in an address a space is written `%20`")


def masked(url: str) -> str:
    """The address for people: without its password, and without options, of which one may be it."""
    scheme, _, rest = url.partition("://")
    who, at, where = rest.partition("?")[0].rpartition("@")
    return f"{scheme}://{who.partition(':')[0]}{at}{where}"


SECRET = frozenset({"password", "sslpassword", "passfile", "sslkey"})


def said(error: Exception, url: str) -> str:
    """What PostgreSQL or its driver said, in one line and without the password."""
    if getattr(error, "sqlstate", None) == NOT_UTF8:
        return "a text holds what PostgreSQL's text can't, such as the character 0"
    text = str(error)
    for mark in ("ERROR:", "FATAL:", "[libpq] Failed to connect:", "[libpq]"):
        _, found, after = text.partition(mark)
        if found:
            text = after
            break
    line = text.strip().partition("\n")[0].strip().removesuffix(".")
    for secret in secrets(url):
        line = line.replace(secret, "…")
    return line


def secrets(url: str) -> set[str]:
    """Every spelling of a password in the address."""
    parts = urlsplit(url)
    found = {value for name, value in parse_qsl(parts.query) if name.lower() in SECRET}
    found |= {parts.password or "", unquote(parts.password or "")}
    return found - {""}


def database_of(url: str) -> str:
    """What people call the database: its name, else that of the machine."""
    parts = urlsplit(url)
    return unquote(parts.path.strip("/")) or parts.hostname or "postgresql"
