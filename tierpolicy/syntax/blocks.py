"""`customer {…}`, `request {…}`, `service {…}`: each declaration is read by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, cast

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic, Fix
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.from_tree_declarations import declaration
from tierpolicy.syntax.layout import Stretch, declarations
from tierpolicy.syntax.marks import Marked
from tierpolicy.syntax.reader import read
from tierpolicy.syntax.vocabulary import STATEMENTS

# the word may be a slip such as `)customer`, of which `unknown` has said what was meant
_OPENING = re.compile(r"(?P<word>\S[^\s:{]*)[ \t]*:?\s*(?P<brace>\{?)")
# `open complaints :` on one line; layout takes the last word for the beginning of a declaration
_NAME_APART = re.compile(r"(?P<words>[^\W\d]\w*(?:[ \t]+[^\W\d]\w*){0,6}[ \t]+(?P<last>[^\W\d]\w*))[ \t]*:")


def block(text: Marked, piece: Stretch, kind: str) -> tuple[ast.Block, list[Diagnostic]]:
    """The block with the declarations that could be read."""
    findings: list[Diagnostic] = []
    start, end = _body(text, piece, kind, findings)
    declared: list[ast.Declaration] = []
    for each in _names_together(text, declarations(text.bones, start, end), findings):
        each = _without_comma(text, each, findings)
        found = read(text, each, "declaration", declaration)
        findings += found.findings
        if found.node is not None:
            declared.append(found.node)
    span = Span(text.source.path, piece.start, piece.end)
    return ast.Block(cast(Literal["customer", "request", "service"], kind), tuple(declared), span), findings


def _names_together(text: Marked, pieces: list[Stretch], findings: list[Diagnostic]) -> Iterator[Stretch]:
    """The declarations, without those whose name is several words, `open complaints : integer`: these are reported."""
    skipped = -1
    for at, each in enumerate(pieces):
        if at <= skipped:
            continue
        last = pieces[at + 1] if at + 1 < len(pieces) else each
        named = _NAME_APART.match(text.bones, each.start, last.end)
        if last is each or named is None or named.start("last") != last.start:
            yield each
            continue
        skipped = at + 1
        name = "_".join(named["words"].split())
        place = Span(text.source.path, named.start("words"), named.end("words"))
        fix = Fix(place, name, f"write `{name}`")
        findings.append(Diagnostic(syntax.UNEXPECTED, "a name is one word", place, f"write `{name}`", fix=fix))


def _body(text: Marked, piece: Stretch, kind: str, findings: list[Diagnostic]) -> tuple[int, int]:
    """Where the declarations begin and end; missing and stray braces are reported."""
    path = text.source.path
    opening = _OPENING.match(text.bones, piece.start, piece.end)
    assert opening is not None
    if not opening["brace"]:
        place = Span(path, piece.start, opening.end("word"))
        findings.append(Diagnostic(syntax.BRACKET, f"after `{kind}` comes `{{`", place, f"write `{kind} {{` … `}}`"))
    depth = 1
    for brace in re.finditer(r"[{}]", text.bones[opening.end() : piece.end]):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            _after(text, opening.end() + brace.end(), piece.end, kind, findings)
            return opening.end(), opening.end() + brace.start()
    if opening["brace"]:
        place = Span(path, opening.end() - 1, opening.end())
        help = f"close the block of `{kind}` with `}}` after its last line"
        findings.append(Diagnostic(syntax.BRACKET, "this `{` has no closing `}`", place, help))
    return opening.end(), piece.end


def _after(text: Marked, at: int, end: int, kind: str, findings: list[Diagnostic]) -> None:
    rest = text.bones[at:end].strip()
    if rest:
        at += text.bones[at:end].index(rest[0])
        line = text.bones.find("\n", at, end)
        place = Span(text.source.path, at, end if line < 0 else line)
        code = syntax.BRACKET if rest[0] == "}" else syntax.UNEXPECTED
        message = f"`{text.clean[at : place.end].strip()[:40]}` stands after the `}}` that closes `{kind}`"
        begins = rest.split(maxsplit=1)[0].lower() in STATEMENTS
        help = "a statement starts in the first column" if begins else "remove it, or move it inside the braces"
        findings.append(Diagnostic(code, message, place, help))


def _without_comma(text: Marked, each: Stretch, findings: list[Diagnostic]) -> Stretch:
    if each.end > each.start + 1 and text.bones[each.end - 1] in ",;":
        place = Span(text.source.path, each.end - 1, each.end)
        sign = text.bones[each.end - 1]
        fix = Fix(place, "", f"remove the `{sign}`")
        message = f"no `{sign}` stands between declarations"
        findings.append(
            Diagnostic(syntax.FROM_ELSEWHERE, message, place, "each declaration has a line of its own", fix=fix)
        )
        return Stretch(each.start, each.start + len(text.bones[each.start : each.end - 1].rstrip()))
    return each
