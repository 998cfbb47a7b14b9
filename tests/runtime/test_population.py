"""Claims about populations, measured on files: counts against a second reading of the same rows, and what is said."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.simulation.plain import both_ways
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Policy
from tierpolicy.pipeline import check_paths, loads
from tierpolicy.runtime.measures import measures
from tierpolicy.runtime.population import Customers, Population, day_for, measured

DAY = date(2026, 11, 21)
DECLARED = """\
policy "P" currency EUR
customer {
    id     : text key
    spend  : money at least 0
    rate   : percent at most 100%
    weight : number
    orders : integer default 0
}
service {
    priority : low < high
    credit   : money at least 0 more is better or none
}
assume spend < 1_000_000
if spend > 100 then priority = high, credit = spend * 1%
"""


def on(folder: Path, claims: str, rows: str, name: str = "customers.csv", as_of: date = DAY) -> Population:
    (folder / name).write_text(rows, encoding="utf-8")
    typed = loads(DECLARED + claims).versions[0]
    return both_ways(typed, Customers(folder / name, as_of))


def said(population: Population) -> list[str]:
    return [f"{each.code.code}: {each.message}" for each in measures(population)]


def only(population: Population) -> Diagnostic:
    (finding,) = measures(population)
    return finding


CSV = "id,spend,orders\na,50,1\nb,101,2\nc,200,\nd,,3\n"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("at most 50% of customers have priority = high", "T402: `p` holds on customers.csv: 2 of 4 customers (50%)"),
        ("at most 49.99% of customers have priority = high", "T440: `p` does not hold on customers.csv: 2 of 4"),
        ("at least 50% of customers have priority = high", "T402: `p` holds on customers.csv: 2 of 4"),
        ("at least 50.01% of customers have priority = high", "T440: `p` does not hold on customers.csv: 2 of 4"),
        ("at most 25% of customers have orders = 0", "T402: `p` holds on customers.csv: 1 of 4 customers (25%)"),
        ("total spend at most 351", "T402: `p` holds on customers.csv: `spend` comes to 351 EUR over 3 customers"),
        (
            "total spend at most 350.99",
            "T440: `p` does not hold on customers.csv: `spend` comes to 351 EUR over 3 customers, "
            "at most 350.99 EUR is allowed",
        ),
        ("total credit at least 3.01", "T402: `p` holds on customers.csv: `credit` comes to 3.01 EUR over 2"),
        ("total orders at most 5", "T440: `p` does not hold on customers.csv: `orders` comes to 6 over 4 customers"),
    ],
)
def test_a_claim_on_four_customers(claim: str, expected: str, tmp_path: Path) -> None:
    (found,) = said(on(tmp_path, f"property p: {claim}\n", CSV))
    assert found.startswith(expected)


def test_where_says_of_whom(tmp_path: Path) -> None:
    population = on(tmp_path, "property p where spend > 60: at least 75% of customers have spend > 150\n", CSV)
    assert said(population) == [
        "T440: `p` does not hold on customers.csv: 1 of 2 customers with `spend > 60` (50%) have `spend > 150`, "
        "at least 75% is asked for"
    ]
    assert "of 1 customer it isn't known" in (only(population).help or "")


def test_whoever_it_is_not_known_of_does_not_have_it(tmp_path: Path) -> None:
    found = only(on(tmp_path, "property p: at least 50% of customers have spend < 1_000\n", "id,spend\na,5\nb,\nc,\n"))
    assert (found.code.code, "1 of 3 customers" in found.message) == ("T440", True)
    assert "of 2 customers it isn't known" in (found.help or "")


def test_customers_are_decided_on_the_day(tmp_path: Path) -> None:
    claim = "rule later from 2027-01-01: priority = high\nproperty p: at most 50% of customers have priority = high\n"
    assert [only(on(tmp_path, claim, CSV, as_of=day)).code.code for day in (DAY, date(2027, 1, 1))] == ["T402", "T440"]


def test_what_was_wrong_with_the_file_is_said(tmp_path: Path) -> None:
    rows = "id,spend\na,many\nb,2000000\nc,3\nd\n"
    found = only(on(tmp_path, "property p: at most 0% of customers have orders > 3\n", rows))
    assert found.code.code == "T402"
    assert found.help == (
        "measured as of 2026-11-21 on these customers, not proved; 2 customers had problems (`spend` 1, `row` 1); "
        "1 customer broke an assumption of the policy"
    )


@pytest.mark.parametrize(
    ("claim", "rows", "expected"),
    [
        ("at most 5% of customers have priority = high", "id,spend\n", "it holds no customers"),
        ("at least 5% of customers have priority = high", "id,spend\n", "it holds no customers"),
        ("total spend at least 5", "id,spend\n", "it holds no customers"),
        ("total spend at least 5", "id,spend\na,\n", "none of its 1 customer has a value of `spend`"),
    ],
)
def test_nobody_is_measured_as_nothing(claim: str, rows: str, expected: str, tmp_path: Path) -> None:
    found = only(on(tmp_path, f"property p: {claim}\n", rows))
    assert (found.code.code, found.message) == ("T442", f"`p` could not be measured on customers.csv: {expected}")


def test_a_where_that_is_true_of_nobody(tmp_path: Path) -> None:
    found = only(on(tmp_path, "property p where orders > 9: at least 5% of customers have orders > 9\n", CSV))
    assert found.message.endswith("`orders > 9` is true of none of its 4 customers")


@pytest.mark.parametrize(
    ("claim", "rows", "expected"),
    [
        ("at most 5% of customers have priority = high", "id,Spend\na,5\n", "none of its 1 customer has a value of"),
        (
            "at most 5% of customers have priority = high",
            "id,spend\na,5€\nb,6€\nc,7\n",
            "`spend` can't be used for 2 of its 3",
        ),
        ("at most 5% of customers have priority = high", "id,spend\na,5€\nb,6\n", ""),
        ("at most 50% of customers have spend > 9", "id,spend\na,\nb,\nc,7\n", "of 2 of 3 customers it isn't known"),
        ("total spend at most 50", "id,spend\na,\nb,\nc,7\n", "of 2 of 3 customers there is no value to add"),
        ("at most 50% of customers have orders > 9", "id\na\nb\n", ""),  # a default is said for those without
    ],
)
def test_what_most_lack_can_not_be_measured(claim: str, rows: str, expected: str, tmp_path: Path) -> None:
    found = only(on(tmp_path, f"property p: {claim}\n", rows))
    assert found.code.code == ("T442" if expected else "T402")
    assert expected in found.message


def test_problems_are_named_in_the_order_of_the_policy(tmp_path: Path) -> None:
    rows = "id,spend,rate,weight,orders\na,x,x,x,x\nb,1,x,1,1\nc,1,1,1,1\n"
    found = only(on(tmp_path, "property p: at most 9% of customers have priority = high\n", rows))
    assert "(`rate` 2, `spend` 1, `weight` 1, `orders` 1)" in (found.help or "")


# ---------------------------------------------------------------- exactness

AMOUNTS = st.lists(st.one_of(st.none(), st.integers(0, 30_000)), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None)
@given(amounts=AMOUNTS, share=st.integers(0, 10_000), bound=st.integers(0, 300_000))
def test_counting_agrees_with_fractions(
    amounts: list[int | None], share: int, bound: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    claims = (
        f"property a: at most {share / 100:.2f}% of customers have priority = high\n"
        f"property b: total spend at least {bound / 100:.2f}\n"
    )
    rows = "".join(json.dumps({"spend": None if a is None else f"{a / 100:.2f}"}) + "\n" for a in amounts)
    found = said(on(tmp_path_factory.mktemp("file"), claims, rows, "customers.jsonl"))
    high, known = sum(a is not None and a > 10_000 for a in amounts), [a for a in amounts if a is not None]
    told = "T442" if not known else "T402"
    assert found[0].startswith(told if Fraction(high, len(amounts)) <= Fraction(share, 10_000) else "T440")
    told = "T442" if len(known) * 2 < len(amounts) else "T402"
    assert found[1].startswith(told if not known or sum(known) >= bound else "T440")


def test_a_total_of_numbers_does_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    claim = "property p: total weight at most 1\n"
    texts = ["1e300", "1", "-1e300"]
    found = {
        tuple(said(on(tmp_path, claim, "id,weight\n" + "".join(f"x,{text}\n" for text in order))))
        for order in (texts, texts[::-1], [texts[0], texts[2], texts[1]])
    }
    assert len(found) == 1
    assert next(iter(found))[0].startswith("T402: `p` holds on customers.csv: `weight` comes to 1 over 3 customers")


def test_a_figure_beside_its_bound_is_on_the_right_side_of_it(tmp_path: Path) -> None:
    rows = "id,spend\n" + "x,500\n" * 1_001 + "y,5\n" * 18_999
    (found,) = said(on(tmp_path, "property p: at most 5% of customers have priority = high\n", rows))
    assert "1,001 of 20,000 customers (5.005%)" in found


def test_more_than_a_number_holds(tmp_path: Path) -> None:
    rows = "id,weight\n" + "x,1e308\n" * 3
    (found,) = said(on(tmp_path, "property p: total weight at most 1\n", rows))
    assert found.startswith("T440: `p` does not hold on customers.csv: `weight` comes to more than a number can hold")


# ---------------------------------------------------------------- 10 for 10%


@pytest.mark.parametrize(
    ("cells", "seen"),
    [
        (["10", "20", "0.5"], True),
        (["0.1", "0.2", "0.5"], False),
        (["1", "1", "1"], False),
        (["10", "0.1"], False),
        (["10%", "35%", "20%"], False),
        (["", "x", "30"], True),
        (["", "", ""], False),
    ],
)
def test_data_that_looks_like_ten_for_ten_percent(cells: list[str], seen: bool, tmp_path: Path) -> None:
    """The field's bound of 100% refuses such values; they are seen all the same."""
    rows = "id,rate\n" + "".join(f"x,{cell}\n" for cell in cells)
    found = measures(on(tmp_path, "", rows))
    assert [each.code.code for each in found] == (["T441"] if seen else [])


# ---------------------------------------------------------------- days, files


def test_a_policy_is_measured_on_a_day_on_which_it_is_in_effect() -> None:
    dated = loads('policy "P" effective from 2027-01-01 until 2027-12-31\nif orders > 1 then priority = top\n')
    policy: Policy = dated.versions[0]
    assert [day_for(policy, day).isoformat() for day in (DAY, date(2027, 5, 1), date(2029, 1, 1))] == [
        "2027-01-01",
        "2027-05-01",
        "2027-12-31",
    ]


def test_parquet_and_jsonl_come_to_the_same(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    claims = "property p: at most 10% of customers have priority = high\nproperty q: total spend at most 9\n"
    records = [{"id": str(n), "spend": float(n)} for n in range(90, 112)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), tmp_path / "customers.parquet")
    lines = "".join(json.dumps(record) + "\n" for record in records)
    by_line = said(on(tmp_path, claims, lines, "customers.jsonl"))
    typed = loads(DECLARED + claims).versions[0]
    by_batch = measured(typed, Customers(tmp_path / "customers.parquet", DAY), lambda done, size: None)
    assert said(by_batch) == [each.replace(".jsonl", ".parquet") for each in by_line]
    assert by_line[0].startswith("T440: `p` does not hold on customers.jsonl: 11 of 22 customers")


def test_each_policy_of_a_folder_is_measured(tmp_path: Path) -> None:
    for name, share in (("a", 10), ("b", 90)):
        head = DECLARED.replace('"P"', f'"{name}"')
        text = f"{head}property {name}: at most {share}% of customers have priority = high\n"
        (tmp_path / f"{name}.tier").write_text(text)
    (tmp_path / "customers.csv").write_text(CSV)
    report = check_paths([tmp_path], on=Customers(tmp_path / "customers.csv", DAY), prove=False)
    found = {each.code.code: each.message for each in report.diagnostics if each.code.code in ("T402", "T440")}
    assert (found["T402"][:3], found["T440"][:3]) == ("`b`", "`a`")
