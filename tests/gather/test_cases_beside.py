"""The sidecar: cases in a file beside the policy, which only tests read."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

import tierpolicy
from tests.gather.test_gather import codes, text_at
from tierpolicy.check.allows import FOUND_LATER, Allows, without_accepted
from tierpolicy.check.elaborate import Checked, elaborate
from tierpolicy.diagnostics.codes import size, syntax
from tierpolicy.diagnostics.codes.properties import EXAMPLE_FAILS
from tierpolicy.pipeline import check_path
from tierpolicy.runtime.examples import failing_examples
from tierpolicy.syntax.files import LARGEST_FILE
from tierpolicy.syntax.gather import Gathered, gather, gather_text
from tierpolicy.syntax.gather_cases import sidecar_of, with_cases, with_cases_text

POLICY = 'if orders > 10 then priority = high\nexample "Ulm": given orders = 11 expect priority = high\n'
CASES = "case,orders,priority\nAcme,11,high\n,10,normal\nAjax,10,high\n"


def read(folder: Path, cases: str | bytes | None = CASES, policy: str = POLICY) -> Gathered:
    main = folder / "service.tier"
    main.write_text(policy, encoding="utf-8")
    if cases is not None:
        sidecar_of(main).write_bytes(cases.encode() if isinstance(cases, str) else cases)
    return with_cases(gather(main), main)


def errors(found: Checked) -> list[str]:
    return [f"{d.code.code}: {d.message}" for d in found.diagnostics if d.severity.value == "error"]


def test_each_row_becomes_a_case(tmp_path: Path) -> None:
    gathered = read(tmp_path)
    assert [Path(module.path).name for module in gathered.modules[-1:]] == ["service.cases.csv"]
    policy = elaborate(gathered).policy
    assert policy is not None
    named = [(example.kind, example.origin.name) for example in policy.examples]
    assert named == [("example", "Ulm"), ("case", "Acme"), ("case", "cases row 2"), ("case", "Ajax")]
    (failing,) = failing_examples(policy)
    assert failing.code is EXAMPLE_FAILS
    assert failing.message == "the case `Ajax` expects `priority = high`, which does not hold"
    source = next(each for each in policy.sources if failing.span is not None and each.path == failing.span.path)
    assert failing.span is not None
    assert (source.slice(failing.span), source.position(failing.span.start).line) == ("high", 4)


def test_where_there_is_none_nothing_changes(tmp_path: Path) -> None:
    gathered = read(tmp_path, None)
    assert gathered == gather(tmp_path / "service.tier")


def test_loading_and_checking_do_not_read_it(tmp_path: Path) -> None:
    read(tmp_path, "nonsense")
    main = tmp_path / "service.tier"
    assert not [d for d in check_path(main, prove=False).diagnostics if d.severity.value == "error"]
    assert tierpolicy.load(main).evaluate({"orders": 11})["priority"] == "high"


def test_the_digest_is_that_of_the_policy_alone(tmp_path: Path) -> None:
    with_them = elaborate(read(tmp_path)).policy
    without = elaborate(gather(tmp_path / "service.tier")).policy
    assert with_them is not None
    assert without is not None
    assert with_them.digest == without.digest
    assert len(with_them.examples) > len(without.examples)


def test_a_policy_that_reads_the_file_itself_has_its_cases_once(tmp_path: Path) -> None:
    gathered = read(tmp_path, policy=POLICY + 'cases all from "service.cases.csv"\n')
    policy = elaborate(gathered).policy
    assert policy is not None
    assert [each.origin.name for each in policy.examples] == ["Ulm", "Acme", "all row 2", "Ajax"]
    # there the file is part of the policy's text
    changed = elaborate(
        read(tmp_path, CASES + "Ann,1,normal\n", POLICY + 'cases all from "service.cases.csv"\n')
    ).policy
    assert changed is not None
    assert changed.digest != policy.digest


@pytest.mark.parametrize(
    ("cases", "code"),
    [
        ("", syntax.TABLE_COLUMN),
        ("\n\n", syntax.TABLE_COLUMN),
        (",,x\n1,2,3\n", syntax.TABLE_COLUMN),
        (b"\xff\xfec\x00a\x00", syntax.FILE_NOT_TEXT),
        (b"case,orders,priority\nM\xfcller,11,high\n", syntax.FILE_NOT_TEXT),
        (b"a" * (LARGEST_FILE + 1), size.FILE_TOO_LARGE),
    ],
    ids=["empty", "blank", "no heads", "UTF-16", "Latin-1", "large"],
)
def test_an_unreadable_one_is_a_finding_at_its_place_and_the_policy_stays(
    tmp_path: Path, cases: str | bytes, code: object
) -> None:
    gathered = read(tmp_path, cases)
    assert {*codes(gathered)} == {code}
    assert {d.span.path for d in gathered.diagnostics if d.span is not None} == {gathered.aside}
    assert gathered.aside.endswith("service.cases.csv")
    assert not [d for d in elaborate(gather(tmp_path / "service.tier")).diagnostics if d.severity.value == "error"]


def test_a_folder_or_a_link_that_leads_out_is_a_finding(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "outside.csv").write_text(CASES, encoding="utf-8")
    os.symlink(tmp_path / "outside.csv", inner / "service.cases.csv")
    assert codes(read(inner, None)) == [syntax.FILE_OUTSIDE]
    (inner / "service.cases.csv").unlink()
    (inner / "service.cases.csv").mkdir()
    assert codes(read(inner, None)) == [syntax.FILE_UNREADABLE]


def test_a_wrong_row_is_its_own_mistake_and_keeps_its_number() -> None:
    text = "orders,priority\n11,high\n5,topp\n6\nsix,high\n12,high,\n7,normal\n"
    gathered = with_cases_text(gather_text(POLICY), text)
    assert codes(gathered) == [syntax.ROW_SHAPE, syntax.ROW_SHAPE]
    assert [text_at(gathered, number) for number in range(2)] == ["6", "12,high,"]
    assert gathered.diagnostics[0].help == "an empty cell is parted off too: `gold,,`"
    found = elaborate(gathered)
    assert errors(found)[2:] == [
        "T104: `topp` is not a label of `priority`",
        "T117: `six` stands where a value for `orders` must be written out",
    ]
    names = [row.number for module in gathered.modules for s in module.statements for row in getattr(s, "rows", ())]
    assert names == [1, 2, 4, 6]


def test_a_name_of_an_example_is_taken() -> None:
    found = elaborate(with_cases_text(gather_text(POLICY), "case,orders,priority\nUlm,11,high\n"))
    assert errors(found) == ["T151: the case `Ulm` is not the only one of that name"]
    mistake = next(d for d in found.diagnostics if d.severity.value == "error")
    assert mistake.span is not None
    assert mistake.span.path == "policy.cases.csv"


def test_what_spreadsheets_write_is_read() -> None:
    text = '\ufeffcase;given orders;expect priority;because\r\n"Ä ""b""";11;"high";"so, it; is"\r\n\r\n;10;;\r\n'
    gathered = with_cases_text(gather_text(POLICY), text)
    assert codes(gathered) == []
    assert errors(elaborate(gathered)) == ["T408: this case expects nothing"]
    policy = elaborate(with_cases_text(gather_text(POLICY), text.replace(";10;;", ";10;normal;"))).policy
    assert policy is not None
    assert [(each.origin.name, each.origin.because) for each in policy.examples[1:]] == [
        ('Ä "b"', "so, it; is"),
        ("cases row 2", ""),
    ]


WITH_TEXTS = """
customer { id : text key  segment : one of consumer, "Small Business"  orders : integer }
service { greeting : text default "Good day"  note : text or none no direction default none  pool : "a b" < c }
if segment = "Small Business" then greeting = "Welcome back", pool = c
"""


def test_texts_and_labels_need_no_quotes_in_a_file() -> None:
    text = (
        "id,segment,greeting,pool\nAnna Smith,Small Business,Welcome back,c\nC-1001,consumer,Good day,a b\n"
        '1001,"""Small Business""","""Welcome back""",c\n"a ""b"" @x.y",missing,not "Welcome back",\nnone,,known,\n'
    )
    policy = elaborate(with_cases_text(gather_text(WITH_TEXTS), text)).policy
    assert policy is not None
    assert [example.given["id"] for example in policy.examples] == [
        "Anna Smith",
        "C-1001",
        "1001",
        'a "b" @x.y',
        "none",
    ]
    assert failing_examples(policy) == ()


def test_what_is_no_text_is_still_wrong_there() -> None:
    text = "id,segment,orders,pool,note\nAnna,Smal Business,5 minuts,a c,none\n,,,>= a b,\n,,,{a b},\n"
    found = errors(elaborate(with_cases_text(gather_text(WITH_TEXTS), text)))
    assert [each.partition(":")[0] for each in found] == ["T104", "T020", "T104", "T001", "T001"]
    inside = WITH_TEXTS + "cases c:\n  | id | pool |\n  | Anna | c |\n  | Anna Smith | c |\n"
    assert [each.partition(":")[0] for each in errors(elaborate(gather_text(inside)))] == ["T001", "T117"]


def test_a_comma_inside_a_number_is_asked_about_in_a_file() -> None:
    text = "fee;orders;spend\n5,5;1;\n1,200;1;\n1.200,50;1;\n5, 5;1;\n>= 5,5;1;\n4;5,5;\n4;1;5,5%\n"
    policy = """
customer { orders : integer  spend : percent }
service { fee : money less is better at most 5 }
"""
    gathered = with_cases_text(gather_text(policy), text)
    found = [d for d in elaborate(gathered).diagnostics if d.severity.value == "error"]
    assert [(d.code.code, d.message.partition("`")[2].partition("`")[0], d.help) for d in found[:4]] == [
        ("T020", "5,5", "write `5.5` if decimals stand behind it, `5, 5` if any of these is meant"),
        (
            "T020",
            "1,200",
            "write `1_200` if it parts thousands, `1.200` if decimals stand behind it, "
            "`1, 200` if any of these is meant",
        ),
        ("T020", "1.200,50", "write `1_200.50` if decimals stand behind it, `1.200, 50` if any of these is meant"),
        ("T020", "5,5", "write `5.5`; a point stands before the decimals"),
    ]
    assert [d.code.code for d in found[4:]] == ["T020", "T020"]
    quoted = 'fee,orders,spend\n"5,5",1,\n'
    assert errors(elaborate(with_cases_text(gather_text(policy), quoted))) == ["T020: `5,5` has a comma inside"]
    inside = policy + "cases c:\n  | fee |\n  | 5,5 |\n"
    assert errors(elaborate(gather_text(inside))) == []
    table = {"fees.csv": 'if orders,then fee\n"5,5",1\n'}
    assert codes(gather_text(policy + 'table f from "fees.csv"\n', files=table)) == [syntax.NUMBER_FORM]


def test_a_comma_is_part_of_a_text_that_is_given_and_of_a_label() -> None:
    vocabulary = 'customer { id : text  segment : one of "2,5 kg", b }\nservice { greeting : text default "x" }\n'
    text = 'id,segment,greeting\n"Smith, Anna","2,5 kg",x\n"5,5",b,x\n'
    policy = elaborate(with_cases_text(gather_text(vocabulary), text)).policy
    assert policy is not None
    assert [dict(each.given) for each in policy.examples] == [
        {"id": "Smith, Anna", "segment": "2,5 kg"},
        {"id": "5,5", "segment": "b"},
    ]


WITH_DATES = """
customer { since : date  id : text  segment : one of small_business from ("SMB", "Small Biz"), b }
service { priority : normal < high }
if since < 2020-01-01 then priority = high
"""


def given_in(text: str) -> list[dict[str, object]]:
    policy = elaborate(with_cases_text(gather_text(WITH_DATES), text)).policy
    assert policy is not None
    return [dict(each.given) for each in policy.examples]


@pytest.mark.parametrize(
    "text",
    [
        "since\tsegment\tpriority\n2019-01-01\tb\thigh\n",
        "sep=;\nsince;segment;priority\n2019-01-01;b;high\n",
        '"sep=,"\nsince,segment,priority\n2019-01-01,b,high\n',
        "since,segment,priority,,\n,,,,\n2019-01-01,b,high,,\n,,,,\n",
    ],
    ids=["tabs", "sep", "sep in quotes", "nothing around"],
)
def test_what_spreadsheets_leave_behind_is_passed_over(text: str) -> None:
    assert given_in(text) == [{"since": date(2019, 1, 1), "segment": "b"}]


def test_a_column_without_head_that_holds_something_is_a_mistake() -> None:
    gathered = with_cases_text(gather_text(WITH_DATES), "since,priority,\n2019-01-01,high,x\n")
    assert codes(gathered) == [syntax.TABLE_COLUMN]


def test_a_label_may_be_given_as_the_data_spells_it() -> None:
    assert given_in("segment,priority\nSMB,normal\nSmall Biz,normal\n") == [{"segment": "small_business"}] * 2
    inside = WITH_DATES + "cases c:\n  | segment | priority |\n  | SMB | normal |\n"
    (mistake,) = [d for d in elaborate(gather_text(inside)).diagnostics if d.severity.value == "error"]
    assert mistake.help == "`SMB` is how the data spells it; write `small_business`"


@pytest.mark.parametrize(
    ("written", "help"),
    [
        ("01.05.2026", "write `2026-05-01`"),
        ("01/03/2019", "write `2019-03-01` or `2019-01-03`"),
        ("12/31/2019", "write `2019-12-31`"),
        ("2019/3/1", "write `2019-03-01`"),
        ("< 31.12.2019", "write `2019-12-31`"),
    ],
)
def test_dates_as_spreadsheets_show_them(written: str, help: str) -> None:
    for head, row in (("since,priority", f"{written},high"), ("as of,priority", f"{written},high")):
        checked = elaborate(with_cases_text(gather_text(WITH_DATES), f"{head}\n{row}\n"))
        (mistake,) = [d for d in checked.diagnostics if d.severity.value == "error"]
        assert (mistake.code, mistake.help) == (syntax.WRONG_DATE, help)
    assert given_in(f"id,priority\n{written},normal\n") == [{"id": written}]


def test_an_allow_reaches_the_rows_in_another_file() -> None:
    allowed = 'allow T460 because "until May"\ncases known from "known.csv"\ncases other from "other.csv"\n'
    rows = "case,orders,priority\nAcme,10,high\n"
    checked = elaborate(
        gather_text(POLICY + allowed, files={"known.csv": rows, "other.csv": rows.replace("Acme", "Ajax")})
    )
    assert checked.policy is not None
    kept = without_accepted([Allows(checked.accepted, FOUND_LATER)], failing_examples(checked.policy))
    assert [found.message for found in kept] == ["the case `Ajax` expects `priority = high`, which does not hold"]
