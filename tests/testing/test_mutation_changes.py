"""Every way in which authors err, on a small text: what is written instead, line for line."""

from __future__ import annotations

import pytest

from tests.testing.mutation_texts import VOCABULARY, original
from tierpolicy.testing.mutation.changes import changes_of
from tierpolicy.testing.mutation.edits import changed_lines
from tierpolicy.testing.mutation.literals import stepped

RULE = "rule r: if CONDITION then perks = {lounge}\n"


def written(text: str, files: dict[str, str] | None = None) -> dict[str, list[str]]:
    """By kind, the changed lines of every change; what is left out altogether is ''."""
    held = original(text, files)
    found: dict[str, list[str]] = {}
    for statement in changes_of(held.gathered, held.policy):
        for change in statement.changes:
            source = held.sources[change.edit.span.path]
            after = change.edit.applied(source.text)
            assert after.count("\n") == source.text.count("\n"), "all below keeps its line"
            lines = changed_lines(source, change.edit)
            found.setdefault(change.kind, []).append(" / ".join((line.after or "").strip() for line in lines))
    return found


def conditions(condition: str, kind: str) -> list[str]:
    before, after = RULE.strip().split("CONDITION")
    changed = written(RULE.replace("CONDITION", condition)).get(kind, [])
    return [each.removeprefix(before).removesuffix(after) for each in changed]


@pytest.mark.parametrize(
    ("number", "beside"),
    [
        ("100_000", ("99_999", "100_001")),
        ("100000", ("99999", "100001")),
        ("1_000", ("999", "1_001")),
        ("999", ("998", "1000")),
        ("0", ("1",)),
        ("0.5", ("0.4", "0.6")),
        ("99.99", ("99.98", "100.00")),
        ("1_000.50", ("1_000.49", "1_000.51")),
    ],
)
def test_a_step_is_one_in_the_last_place_that_was_written(number: str, beside: tuple[str, ...]) -> None:
    assert stepped(number) == beside


@pytest.mark.parametrize(
    ("condition", "kind", "instead"),
    [
        ("spend >= 50", "comparison", ["spend > 50"]),
        ("spend < 50", "comparison", ["spend <= 50"]),
        ("stage = hot", "comparison", ["stage != hot"]),
        ("spend >= 50", "threshold", ["spend >= 49", "spend >= 51"]),
        ("waited > 10 minutes", "threshold", ["waited > 9 minutes", "waited > 11 minutes", "waited > 10 hours"]),
        ("waited > 1 h", "threshold", ["waited > 0 h", "waited > 2 h", "waited > 1 day"]),
        ("stage >= warm", "label", ["stage >= cold", "stage >= hot"]),
        ("segment = public", "label", ["segment = consumer"]),
        ('segment = "public"', "label", ["segment = consumer"]),
        ("segment in (consumer, public)", "comparison", ["segment not in (consumer, public)"]),
        (
            "segment in (consumer, public)",
            "label",
            [
                "segment in (business, public)",
                "segment in (public)",
                "segment in (consumer, consumer)",
                "segment in (consumer)",
            ],
        ),
        ("tags has press", "label", ['tags has "vip"']),
        ("vip = yes", "label", ["vip = no"]),
        ("orders is missing", "comparison", ["orders is known"]),
        ("stage is not hot", "comparison", ["stage is hot"]),
        (
            "spend between 5 and 9",
            "threshold",
            [f"spend between {low} and {high}" for low, high in (("4", "9"), ("6", "9"), ("5", "8"), ("5", "10"))],
        ),
        ("vip or orders > 2", "and, or", ["vip and orders > 2"]),
        (
            "vip and orders > 2 and stage = hot",
            "and, or",
            ["vip or orders > 2 and stage = hot", "vip and orders > 2 or stage = hot"],
        ),
        (
            "(vip or stage = hot) and orders > 2",
            "condition",
            ["orders > 2", "(vip or stage = hot)", "(stage = hot) and orders > 2", "(vip) and orders > 2"],
        ),
        ("not (vip or stage = hot)", "not", ["(vip or stage = hot)"]),
        ("not vip", "not", ["vip"]),
        ("min(orders, 5) > 2", "calculation", ["max(orders, 5) > 2"]),
        ("orders * 2 - 1 > 2", "calculation", ["orders * 2 + 1 > 2", "orders / 2 - 1 > 2"]),
        ("since >= 2026-03-01", "date", ["since >= 2026-02-28", "since >= 2026-03-02"]),
    ],
)
def test_conditions(condition: str, kind: str, instead: list[str]) -> None:
    changed = conditions(condition, kind)
    everyone = ["rule r: perks = {lounge}"] if kind == "condition" else []
    assert sorted(changed) == sorted([*instead, *everyone])


def test_rules() -> None:
    found = written(
        "rule a: priority = high\nrule b overrides a from 2026-02-01 until 2026-03-31: if vip then priority = normal, "
        "desk = south and perks = {lounge, gift}\n"
    )
    line = "rule b overrides a from 2026-02-01 until 2026-03-31: if vip then priority = normal, desk = south and "
    line += "perks = {lounge, gift}"
    assert found["overrides"] == [line.replace(" overrides a", " ")]
    assert line.replace("2026-03-31", "2026-04-01") in found["date"]
    assert len(found["date"]) == 4
    assert found["clause"] == [
        line.replace("priority = normal, ", ""),
        line.replace(", desk = south", ""),
        line.replace(" and perks = {lounge, gift}", ""),
    ]
    assert found["value"] == [line.replace("lounge, ", ""), line.replace(", gift", "")]
    assert line.replace("south", "north") in found["label"]
    assert line.replace("if vip then ", "") in found["condition"]
    assert found["limit or rule"] == ["limit a: priority at most high"], "one that overrides stays a rule"
    assert found["statement"] == ["", ""]


def test_limits_and_baselines() -> None:
    found = written(
        "limit l: if vip then priority at most normal, wait at least 5 minutes, perks without {gift}, callback = no\n"
        "baseline everyone: priority at least normal, wait at most 10 minutes, discount at least 5%, "
        "perks includes {gift}\n"
    )
    assert found["limit or rule"] == [
        "rule l: if vip then priority = normal, wait = 5 minutes, perks = {gift}, callback = no"
    ]
    lower = [each.removeprefix("baseline everyone: ") for each in found["baseline"]]
    rest = ", wait at most 10 minutes, discount at least 5%, perks includes {gift}"
    assert lower == [
        f"priority at least low{rest}",
        f"priority at least normal{rest.replace('10', '11')}",
        f"priority at least normal{rest.replace('5%', '4%')}",
        f"priority at least normal{rest.replace('{gift}', '{}')}",
    ]


def test_tiers() -> None:
    found = written(
        "tiers member < gold\ntier gold if spend >= 50 keep while (spend >= 40)\n    then priority = high\n"
    )
    assert "tier gold if spend >= 50" in found["keep while"]
    assert set(found["threshold"]) == {
        f"tier gold if spend >= {one} keep while (spend >= {other})"
        for one, other in (("49", "40"), ("51", "40"), ("50", "39"), ("50", "41"))
    }
    assert found["statement"] == [" / "]


TABLE = """\
table t first match:
    | if stage    | if orders    | then priority |   # the busiest first
    | >= warm     | 1 to below 5 | high          |
    | not cold    | any          | normal        |
    | otherwise   |              | -             |
"""


def test_tables() -> None:
    found = written(TABLE)
    assert "| > warm     | 1 to below 5 | high          |" in found["comparison"]
    assert "| >= warm     | 1 to 5 | high          |" in found["comparison"]
    assert "| >= warm     | 1 to below 4 | high          |" in found["threshold"]
    assert "| >= hot     | 1 to below 5 | high          |" in found["label"]
    assert "| cold    | any          | normal        |" in found["not"]
    assert "| >= warm     | any | high          |" in found["cell"]
    assert "| >= warm     | 1 to below 5 | -          |" in found["cell"]
    swapped = "| not cold    | any          | normal        | / | >= warm     | 1 to below 5 | high          |"
    assert found["row"] == ["", swapped, "", "", "table t :"], "`otherwise` stays last"


def test_a_matrix() -> None:
    found = written("matrix m: priority by stage, orders\n    |      | 0 to 5 | > 5  |\n    | warm | normal | high |\n")
    assert "|      | 0 to 4 | > 5  |" in found["threshold"]
    assert "|      | 0 to 5 | >= 5  |" in found["comparison"]
    assert "| hot | normal | high |" in found["label"]
    assert "| warm | - | high |" in found["cell"]


def test_rows_from_a_file() -> None:
    csv = 'if stage,if orders,then priority\nwarm,">= 5",high\n"cold, warm",any,normal\n'
    found = written('table t from "t.csv"\n', {"t.csv": csv})
    assert 'warm,"> 5",high' in found["comparison"]
    assert 'hot,">= 5",high' in found["label"]
    assert '"warm",any,normal' in found["label"]
    assert found["row"] == ["", ""]


def test_defines_and_parameters() -> None:
    found = written(
        "parameter fee : money = 8\ndefine busy = orders > 3\nrule r: if busy and spend > fee then callback = yes\n"
    )
    assert "parameter fee : money = 9" in found["threshold"]
    assert "define busy = orders >= 3" in found["comparison"]


def test_nothing_of_the_standard_vocabulary_nor_of_what_is_declared_or_claimed() -> None:
    from tierpolicy.check.elaborate import elaborate
    from tierpolicy.syntax.gather import gather_text

    text = (
        "if orders > 100 then priority = top\n"
        "property p: always priority >= normal\n"
        'example "a": expect level = expected\n'
    )
    gathered = gather_text(text)
    policy = elaborate(gathered).policy
    assert policy is not None
    changed = changes_of(gathered, policy)
    assert [each.name for each in changed] == ["line 1"]
    assert written("") == {}


@pytest.mark.parametrize(
    "text",
    [
        'rule r "a # b, and or ≥ 5 ü": if spend >= 5 # and `or` here\n    and orders > 2 then priority = high\n',
        "rule `if`: if (spend >= 5)   and\n\n   # over there\n   (orders > 2) then priority = high,\n wait = none\n",
        'rule r: if segment = "business"\n    or not (vip\n    ) then\n    priority = high\n  because "if then or"\n',
        "tiers member < gold\ntier gold if spend > 5 and\n  vip keep while vip\n  then priority = high\n",
        TABLE,
    ],
)
def test_whatever_is_changed_leaves_a_text_that_reads_the_same_way_quickly(text: str) -> None:
    held = original(text.replace("\n", "\r\n"))
    read = 0
    for statement in changes_of(held.gathered, held.policy):
        for change in statement.changes:
            quick, slow = held.quickly(statement, change.edit), held.as_written(change.edit)
            assert (quick is None) is (slow is None), change
            if quick is not None and slow is not None:
                read += 1
                assert said(quick) == said(slow), change
    assert read >= 5


def said(policy: object) -> object:
    """What decides in a policy, without places."""
    from tierpolicy.model.policy import Policy

    assert isinstance(policy, Policy)
    return (
        [
            (
                r.origin.name,
                r.condition,
                [(g.attribute, g.value) for g in r.grants],
                r.overrides,
                r.in_force,
                r.otherwise,
            )
            for r in policy.rules
        ],
        sorted((c.attribute, c.kind, repr(c.value), each.origin.name) for each in policy.limits for c in each.caps),
        [(each.origin.name, [(f.attribute, f.value) for f in each.floors]) for each in policy.baselines],
        [(table.origin.name, table.rows, table.first_match) for table in policy.tables],
        [each.expression for each in policy.defines.values()],
        [each.value for each in policy.parameters.values()],
        [(each.worst, each.low) for each in policy.attributes.values()],
    )


def test_places_are_counted_from_the_whole_text() -> None:
    held = original(RULE.replace("CONDITION", "spend > 5"))
    (statement,) = changes_of(held.gathered, held.policy)
    assert held.gathered.sources[0].position(statement.span.start).line == VOCABULARY.count("\n") + 1
