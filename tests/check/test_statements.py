"""Rules, limits, baselines, tiers, tables: what they become."""

from __future__ import annotations

from datetime import date

import pytest

from tests.check.reading import checked, codes, errors, policy
from tierpolicy.check.elaborate import elaborate
from tierpolicy.model.expressions import TRUE, And, AttributeRef, Compare, Constant, FieldRef, Or
from tierpolicy.model.policy import InForce
from tierpolicy.pipeline import check_text
from tierpolicy.syntax.gather import gather_text

DECLARED = """
customer {
    orders : integer
    spend  : money
    plan   : one of gold, free
    tags   : set of vip, press
}
service {
    priority : low < mid < high
    wait     : duration less is better at most 1 hour
    perks    : set of lounge, gift
    call     : flag
    note     : text default ""
    tone     : one of warm, cool default cool
}
"""


def test_the_line_that_is_a_policy() -> None:
    found = checked("if lifetime_value > 100000 then priority=top, agent_pool=senior\n")
    assert found.diagnostics == ()
    assert found.policy is not None
    rule = found.policy.rules[0]
    assert (rule.origin.name, rule.group, rule.kind) == ("line 1", "line 1", "rule")
    assert [(grant.attribute, grant.value) for grant in rule.grants] == [
        ("priority", Constant("top", found.policy.attributes["priority"].type)),
        ("agent_pool", Constant("senior", found.policy.attributes["agent_pool"].type)),
    ]
    assert found.policy.name == "policy"


def test_statements_of_a_used_file_are_known_by_it() -> None:
    found = policy(
        'use "shared/more.tier"\nif orders > 3 then priority = top\n',
        {"shared/more.tier": "\nif orders > 4 then priority = top\n"},
    )
    assert [rule.origin.name for rule in found.rules][:2] == ["line 2", "shared/more.tier line 2"]


def test_a_used_file_that_is_lost_is_one_finding() -> None:
    text = 'use "basics.tier"\nif spendings > 3 then perks = {lounge}\nrule a overrides b: if x then perks = {gift}\n'
    assert [error[:4] for error in errors(text)] == ["T080"]


def test_what_a_rule_says_of_itself() -> None:
    rule = policy(
        DECLARED + 'rule r "Title" from 2026-01-01 until 2026-02-01: if orders > 3 then priority = high\n'
        '    because "B" source "S"\n'
    ).rules[0]
    assert (rule.origin.title, rule.origin.because, rule.origin.source) == ("Title", "B", "S")
    assert rule.in_force == InForce(date(2026, 1, 1), date(2026, 2, 1))


def test_limits_and_baselines() -> None:
    found = policy(
        DECLARED + "limit l: perks within {gift}, perks without {lounge}, wait at least 2 minutes, call = no\n"
        "baseline b: if orders > 1 then perks includes {gift}, call = yes\n"
    )
    assert [(cap.attribute, cap.kind) for cap in found.limits[0].caps] == [
        ("perks", "within"),
        ("perks", "without"),
        ("wait", "value"),
        ("call", "value"),
    ]
    assert found.limits[0].condition is TRUE
    assert [floor.attribute for floor in found.baselines[0].floors] == ["perks", "call"]


@pytest.mark.parametrize("read", ["priority = high", "bar > 3", "named"])
def test_a_baseline_reads_facts_alone(read: str) -> None:
    text = DECLARED + "parameter bar : integer = 3\ndefine named = priority = high and orders > bar\n"
    assert "T203" in codes(text + f"baseline b: if {read} then call = yes\n")


def test_a_baseline_may_read_the_request_and_defines_of_facts() -> None:
    text = DECLARED + "request { urgent : flag }\ndefine eager = orders > 3 and urgent\n"
    assert errors(text + "baseline b: if eager and today > 2026-01-01 then call = yes\n") == []


# ---------------------------------------------------------------- overrides


def test_overrides_name_rules_tables_and_tiers() -> None:
    text = DECLARED + (
        'tiers member < gold\ntier gold if spend > 500 then note = "g"\n'
        'table t:\n    | if plan | then note |\n    | gold | "t" |\n'
        'rule a: if orders > 3 then note = "a"\n'
        'rule b overrides a, t, tier gold: if orders > 4 then note = "b"\n'
    )
    assert policy(text).rules[-1].overrides == ("a", "t", "tier gold")
    assert errors(text.replace("overrides a,", "overrides b,")) == ["T306: a rule can't override itself: `b` → `b`"]


def test_a_limit_is_not_overridden() -> None:
    text = DECLARED + 'limit l: call = no\nrule a overrides l: if orders > 3 then note = "x"\n'
    assert errors(text) == ["T304: `l` gives nothing: it is a limit or a baseline"]


def test_an_override_between_directed_attributes_is_noted() -> None:
    text = DECLARED + "rule a: if orders > 3 then call = yes\nrule b overrides a: if orders > 4 then call = yes\n"
    assert "T308" in codes(text)


# ---------------------------------------------------------------- tiers


def test_a_tier_is_two_rules() -> None:
    found = policy(
        DECLARED + "tiers member < silver < gold\n"
        'tier gold if spend >= 500 keep while spend >= 400 then note = "g", priority = high\n'
        'tier silver if spend >= 100 then note = "s"\n'
    )
    gold, benefits, silver, silver_benefits = found.rules
    assert [rule.origin.name for rule in found.rules] == [
        "tier gold",
        "tier gold benefits",
        "tier silver",
        "tier silver benefits",
    ]
    assert {rule.kind for rule in found.rules} == {"tier"}
    tier = found.attributes["tier"].type
    match gold.condition:
        case Or((Compare(">=", FieldRef("spend")), And((held, Compare(">=", FieldRef("spend")))))):
            assert held == Compare(">=", FieldRef("current_tier", tier), Constant("gold", tier))
        case other:
            pytest.fail(f"{other}")
    assert benefits.condition == Compare(">=", AttributeRef("tier", tier), Constant("gold", tier))
    assert (benefits.group, benefits.overrides) == ("tier gold", ("tier silver",))
    assert (silver_benefits.group, silver_benefits.overrides) == ("tier silver", ())
    assert isinstance(silver.condition, Compare)


def test_the_first_tier_needs_no_statement_but_may_have_one() -> None:
    assert errors(DECLARED + 'tiers member < gold\ntier member if orders > 1 then note = "x"\n') == []


@pytest.mark.parametrize(
    ("tiers", "code"),
    [
        ("tier gold if orders > 3", "T315"),
        ("tiers member < gold\ntier glod if orders > 3", "T315"),
        ("tiers member < gold\ntier gold if orders > 3\ntier gold if orders > 4", "T316"),
        ("tiers member < gold\ntiers a < b", "T150"),
        ("tiers member < gold < member", "T156"),
        ("tiers member < gold\nservice { tier : flag }", "T150"),
        ("tiers member < gold\ncustomer { current_tier_since : text }", "T170"),
    ],
)
def test_mistakes_about_tiers(tiers: str, code: str) -> None:
    assert [error[:4] for error in errors(DECLARED + tiers + "\n")] == [code]


# ---------------------------------------------------------------- tables


def test_rows_are_rules_that_know_their_table() -> None:
    found = policy(
        DECLARED + 'table pool "Who" first match complete from 2026-01-01:\n'
        "    | if plan   | if orders | then priority | then note | because |\n"
        '    | gold      |           | high          | "g"       | why     |\n'
        "    | free      | > 3       | -             |           |         |\n"
        "    | otherwise |           | mid           | -         |         |\n"
    )
    (table,) = found.tables
    assert (table.rows, table.first_match, table.complete) == ((0, 1, 2), True, True)
    assert table.in_force == InForce(date(2026, 1, 1))
    assert [rule.origin.name for rule in found.rules] == ["pool row 1", "pool row 2", "pool row 3"]
    assert [len(rule.grants) for rule in found.rules] == [2, 0, 1]
    assert [rule.otherwise for rule in found.rules] == [False, False, True]
    assert {rule.in_force for rule in found.rules} == {table.in_force}
    assert {rule.group for rule in found.rules} == {"pool"}
    assert found.rules[0].origin.because == "why"
    assert isinstance(found.rules[0].condition, Compare)
    assert isinstance(found.rules[1].condition, And)
    assert found.rules[2].condition is TRUE


def test_a_matrix_is_one_rule_a_combination() -> None:
    found = policy(
        DECLARED + "matrix m complete: wait by plan, orders\n"
        "    |      | <= 3       | > 3       |\n"
        "    | gold | 10 minutes | 5 minutes |\n"
        "    | free | -          | 9 minutes |\n"
    )
    assert [rule.origin.name for rule in found.rules] == [
        f"m row {row} column {column}" for row in (1, 2) for column in (1, 2)
    ]
    assert [len(rule.grants) for rule in found.rules] == [1, 1, 0, 1]
    assert found.tables[0].complete


def test_a_mistake_in_one_row_leaves_the_others() -> None:
    rows = "".join(f"    | {label} | high |\n" for label in ("gold", "gulden", "free", "fre"))
    assert errors(DECLARED + "table t:\n    | if plan | then priority |\n" + rows) == [
        "T104: `gulden` is not a label of `plan`",
        "T104: `fre` is not a label of `plan`",
    ]


def test_a_table_of_a_csv_file() -> None:
    found = policy(DECLARED + 'table t from "t.csv"\n', {"t.csv": "if plan,then priority\ngold,high\nfree,low\n"})
    assert [rule.origin.name for rule in found.rules] == ["t row 1", "t row 2"]
    assert found.rules[0].origin.span.path == "t.csv"


# ---------------------------------------------------------------- order and circles


def test_what_is_read_is_decided_first() -> None:
    found = policy(
        "customer { x : flag }\nservice {\n a : flag\n b : flag\n c : flag\n d : flag\n}\n"
        "define via = c\nif b then a = yes\nif via then b = yes\nif x then c = yes\nif x then d = yes\n"
    )
    assert found.order == ("c", "b", "a", "d")


def test_rows_above_are_read_too() -> None:
    table = (
        "table t {}:\n    | if a | if x | then b | then c |\n    | yes | any | - | yes |\n    | any | yes | yes | - |\n"
    )
    text = "customer { x : flag }\nservice {\n b : flag\n a : flag\n c : flag\n}\nif x then a = yes\n"
    assert policy(text + table.format("first match")).order == ("a", "b", "c")
    assert policy(text + table.format("")).order == ("b", "a", "c")


@pytest.mark.parametrize(
    "statements",
    [
        "if a then b = yes\nif b then a = yes",
        "if a then b = yes\nlimit l: if b then a = no",
        "define via = b\nif via then a = yes\nif a then b = yes",
    ],
)
def test_attributes_that_read_one_another(statements: str) -> None:
    text = "customer { x : flag }\nservice {\n a : flag\n b : flag\n}\n" + statements + "\n"
    assert errors(text) == ["T307: `a` is decided by reading itself: `a` → `b` → `a`"]


def test_a_value_that_reads_its_own_attribute() -> None:
    text = "customer { x : flag }\nservice { a : integer more is better at least 0 }\nif x then a = a + 1\n"
    assert errors(text) == ["T307: `a` is decided by reading itself"]


# ---------------------------------------------------------------- allow, digest


def test_allow_accepts_the_finding_below_it_and_no_other() -> None:
    text = "define a = orders > 3\ndefine b = orders > 4\nif orders > 5 then priority = top\n"
    assert codes(text) == ["T502", "T502"]
    assert codes('allow T502 because "x"\n' + text) == ["T502"]
    assert codes('allow t502 because "x"\n' + text) == ["T502"]
    assert codes('allow T501 because "x"\n' + text) == ["T504", "T502", "T502"]
    assert codes(text + 'allow T502 because "x"\n') == ["T502", "T502", "T504"]
    assert codes('allow T104 because "x"\n' + text)[0] == "T169"
    assert "T169" in codes("allow T502\n" + text)


def test_an_example_that_is_known_to_fail_is_accepted() -> None:
    text = "if orders > 5 then priority = top\n"
    known = 'allow T460 because "from spring on"\nexample "Acme": given orders = {} expect priority = top\n'

    def found(text: str) -> list[str]:
        return [finding.code.code for finding in check_text(text, prove=False).diagnostics]

    assert found(text + known.format(5).partition("\n")[2]) == ["T460"]
    assert found(text + known.format(5)) == []
    assert found(text + known.format(6)) == ["T504"]


def test_the_digest_follows_texts_and_parameters() -> None:
    text = "parameter many : integer = 3\nif orders > many then priority = top\n"
    assert policy(text).digest == policy(text).digest == policy(text, many=3).digest
    different = {
        policy(text).digest,
        policy(text, many=4).digest,
        policy(text + "\n").digest,
        policy('use "a.tier"\n' + text, {"a.tier": ""}).digest,
        policy('use "a.tier"\n' + text, {"a.tier": "# x\n"}).digest,
    }
    assert len(different) == 5


def test_the_digest_does_not_depend_on_where_the_files_are() -> None:
    here, there = (gather_text("if orders > 3 then priority = top\n", path) for path in ("p.tier", "elsewhere/p.tier"))
    digests = [checked.policy.digest for checked in (elaborate(here), elaborate(there)) if checked.policy]
    assert len(digests) == 2
    assert len(set(digests)) == 1


def test_what_is_given_is_told_by_its_field() -> None:
    given = 'example "a": given plan = gulden, orders = many expect priority = high\n'
    rows = "cases c:\n    | given plan | orders | priority |\n    | gulden | gold | high |\n"
    assert errors(DECLARED + given + rows) == [
        "T104: `gulden` is not a label of `plan`",
        "T117: `many` stands where a value for `orders` must be written out",
        "T104: `gulden` is not a label of `plan`",
        "T117: `gold` stands where a value for `orders` must be written out",
    ]
    spelled = 'customer { size : one of small from ("SMB"), big }\nexample "a": given size = SMB expect tier = x\n'
    (mistake,) = [d for d in checked(spelled).diagnostics if d.code.code == "T104"]
    assert mistake.help == "`SMB` is how the data spells it; write `small`"


def test_defaults_and_parameters_are_told_by_their_names() -> None:
    text = "customer { plan : free < gold default gulden }\nservice { pool : one of a, b no direction default c }\n"
    assert errors(text + "parameter least : free < gold = gulden\n") == [
        "T104: `gulden` is not a label of `plan`",
        "T104: `c` is not a label of `pool`",
        "T104: `gulden` is not a label of `least`",
    ]
