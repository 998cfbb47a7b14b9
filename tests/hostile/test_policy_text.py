"""Policy text that hurt others: each gets a finding or works; none hangs, recurses out or escapes."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

import tierpolicy
from tierpolicy.check.elaborate import Checked, elaborate
from tierpolicy.diagnostics.diagnostic import Severity
from tierpolicy.syntax.gather import gather, gather_text

DAY = date(2026, 11, 21)


def checked(text: str, **files: str) -> Checked:
    return elaborate(gather_text(text, files=files))


def errors(found: Checked) -> list[str]:
    return [d.code.code for d in found.diagnostics if d.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "condition",
    [
        "not " * 1_200 + "accessibility_need",
        "(" * 1_000 + "orders > 1" + ")" * 1_000,
        "orders > " + "-" * 5_000 + "1",
        "orders > " + "abs(" * 1_000 + "1" + ")" * 1_000,
        "(" * 200_000,
        "[" * 10_000,
        "{" * 10_000,
    ],
    ids=["not", "parens", "minus", "calls", "open parens", "brackets", "braces"],
)
def test_deep_text_is_a_finding(condition: str) -> None:
    found = checked(f"if {condition} then priority = top\n")
    assert found.policy is None
    assert len(errors(found)) == 1


def test_ten_megabytes_of_brackets() -> None:
    assert errors(checked("(" * 10_000_000))


def test_a_file_of_short_bad_lines_ends() -> None:
    found = checked("if (\n" * 2_000)
    assert len(errors(found)) == 2_000


@pytest.mark.parametrize("slip", [")customer", "(customer", "])service", "customer)", "{request", "]request:"])
def test_a_slip_before_the_word_of_a_block_is_a_finding(slip: str) -> None:
    assert errors(checked(f"{slip} {{\n    x : money\n}}\nif orders > 1 then priority = high\n"))


def test_a_name_of_a_megabyte_is_a_finding() -> None:
    assert "T903" in errors(checked("if " + "x" * 1_000_000 + " > 1 then priority = top\n"))
    assert errors(checked("if " + "x" * 1_000_000 + " > \u00e9 then priority = top\n"))


def test_long_labels_are_not_compared_letter_by_letter() -> None:
    letters = [chr(0x4E00 + n) for n in range(300)]
    labels = [letters[shift:] + letters[:shift] for shift in range(100)]
    text = ", ".join(f'"{"".join(label * 30)}"' for label in labels)
    found = checked(
        f"customer {{\n    x : one of {text}\n}}\nservice {{\n    p : low < high\n}}\n"
        + "".join(f'if x = "{"".join(label[::-1] * 30)}" then p = high\n' for label in labels)
    )
    assert set(errors(found)) == {"T104"}


def test_thousands_of_slips_among_thousands_of_names() -> None:
    names = [f"a_rather_long_name_of_a_field_of_this_customer_{n}" for n in range(2_000)]
    fields = "".join(f"    {name} : integer\n" for name in names)
    rules = "".join(f"if x{name} > 1 then p = high\n" for name in names)
    found = checked(f"customer {{\n{fields}}}\nservice {{\n    p : low < high\n}}\n{rules}")
    assert errors(found) == ["T101"] * 2_000


@pytest.mark.parametrize("depth", [50, 95])
def test_nesting_within_the_limit_works(depth: int) -> None:
    policy = tierpolicy.loads("if " + "(" * depth + "orders > 1" + ")" * depth + " then priority = top\n")
    assert policy.evaluate({"orders": 2}, as_of=DAY)["priority"] == "top"


def test_wide_or() -> None:
    condition = " or ".join(f"orders = {n}" for n in range(10_000))
    policy = tierpolicy.loads(f"if {condition} then priority = top\n")
    assert policy.evaluate({"orders": 9_999}, as_of=DAY)["priority"] == "top"
    assert policy.evaluate({"orders": 10_000}, as_of=DAY)["priority"] == "normal"
    assert policy.evaluate({}, as_of=DAY).undetermined
    assert policy.evaluate({"orders": 9_999}, as_of=DAY).explain().text()


def test_many_fields_of_which_nothing_is_known() -> None:
    names = [f"f{n}" for n in range(10_000)]
    fields = "".join(f"    {name} : integer\n" for name in names)
    rules = "".join(f"if {name} > 1 then p = high\n" for name in names)
    policy = tierpolicy.loads(f"customer {{\n{fields}}}\nservice {{\n    p : low < high\n}}\n{rules}")
    assert [entry.fields for entry in policy.evaluate({}, as_of=DAY).undetermined] == [(name,) for name in names]


def test_wide_in() -> None:
    options = ", ".join(str(n) for n in range(100_000))
    policy = tierpolicy.loads(f"if orders in ({options}) then priority = top\n")
    assert policy.evaluate({"orders": 99_999}, as_of=DAY)["priority"] == "top"
    assert policy.evaluate({"orders": 100_000}, as_of=DAY)["priority"] == "normal"


def test_long_sum_is_a_finding_or_works() -> None:
    found = checked("if orders > " + " + ".join(["1"] * 10_000) + " then priority = top\n")
    assert found.policy is not None or len(errors(found)) == 1


def test_table_of_ten_thousand_rows() -> None:
    rows = "".join(f"    | {n} | high |\n" for n in range(10_000))
    policy = tierpolicy.loads(f"table big:\n    | if orders | then priority |\n{rows}")
    assert policy.evaluate({"orders": 9_999}, as_of=DAY)["priority"] == "high"


def test_chain_of_defines() -> None:
    """Defines may build on one another far beyond what calls within calls could carry."""
    lines = ["define d0 = orders > 1"]
    lines += [f"define d{n} = d{n - 1} and orders < {n + 10_000}" for n in range(1, 3_000)]
    found = checked("\n".join([*lines, "if d2999 then priority = top", ""]))
    if found.policy is None:
        assert errors(found)
        assert all(code.startswith("T9") for code in errors(found))
    else:
        policy = tierpolicy.loads("\n".join([*lines, "if d2999 then priority = top", ""]))
        assert policy.evaluate({"orders": 2}, as_of=DAY)["priority"] == "top"


def test_chain_of_decided_attributes() -> None:
    """So may attributes that read one another."""
    names = [f"a{n}" for n in range(1_500)]
    service = "service {\n" + "".join(f"    {name} : flag\n" for name in names) + "}\n"
    rules = "if x then a0 = yes\n" + "".join(f"if a{n - 1} then a{n} = yes\n" for n in range(1, 1_500))
    policy = tierpolicy.loads("customer {\n    x : flag\n}\n" + service + rules)
    assert policy.evaluate({"x": True}, as_of=DAY)["a1499"] is True


@pytest.mark.parametrize(
    "number", ["1e999999", "1e5", "1" * 5_000, "0." + "1" * 5_000, "1_0000000000000000000", "100,000", "0x10", "1.2.3"]
)
def test_odd_numbers_are_findings(number: str) -> None:
    assert errors(checked(f"if lifetime_value > {number} then priority = top\n"))


def test_divided_by_zero_gives_nothing() -> None:
    policy = tierpolicy.loads("if orders / 0 > 1 then priority = top\n")
    assert policy.evaluate({"orders": 2}, as_of=DAY)["priority"] == "normal"


@pytest.mark.parametrize(
    "mark", ["\u202e", "\u2066", "\x00", "\u200b", "\ud800"], ids=["rlo", "lri", "nul", "zero width", "surrogate"]
)
def test_hidden_characters_are_findings(mark: str) -> None:
    assert checked(f'if region = "no{mark}rth" then priority = top\n').diagnostics
    assert checked(f"if orders > 1 {mark} then priority = top\n").diagnostics
    if mark != "\u200b":
        assert checked(f"# {mark}\nif orders > 1 then priority = top\n").diagnostics


def test_bom_crlf_and_cr_are_read() -> None:
    policy = tierpolicy.loads("\ufeffif orders > 1\r\n    then priority = top\r\n\rif orders > 2 then priority = top\r")
    assert policy.evaluate({"orders": 2}, as_of=DAY)["priority"] == "top"


def test_composed_and_decomposed_are_one_text() -> None:
    policy = tierpolicy.loads('if region = "Malm\u00f6" then priority = top\n')
    assert policy.evaluate({"region": "Malmo\u0308"}, as_of=DAY)["priority"] == "top"


def test_case_matters_and_never_folds() -> None:
    policy = tierpolicy.loads('if region = "stra\u00dfe" then priority = top\n')
    assert policy.evaluate({"region": "STRASSE"}, as_of=DAY)["priority"] == "normal"
    assert policy.evaluate({"region": "stra\u00dfe"}, as_of=DAY)["priority"] == "top"


def test_a_look_alike_label_is_warned_of() -> None:
    text = (
        'customer {\n    plan : one of "b\u0430sic", pro\n}\nservice {\n    a : flag\n}\nif plan = pro then a = yes\n'
    )
    found = checked(text)
    assert found.policy is not None
    assert any(d.severity is Severity.WARNING for d in found.diagnostics)


HOSTILE_NAMES = [
    "__class__",
    "__init__",
    "select",
    "lambda",
    "None",
    "class_",
    "import_",
    "self",
    "keys",
    "items",
    "get",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_names_that_mean_something_elsewhere(name: str) -> None:
    text = (
        f"customer {{\n    {name} : integer\n}}\nservice {{\n    {name}_out : low < high\n    explain : flag\n}}\n"
        f"if {name} > 1 then {name}_out = high\n"
    )
    policy = tierpolicy.loads(text)
    assert policy.evaluate({name: 2}, as_of=DAY)[f"{name}_out"] == "high"
    assert policy.Customer.model_json_schema()
    assert policy.Service.model_json_schema()


INJECTIONS = [
    '"',
    "'",
    "\\",
    "\n",
    "--",
    "{{ 7 * 7 }}",
    "${x}",
    "{% raw %}",
    "`rm`",
    "'; drop table x",
    "%s",
    "{0}",
    "[red]x[/red]",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_texts_stay_texts(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    policy = tierpolicy.loads(
        f'rule r "{quoted}": if region = "{quoted}" then priority = top because "{quoted}"\n',
    )
    decision = policy.evaluate({"region": text}, as_of=DAY)
    assert decision["priority"] == "top"
    assert text in decision.explain().text() or "\n" in text
    assert policy.evaluate({"region": text + "x"}, as_of=DAY)["priority"] == "normal"


def test_a_very_long_line() -> None:
    found = checked("if orders > 1 then priority = top # " + "x" * 1_000_000 + "\nif ordrs > 1 then priority = top\n")
    assert errors(found) == ["T101"]


# ---------------------------------------------------------------- includes


def refused(folder: Path) -> list[str]:
    found = elaborate(gather(folder / "main.tier"))
    assert found.policy is None
    return errors(found)


def test_a_circle_of_files(tmp_path: Path) -> None:
    (tmp_path / "main.tier").write_text('use "b.tier"\nif orders > 1 then priority = top\n')
    (tmp_path / "b.tier").write_text('use "main.tier"\n')
    assert refused(tmp_path)


@pytest.mark.parametrize(
    "target", ["../out.tier", "/etc/passwd", "sub/../../out.tier", "", ".", "nul\\0.tier", "~/x.tier"]
)
def test_paths_that_lead_out(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "policy"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "out.tier").write_text("if orders > 1 then priority = top\n")
    (folder / "main.tier").write_text(f'use "{target}"\nif orders > 1 then priority = top\n')
    assert refused(folder)


def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    folder.mkdir()
    (tmp_path / "out.tier").write_text("if orders > 1 then priority = top\n")
    (folder / "in.tier").symlink_to(tmp_path / "out.tier")
    (folder / "main.tier").write_text('use "in.tier"\n')
    assert refused(folder)


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "b.tier").mkdir()
    (tmp_path / "main.tier").write_text('use "b.tier"\n')
    assert refused(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "b.tier")
    (tmp_path / "main.tier").write_text('use "b.tier"\n')
    assert refused(tmp_path)
    os.mkfifo(tmp_path / "rates.csv")
    (tmp_path / "main.tier").write_text('table t from "rates.csv"\n')
    assert refused(tmp_path)


def test_devices_are_not_read() -> None:
    with pytest.raises(tierpolicy.PolicyError):
        tierpolicy.load("/dev/zero")


def test_a_file_used_twice_counts_once(tmp_path: Path) -> None:
    (tmp_path / "c.tier").write_text("rule shared: if orders > 1 then priority = top\n")
    (tmp_path / "b.tier").write_text('use "c.tier"\n')
    (tmp_path / "main.tier").write_text('use "b.tier"\nuse "c.tier"\n')
    policy = tierpolicy.load(tmp_path / "main.tier")
    assert policy.evaluate({"orders": 2}, as_of=DAY)["priority"] == "top"


def test_seventeen_files_deep(tmp_path: Path) -> None:
    for n in range(20):
        (tmp_path / f"f{n}.tier").write_text(f'use "f{n + 1}.tier"\n')
    (tmp_path / "f20.tier").write_text("if orders > 1 then priority = top\n")
    (tmp_path / "main.tier").write_text('use "f0.tier"\n')
    assert any(code.startswith("T9") for code in refused(tmp_path))
