"""What an application sets, shared out among the versions of a policy: each gets the parameters that it declares.

One version may have a parameter that another has not; only what no version declares is a mistake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tierpolicy.check.parameters import Given, shown_setting
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.diagnostics.suggest import did_you_mean, nearest
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.gather import Gathered


def shared_out(versions: Sequence[Gathered], given: Given) -> tuple[tuple[Given, ...], tuple[Diagnostic, ...]]:
    """What each version is given, and what none of them takes (a single version says that for itself)."""
    if len(versions) == 1 or not given:
        return tuple(given for _ in versions), ()
    declared = [_declared(version) for version in versions]
    anywhere = {name: span for spans in reversed(declared) for name, span in spans.items()}
    shares = tuple({name: value for name, value in given.items() if name in spans} for spans in declared)
    return shares, tuple(_unknown(name, anywhere) for name in given if name not in anywhere)


def _declared(version: Gathered) -> dict[str, Span]:
    statements = (statement for module in version.modules for statement in module.statements)
    return {each.name.text: each.span for each in statements if isinstance(each, ast.Parameter)}


def _unknown(name: str, declared: Mapping[str, Span]) -> Diagnostic:
    near = nearest(name, declared)
    known = "its parameters are " + ", ".join(f"`{each}`" for each in sorted(declared))
    return Diagnostic(
        codes.PARAMETER_VALUE,
        f"`{shown_setting(name)}` is set, but no version of the policy has such a parameter",
        None,
        help=did_you_mean(name, declared) or (known if declared else "none declares a `parameter`"),
        related=(Related(declared[near], f"`{near}` is declared here"),) if near is not None else (),
    )
