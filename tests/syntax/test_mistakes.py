"""A mistake is one finding: its code, what is underlined, and words that help."""

from __future__ import annotations

import pytest

from tests.syntax.texts import read
from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.source import source_from_text

# the text · code · what is underlined · part of the message or the help
ONE_MISTAKE = [
    # words from elsewhere
    ("if a == 1 then b = c", "T006", "==", "`==` is written `=`"),
    ("if a <> 1 then b = c", "T006", "<>", "`!=`"),
    ("if a => 1 then b = c", "T006", "=>", "`>=`"),
    ("if a ≥ 1 then b = c", "T006", "≥", "`>=`"),
    ("if a && b then b = c", "T006", "&&", "`and`"),
    ("if a || b then b = c", "T006", "||", "`or`"),
    ("if !a then b = c", "T006", "!", "`not`"),
    ("if a then b := c", "T006", ":=", "`=`"),
    ("if a then b = c else b = d", "T006", "else", "there is no `else`"),
    ("else b = d", "T006", "else", "there is no `else`"),
    ("elif a then b = d", "T006", "elif", "there is no `elif`"),
    ("if a then b = c elseif d then e = f", "T006", "elseif", "there is no `elseif`"),
    ("if a then b = c;", "T006", ";", "remove it"),
    ("if vip = true then b = c", "T006", "true", "`yes`"),
    ("if vip = FALSE then b = c", "T006", "FALSE", "`no`"),
    ("if vip = null then b = c", "T006", "null", "`is missing`"),
    ("if vip is null then b = c", "T006", "null", "`is missing`"),
    ("when a > 5 then b = c", "T006", "when", "`if`"),
    ("rule r: when a then b = c", "T006", "when", "`if`"),
    ("unless a then b = c", "T006", "unless", "`if not"),
    ("rule r: unless a then b = c", "T006", "unless", "`if not"),
    ("if a then return b", "T006", "return", "what is given"),
    ("if a then if b then c = d", "T006", "if", "one `if`"),
    ('if name like "x%" then b = c', "T006", "like", "starts with"),
    ("if a = $100 then b = c", "T006", "$", "currency"),
    ("if a in [b] then b = c", "T006", "[", "parentheses"),
    ("if a between 1 to 5 then b = c", "T006", "to", "between 1 and 5"),
    ("if a between 5 - 10 then b = c", "T006", "between 5 - 10", "between 5 and 10"),
    ("if a between 5-10 or d then b = c", "T006", "between 5-10", "between 5 and 10"),
    ("if a between 5 - 10 minutes then b = c", "T006", "between 5 - 10 minutes", "between 5 and 10 minutes"),
    ("if a is in top 10% then b = c", "T006", "is in top 10%", "write `in top 10%`"),
    ("if a in the top 10% then b = c", "T006", "in the top 10%", "write `in top 10%`"),
    ("if a is in the bottom 2.5% then b = c", "T006", "is in the bottom 2.5%", "write `in bottom 2.5%`"),
    ("if a is not in the top 10% then b = c", "T006", "is not in the top 10%", "write `not in top 10%`"),
    ("if a in highest 10 percent then b = c", "T006", "in highest 10 percent", "write `in top 10%`"),
    ("if a is top 10% and d then b = c", "T006", "is top 10%", "write `in top 10%`"),
    ("if a = top 10% then b = c", "T001", "10", "such as `in top 10%`"),
    ('include "x.tier"', "T006", "include", "`use"),
    ("// a comment", "T006", "//", "`#`"),
    ("rule r: priority >= high", "T006", ">=", "at least"),
    # statements
    ('polcy "x"', "T002", "polcy", "did you mean `policy`?"),
    ("basline n: a at least b", "T002", "basline", "did you mean `baseline`?"),
    ("custmer {\n  a : text\n}", "T002", "custmer", "did you mean `customer`?"),
    ("foo bar", "T002", "foo", "a statement begins with"),
    ("priority = high", "T002", "priority", "write `rule name: …`"),
    # layout
    ("if a\nthen b = c", "T003", "then b = c", "indent this line"),
    ('rule r: a = b\nbecause "x"', "T003", 'because "x"', "indent this line"),
    ("rule r: a = b,\nc = d", "T003", "c = d", "indent this line"),
    ("if a\nand b then c = d", "T003", "and b then c = d", "indent this line"),
    ("    rule r: a = b\n    rule s: a = b", "T003", "rule r: a = b", "first column"),
    ("rule r: a = b\n  rule s: a = b", "T003", "rule", "move it to the first column"),
    ("then a = b", "T003", "then", "none stands above"),
    ("}", "T003", "}", "nothing stands above"),
    # quotes, brackets, characters
    ('rule r "x: a = b', "T004", '"x: a = b', 'closing `"`'),
    ("rule `r: a = b", "T004", "`r: a = b", "not closed"),
    ("rule r “x”: a = b", "T007", "“x”", 'write "x"'),
    ("rule r 'x': a = b", "T007", "'x'", 'write "x"'),
    ("if a isn't b then c = d", "T006", "'t", "is not"),
    ("if (a then b = c", "T005", "(", "closing `)`"),
    ("if a) then b = c", "T005", ")", "no partner"),
    ("rule r: a = {b, c", "T005", "{", "closing `}`"),
    ("customer {\n  a : text", "T005", "{", "closing `}`"),
    ("customer\n  a : text", "T005", "customer", "after `customer` comes `{`"),
    ("customer { a : text }}", "T005", "}", "closes `customer`"),
    ("rule r: a = b\x00", "T011", "\x00", "U+0000"),
    ("# a \u202e comment", "T011", "\u202e", "delete it"),
    ('rule r "\ud800": a = b', "T011", "\ud800", "delete it"),
    ("rule größe: a = b", "T012", "größe", "`grosse`"),
    ("if a = 5 – 3 then b = c", "T012", "–", "write `-`"),
    ("if\u00a0a then b = c", "T012", "\u00a0", "plain space"),
    ('if a = "pаypal" then b = c', "T013", '"pаypal"', "looks like `a`"),
    # numbers and dates
    ("rule r: a = 100,000", "T008", "100,000", "`100_000`"),
    ("if a in (1,200) then b = c", "T008", "1,200", "space after each comma"),
    ("rule r: a = 1e5", "T905", "1e5", "exponent"),
    ("rule r: a = .5", "T020", ".", "`0.5`"),
    ("rule r: a = 10 minuts", "T020", "minuts", "did you mean `minutes`?"),
    ("rule r: a = 24x7", "T020", "24x7", "in quotes"),
    ("rule r: a = 2026-02-30", "T009", "2026-02-30", "no day"),
    ("rule r: a = 2026-1-5", "T009", "2026-1-5", "2026-01-05"),
    ("rule r: a = 31.12.2026", "T009", "31.12.2026", "year-month-day"),
    ("rule r: a = 12/31/2026", "T009", "12/31/2026", "year-month-day"),
    (r'rule r "\q": a = b', "T010", r"\q", "means nothing"),
    # what is missing
    ("rule r if a then b = c", "T014", "r", "`:` is missing"),
    ('example "E" given a = 1 expect b = c', "T014", '"', "`:` is missing"),
    ("customer {\n  a money\n}", "T014", "a", "`a : money`"),
    ("if a > 5 b = c", "T015", "b", "`then` is missing"),
    ("if a > 5", "T015", "5", "gives nothing"),
    ("if a > 5: b = c", "T015", ":", "`then`"),
    ("rule: a = b", "T016", "rule", "a rule has a name"),
    ('limit "title": a at most b', "T016", "limit", "a limit has a name"),
    ("if a then", "T001", "then", "after `then` comes what is given, such as `priority = high`"),
    ("if then a = b", "T001", "if", "after `if` comes a condition"),
    ("if a > then b = c", "T001", ">", "after `>` comes a value"),
    ("if a in b then c = d", "T001", "b", "parentheses"),
    ("if a, b then c = d", "T001", ",", "`and`"),
    ("if a < b < c then d = e", "T001", "<", "between"),
    ("rule r: callback", "T001", "callback", "`callback = yes`"),
    ("rule r: priority is high", "T001", "is", "after `priority` comes `=`"),
    ("rule press-desk: a = b", "T001", "press-desk", "`press_desk`"),
    ('rule r: a = b becuase "x"', "T001", "becuase", "did you mean `because`?"),
    ("rule r overides s: a = b", "T001", "overides", "did you mean `overrides`?"),
    ("tier gold then a = b", "T001", "gold", "who reaches"),
    ("parameter fee : money", "T001", "fee", "has no value"),
    ("policy x", "T001", "x", "in quotes"),
    ("property p: alwys a", "T001", "alwys", "did you mean `always`?"),
    ("property p: service does not depend on age", "T001", "does", "`service never depends on field`"),
    ('example "E": given a > 1 expect b', "T001", ">", "one value"),
    ('rule r "a" "b": c = d', "T019", '"b"', "twice"),
    # declarations
    ("customer {\n  a : string\n}", "T001", "string", "`text`"),
    ("customer {\n  a : monney\n}", "T001", "monney", "`money`"),
    ("customer {\n  a : text requird\n}", "T001", "requird", "did you mean `required`?"),
    ("customer {\n  a : integer min 0\n}", "T006", "min", "`at least`"),
    ("customer {\n  a : integer,\n}", "T006", ",", "line of its own"),
    ("customer {\n  a : low < mid, high\n}", "T001", ",", "`<`"),
    ("customer {\n  a : one of b c\n}", "T001", "c", "comma"),
    ("tiers gold > silver", "T001", ">", "worst first"),
    # tables
    ("table t:\n  | segment | then b |\n  | a | b |", "T018", "segment", "`if segment`"),
    ("table t:", "T018", "table t:", "no columns"),
    ("table t:\n  | if a | then b |\n  | a |", "T017", "| a |", "1 cell"),
    ("table t:\n  | if a | then b |\n  | >= | b |", "T001", ">=", "comes a value"),
    ("cases c:", "T018", "cases c:", "no columns"),
    ("cases c first match:\n  | a |\n  | 1 |", "T001", "first", "`cases name"),
    ("cases c:\n  | if a | expect b |\n  | 1 | x |", "T018", "if", "write `given`"),
    ("cases c:\n  | given a | then b |\n  | 1 | x |", "T018", "then", "write `expect`"),
    ("cases c:\n  | Annual spend | b |\n  | 1 | x |", "T018", "Annual spend", "`annual_spend`"),
    ("cases c:\n  | given | b |\n  | 1 | x |", "T001", "given", "the field that is given"),
    ("cases c:\n  | a | |\n  | 1 | x |", "T018", "", "no head"),
    ("cases c:\n  | a | b |\n  | 1 |", "T017", "| 1 |", "1 cell"),
    ("cases c:\n  | a | b |\n  | 1 | x or y |", "T006", "x or y", "write `x, y`"),
    ('cases c from "c.csv":\n  | a | b |\n  | 1 | x |', "T018", 'cases c from "c.csv":', "not both"),
    ("matrix m: a by b\n  | | x |\n  | y | z |", "T001", "b", "a by b".split(" ")[1]),
]


@pytest.mark.parametrize(("text", "code", "place", "says"), ONE_MISTAKE, ids=[case[0] for case in ONE_MISTAKE])
def test_a_mistake_is_one_finding(text: str, code: str, place: str, says: str) -> None:
    found = read(text).diagnostics
    assert [each.code.code for each in found] == [code]
    assert found[0].span is not None
    assert source_from_text("policy.tier", text).slice(found[0].span) == place
    assert says in found[0].message + " " + (found[0].help or "")


ALONE = ("    rule r: a = b\n    rule s: a = b",)  # a mistake only where it begins a file


@pytest.mark.parametrize("text", [case[0] for case in ONE_MISTAKE if case[0] not in ALONE])
def test_a_mistake_never_reaches_its_neighbours(text: str) -> None:
    parsed = read(f"rule before: a = b\n{text}\nrule after: a = b\n")
    names = [getattr(getattr(statement, "name", None), "text", None) for statement in parsed.module.statements]
    assert names[0] == "before"
    assert names[-1] == "after"
    assert len(parsed.diagnostics) == 1


INSIDES = ("Python", "Lark", "token", "terminal", "NAME", "_THEN", "LPAR", "$END", "__ANON")


@pytest.mark.parametrize("text", [case[0] for case in ONE_MISTAKE])
def test_a_message_speaks_the_authors_language(text: str) -> None:
    (found,) = read(text).diagnostics
    assert found.help
    assert not [word for word in INSIDES if word in found.message + found.help]


def test_a_fix_mends_what_it_stands_for() -> None:
    mended = 0
    for text, *_ in ONE_MISTAKE:
        (found,) = read(text).diagnostics
        if found.fix is not None:
            start, end = found.fix.span.start, found.fix.span.end
            assert read(text[:start] + found.fix.replacement + text[end:]).diagnostics == (), text
            mended += 1
    assert mended > 20


def test_five_mistakes_are_five_findings() -> None:
    text = """polcy "Five"

customer {
    spend : money at leest 0
    orders : integer
    stage = low < high
}
rule a: if spend > 100,000 then priority = high
rule b: if orders == 3 then priority = high
rule c if orders = 3 then priority = high
rule d: priority = high
"""
    parsed = read(text)
    assert [found.code.code for found in parsed.diagnostics] == ["T002", "T001", "T014", "T008", "T006", "T014"]
    assert len(parsed.module.statements) == 6


def test_two_mistakes_in_one_table_are_two_findings() -> None:
    parsed = read("table t:\n  | if a | then b |\n  | x | = |\n  | y | 1 |\n  | z == 1 | 2 |\n  | 1 to | 2 |")
    assert [found.code.code for found in parsed.diagnostics] == ["T001", "T001", "T001"]
    (table,) = parsed.module.statements
    assert len(getattr(table, "rows")) == 1  # noqa: B009


def test_a_block_whose_name_is_cut_short_is_underlined_no_further() -> None:
    assert [found.span.end for found in read("custo").diagnostics if found.span] == [len("custo")]
    assert [found.span.end for found in read("custo {").diagnostics if found.span] == [len("custo"), len("custo {")]


def test_a_statement_is_not_repaired_into_another() -> None:
    assert read("if a > 5 b = c").module.statements == ()


@pytest.mark.parametrize("word", ["than", "becuase", "overides"])
def test_the_nearest_word_is_found(word: str) -> None:
    assert nearest(word, ("then", "because", "overrides")) in ("then", "because", "overrides")
