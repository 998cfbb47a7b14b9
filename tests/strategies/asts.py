"""Hypothesis strategies for whole `ast.Module`s: whatever an author can write, sensible or not.

Only syntax is respected: a name may be unknown, a type wrong. Nodes have no spans.
"""

from __future__ import annotations

import unicodedata
from datetime import date

from hypothesis import strategies as st

from tierpolicy.syntax import ast
from tierpolicy.syntax.format_expressions import KEYWORDS

# ---------------------------------------------------------------- words, texts, numbers

PLAIN_NAMES = st.one_of(
    st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True),
    st.sampled_from(["annual_spend", "orders", "stage", "priority", "gold", "__class__", "lambda", "select", "Tier2"]),
    st.just("n" * 64),
)
SPELLED_LIKE_KEYWORDS = st.sampled_from([*sorted(KEYWORDS), "IF", "And", "MISSING", "true", "null", "empty"])


@st.composite
def words(draw: st.DrawFn) -> ast.Word:
    """A name; one that is also a keyword is in backticks."""
    text = draw(st.one_of(PLAIN_NAMES, PLAIN_NAMES, SPELLED_LIKE_KEYWORDS))
    return ast.Word(text, quoted=text.lower() in KEYWORDS)


def texts(least: int = 0, most: int = 12) -> st.SearchStrategy[str]:
    """What may stand in quotes: quotes, backslashes, line ends, marks of comments and cells, other scripts."""
    letters = st.one_of(
        st.sampled_from('ab Z09"\\#|{}();:,-\n\t\u202e\u200b\ufeff€éß漢🙂'),
        st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"),
    )
    found = st.text(letters, min_size=least, max_size=most).map(lambda text: unicodedata.normalize("NFC", text))
    return st.one_of(found, st.sampled_from(["Small Business", 'say "hi"', "C:\\new", "{{ x }}", "-- ${y}"]))


strings = texts().map(ast.String)
quoted_labels = texts(least=1).map(lambda text: ast.Word(text, quoted=True))
labels = st.one_of(words(), quoted_labels)
numbers = st.one_of(
    st.integers(0, 10**14).map(str),
    st.sampled_from(["100_000", "0.50", "1", "1.0", "007", "999999999999999", "1_000.25"]),
).map(ast.Number)
units: st.SearchStrategy[ast.Unit] = st.sampled_from(
    ["second", "minute", "hour", "day", "week", "month", "year", "percent"]
)
days = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(ast.DateLiteral)
names = st.one_of(
    words().map(lambda word: ast.Name(word.text, word.quoted)),
    st.sampled_from(["yes", "no", "none"]).map(ast.Name),
)

# ---------------------------------------------------------------- expressions

scopes = st.sampled_from(["customer", "request", "service"])
set_items = st.one_of(names, strings)
sets = st.lists(set_items, max_size=4).map(lambda items: ast.SetLiteral(tuple(items)))
atoms: st.SearchStrategy[ast.Expr] = st.one_of(
    names,
    numbers,
    st.builds(ast.Quantity, numbers, units),
    strings,
    days,
    st.just(ast.Today()),
    st.builds(ast.Qualified, scopes, words()),
    sets,
)
sides: st.SearchStrategy[ast.Side] = st.sampled_from(["top", "bottom"])
compare_ops: st.SearchStrategy[ast.CompareOp] = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


def _literal(expr: ast.Expr) -> bool:
    inner = expr.operand if isinstance(expr, ast.Negative) else expr
    return isinstance(inner, ast.Number | ast.Quantity | ast.DateLiteral | ast.Negative)


def _calculations(inner: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Arithmetic]:
    """Without two literals around `-` or `/`: a cell's `1 - 9` and `1/2 hour` are refused, they mean something else."""
    found = st.builds(ast.Arithmetic, st.sampled_from(["+", "-", "*", "/"]), inner, inner)
    return found.filter(lambda a: a.op in "+*" or not (_literal(a.left) and _literal(a.right)))


def _larger(inner: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        st.builds(ast.Call, words(), st.lists(inner, max_size=3).map(tuple)),
        st.builds(ast.Negative, inner),
        _calculations(inner),
        st.builds(ast.Compare, compare_ops, inner, inner),
        st.builds(ast.In, inner, some, st.booleans()),
        st.builds(ast.InShare, inner, sides, inner, st.booleans()),
        st.builds(ast.Between, inner, inner, inner),
        st.builds(ast.Is, inner, st.one_of(inner, st.sampled_from(["missing", "known"])), st.booleans()),
        st.builds(ast.Has, inner, inner),
        st.builds(ast.TextTest, st.sampled_from(["starts with", "ends with", "contains"]), inner, inner),
        st.builds(ast.Not, inner),
        st.builds(ast.And, several),
        st.builds(ast.Or, several),
    )


expressions: st.SearchStrategy[ast.Expr] = st.recursive(atoms, _larger, max_leaves=8)


def _operators(inner: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        _calculations(inner),
        _calculations(inner),
        st.builds(ast.Negative, inner),
        st.builds(ast.Compare, compare_ops, inner, inner),
        st.builds(ast.Not, inner),
        st.builds(ast.And, several),
        st.builds(ast.Or, several),
    )


# Operators only, one in another: what needs parentheses and what doesn't.
operators: st.SearchStrategy[ast.Expr] = st.recursive(
    st.sampled_from("abc").map(ast.Name), lambda inner: _operators(st.one_of(_operators(inner), inner)), max_leaves=20
)

# ---------------------------------------------------------------- declarations

label_declarations = st.builds(ast.LabelDeclaration, labels, st.lists(strings, max_size=2).map(tuple))
some_labels = st.lists(label_declarations, min_size=1, max_size=4).map(tuple)
scales = st.lists(label_declarations, min_size=2, max_size=4).map(tuple)
types: st.SearchStrategy[ast.TypeExpr] = st.one_of(
    st.sampled_from(["flag", "integer", "number", "percent", "money", "duration", "date", "text"]).map(ast.SimpleType),
    st.builds(ast.Scale, scales),
    st.builds(ast.Choice, some_labels),
    st.builds(ast.SetOf, some_labels),
)
BARE_MODIFIERS: list[ast.ModifierKind] = [
    "required",
    "key",
    "earnable",
    "need",
    "protected",
    "sensitive",
    "less is better",
    "more is better",
    "no is better",
    "yes is better",
    "no direction",
    "or none",
    "adds up",
    "internal",
]
durations = st.sampled_from(["second", "minute", "hour", "day", "week", "month", "year"])
modifiers = st.one_of(
    st.sampled_from(BARE_MODIFIERS).map(ast.Modifier),
    st.builds(ast.Modifier, st.sampled_from(["at least", "at most", "default"]), expressions),
    st.builds(ast.Modifier, st.just("column"), strings),
    st.builds(ast.Modifier, st.just("in"), durations.map(ast.Word)),
    st.builds(ast.Modifier, st.just("merge"), words(), st.one_of(st.none(), words())),
)
some_modifiers = st.lists(modifiers, max_size=3).map(tuple)
maybe = st.one_of(st.none(), strings)
declarations = st.builds(ast.Declaration, words(), types, some_modifiers, maybe)
blocks = st.builds(
    ast.Block, st.sampled_from(["customer", "request", "service"]), st.lists(declarations, max_size=4).map(tuple)
)

# ---------------------------------------------------------------- statements

maybe_day = st.one_of(st.none(), days)
periods = st.builds(ast.Period, maybe_day, maybe_day)
clause_ops: st.SearchStrategy[ast.ClauseOp] = st.sampled_from(
    ["=", "at least", "at most", "includes", "within", "without"]
)
clauses = st.builds(ast.Clause, words(), clause_ops, expressions)
some_clauses = st.lists(clauses, min_size=1, max_size=4).map(tuple)
reasons = {"because": maybe, "source": maybe}


@st.composite
def policy_heads(draw: st.DrawFn) -> ast.PolicyHead:
    start = draw(maybe_day)
    end = draw(maybe_day) if start is not None else None
    return ast.PolicyHead(draw(strings), draw(maybe), start, end, draw(st.one_of(st.none(), words())))


bare_rules = st.builds(
    lambda condition, clauses, because, source: ast.Effect(
        "rule", None, None, clauses, condition, because=because, source=source
    ),
    expressions,
    some_clauses,
    maybe,
    maybe,
)
targets = st.one_of(
    st.builds(ast.OverrideTarget, words(), st.just(False)), st.builds(ast.OverrideTarget, labels, st.just(True))
)


def _effects(
    kinds: list[str], overrides: st.SearchStrategy[tuple[ast.OverrideTarget, ...]]
) -> st.SearchStrategy[ast.Effect]:
    maybe_condition = st.one_of(st.none(), expressions)
    return st.builds(
        ast.Effect, st.sampled_from(kinds), words(), maybe, some_clauses, maybe_condition, overrides, periods, **reasons
    )


effects = st.one_of(
    _effects(["rule"], st.lists(targets, max_size=3).map(tuple)), _effects(["limit", "baseline"], st.just(()))
)
tiers = st.builds(
    ast.Tier,
    labels,
    expressions,
    st.one_of(st.none(), expressions),
    st.one_of(st.just(()), some_clauses),
    maybe,
    **reasons,
)

# tables

some_operands = st.lists(expressions, min_size=1, max_size=3).map(tuple)
plain_cells: st.SearchStrategy[ast.IfCell] = st.one_of(
    st.booleans().map(ast.KnownCell),
    st.builds(ast.TestCell, compare_ops, expressions),
    st.builds(ast.RangeCell, expressions, expressions, st.booleans()),
    st.builds(ast.ListCell, some_operands),
    st.builds(ast.HasCell, some_operands),
    st.builds(ast.ShareCell, sides, expressions),
)
if_cells: st.SearchStrategy[ast.IfCell] = st.one_of(st.just(ast.AnyCell()), plain_cells, plain_cells.map(ast.NotCell))
then_cells: st.SearchStrategy[ast.ThenCell] = st.one_of(st.just(ast.NothingCell()), expressions.map(ast.ValueCell))
words_cells = texts().map(lambda text: ast.WordsCell(text.strip()))
columns = st.one_of(
    st.builds(ast.Column, st.just("if"), expressions),
    st.builds(ast.Column, st.just("then"), words()),
)


@st.composite
def tables(draw: st.DrawFn) -> ast.Table:
    title, first_match, complete = draw(maybe), draw(st.booleans()), draw(st.booleans())
    ends = {"period": draw(periods), "because": draw(maybe), "source": draw(maybe)}
    if draw(st.booleans()) and draw(st.booleans()):
        return ast.Table(draw(words()), title, (), (), first_match, complete, draw(strings), **ends)
    heads = [
        ast.Column("if", draw(expressions)),
        *draw(st.lists(columns, max_size=2)),
        ast.Column("then", draw(words())),
        *(ast.Column(kind) for kind in ("because", "source") if draw(st.booleans())),
    ]
    rows = [ast.Row(tuple(draw(_cell(head)) for head in heads)) for _ in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        last = [ast.AnyCell() if head.kind == "if" else draw(_cell(head)) for head in heads]
        rows.append(ast.Row((ast.OtherwiseCell(), *last[1:])))
    return ast.Table(draw(words()), title, tuple(heads), tuple(rows), first_match, complete, None, **ends)


def _cell(column: ast.Column) -> st.SearchStrategy[ast.Cell]:
    match column.kind:
        case "if":
            return if_cells
        case "then":
            return then_cells
        case _:
            return words_cells


@st.composite
def matrices(draw: st.DrawFn) -> ast.Matrix:
    head = draw(st.lists(if_cells, min_size=1, max_size=3))
    rows = st.builds(ast.MatrixRow, if_cells, st.lists(then_cells, min_size=len(head), max_size=len(head)).map(tuple))
    return ast.Matrix(
        draw(words()),
        draw(maybe),
        draw(words()),
        draw(expressions),
        draw(expressions),
        tuple(head),
        tuple(draw(st.lists(rows, min_size=1, max_size=3))),
        draw(st.booleans()),
        draw(periods),
        draw(maybe),
        draw(maybe),
    )


case_columns = st.one_of(
    st.builds(ast.CaseColumn, st.sampled_from(["given", "bare"]), words()),
    st.builds(ast.CaseColumn, st.just("expect"), expressions),
    st.sampled_from(["case", "as of", "because", "source"]).map(ast.CaseColumn),
)
CASE_CELLS: dict[str, st.SearchStrategy[ast.Cell]] = {
    **dict.fromkeys(("given", "bare", "expect"), if_cells),
    **dict.fromkeys(("case", "because", "source"), words_cells),
    "as of": then_cells,
}


@st.composite
def cases(draw: st.DrawFn) -> ast.Cases:
    ends = {"because": draw(maybe), "source": draw(maybe)}
    if draw(st.booleans()) and draw(st.booleans()):
        return ast.Cases(draw(words()), draw(maybe), (), (), draw(strings), **ends)
    heads = draw(st.lists(case_columns, min_size=1, max_size=4))
    rows = [ast.Row(tuple(draw(CASE_CELLS[head.kind]) for head in heads)) for _ in range(draw(st.integers(1, 3)))]
    return ast.Cases(draw(words()), draw(maybe), tuple(heads), tuple(rows), None, **ends)


# properties and examples

some_words = st.lists(words(), min_size=1, max_size=3).map(tuple)
attributes = st.one_of(st.none(), some_words)
least_or_most = st.sampled_from(["at most", "at least"])
claims: st.SearchStrategy[ast.Claim] = st.one_of(
    st.builds(ast.Always, expressions, st.one_of(st.none(), expressions)),
    st.builds(ast.Never, expressions),
    st.builds(ast.NeverLowers, st.sampled_from(["more", "less"]), words(), attributes),
    st.builds(ast.NeverDependsOn, attributes, words()),
    st.builds(ast.EqualTreatment, some_words, attributes),
    st.builds(ast.Share, least_or_most, expressions, expressions),
    st.builds(ast.Total, expressions, least_or_most, expressions),
)
givens = st.builds(ast.Given, words(), st.one_of(st.none(), expressions))
examples = st.builds(
    ast.Example,
    strings,
    st.lists(givens, max_size=3).map(tuple),
    st.lists(expressions, min_size=1, max_size=3).map(tuple),
    maybe_day,
    **reasons,
)

statements: st.SearchStrategy[ast.Statement] = st.one_of(
    words().map(ast.Organization),
    st.one_of(st.none(), strings).map(ast.Use),
    blocks,
    st.builds(ast.Parameter, words(), types, expressions, some_modifiers, maybe, **reasons),
    st.builds(ast.Define, words(), expressions, **reasons),
    bare_rules,
    effects,
    st.builds(ast.Tiers, some_labels, **reasons),
    tiers,
    tables(),
    matrices(),
    cases(),
    st.builds(ast.Property, words(), claims, st.one_of(st.none(), expressions), **reasons),
    st.builds(ast.Assume, expressions, **reasons),
    st.builds(ast.Reminder, strings, expressions, words(), st.one_of(st.none(), expressions), **reasons),
    st.builds(ast.Cost, strings, expressions, st.one_of(st.none(), expressions), periods, **reasons),
    examples,
    st.builds(ast.Allow, some_words, maybe),
)


@st.composite
def modules(draw: st.DrawFn, most: int = 4) -> ast.Module:
    """A whole file, with or without a policy head."""
    head = draw(st.one_of(st.none(), policy_heads()))
    found = draw(st.lists(statements, min_size=0 if head else 1, max_size=most))
    return ast.Module("policy.tier", ((head,) if head else ()) + tuple(found))
