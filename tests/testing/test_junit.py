"""JUnit XML has the shape that CI systems read, whatever policies are called and say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from tierpolicy.report.junit import junit_xml
from tierpolicy.syntax.gather import gather_text
from tierpolicy.testing.collecting import suite_of
from tierpolicy.testing.suite import How
from tierpolicy.testing.tested import SuiteResult, run_all

POLICY = """\
policy "Shop"
customer { spend : money at least 0 }
service { priority : low < normal < high }
if spend >= 1_000 then priority = high

property kept: always priority >= low
property few: at most 25% of customers have priority = high
allow T460 because "until <May>"
example "known": given spend = 5 expect priority = high
example "good": given spend = 2_000 expect priority = high
example "bad <&> \\"quoted\\" \x1b[31m ]]>": given spend = 5 expect priority = high
"""
QUICK = How(customers=0, prove=False)

COUNTS = {"tests", "failures", "errors", "skipped"}
ATTRIBUTES = {
    "testsuites": {"name", "time"} | COUNTS,
    "testsuite": {"name", "time"} | COUNTS,
    "testcase": {"name", "classname", "time", "file", "line"},
    "failure": {"message", "type"},
    "skipped": {"message"},
}
INSIDE = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "skipped"},
    "failure": set(),
    "skipped": set(),
}


def misshapen(root: Element) -> list[str]:
    """What differs from the shape that the schemas of JUnit, Jenkins and GitLab agree on, element by element."""
    found = [] if root.tag == "testsuites" else [f"the root is {root.tag}"]
    for element in root.iter():
        known, inside = ATTRIBUTES.get(element.tag, set()), INSIDE.get(element.tag, set())
        found += [f"{element.tag} has {name}" for name in element.attrib if name not in known]
        found += [f"{element.tag} holds {child.tag}" for child in element if child.tag not in inside]
        found += [f"{element.tag} lacks {name}" for name in {"name"} & known if not element.get(name)]
        cases = list(element.iter("testcase"))
        if known >= COUNTS:
            counts = {
                "tests": len(cases),
                "failures": sum(case.find("failure") is not None for case in cases),
                "errors": 0,
                "skipped": sum(case.find("skipped") is not None for case in cases),
            }
            found += [f"{element.tag} counts {name}" for name, n in counts.items() if element.get(name) != str(n)]
        if "time" in known and not float(element.get("time", "-1")) >= 0:
            found.append(f"{element.tag} takes no time")
    return found


def results_of(text: str, path: str = "shops/north.tier") -> tuple[SuiteResult, ...]:
    return run_all([suite_of(gather_text(text, path, {}))], QUICK)


@pytest.fixture(scope="module")
def root() -> Element:
    return ElementTree.fromstring(junit_xml(results_of(POLICY.replace("\x1b", ""))))


def case(root: Element, name: str) -> Element:
    return next(each for each in root.iter("testcase") if each.get("name", "").startswith(name))


def test_a_suite_a_policy_with_a_case_an_item(root: Element) -> None:
    assert misshapen(root) == []
    (suite,) = root
    assert {name: suite.get(name) for name in ("name", *sorted(COUNTS))} == {
        "name": "shops/north.tier", "errors": "0", "failures": "1", "skipped": "4", "tests": "6",
    }  # fmt: skip
    good = case(root, "good")
    assert (good.get("classname"), good.get("file"), good.get("line")) == (
        "shops.north.tier.example", "shops/north.tier", "10",
    )  # fmt: skip
    assert list(good) == []


def test_why_something_failed_or_was_skipped(root: Element) -> None:
    (failure,) = case(root, "bad")
    assert failure.get("type") == "T460"
    assert "which does not hold" in failure.get("message", "")
    assert "error[T460]: " in (failure.text or "")
    assert " --> shops/north.tier:11:" in (failure.text or "")
    (skipped,) = case(root, "few")
    assert skipped.tag == "skipped"
    assert "measured" in skipped.get("message", "")
    (accepted,) = case(root, "known")
    assert accepted.attrib == {"message": "accepted: until <May>"}


@pytest.mark.parametrize(
    "sign", ["\x00", "\x1b", "\ufffe", "\x85", "\u202e", "]]>", "<!--", "&#0;", "\U0001f600", "\t"]
)
def test_every_sign_in_a_policy_leaves_the_document_whole(sign: str) -> None:
    text = POLICY.replace("bad", f"bad {sign}").replace("until", f"until {sign}")
    document = junit_xml(results_of(text, f"a{sign}b.tier"))
    document.encode("utf-8")
    assert misshapen(ElementTree.fromstring(document)) == []


def test_a_policy_that_cant_be_read_is_a_failure() -> None:
    root = ElementTree.fromstring(junit_xml(results_of("rule :: if\n")))
    assert misshapen(root) == []
    assert root.get("failures") == root.get("tests") != "0"


SPOILED: list[Callable[[Element], object]] = [
    lambda root: root.set("failures", "7"),
    lambda root: root[0].set("colour", "red"),
    lambda root: ElementTree.SubElement(root, "testcase"),
    lambda root: root[0][0].attrib.pop("name"),
    lambda root: root[0][0].set("time", "-3"),
]


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_misshapen_document_is_seen(spoil: Callable[[Element], object]) -> None:
    root = ElementTree.fromstring(junit_xml(results_of(POLICY)))
    spoil(root)
    assert misshapen(root) != []


def test_nothing_at_all_is_a_document() -> None:
    assert misshapen(ElementTree.fromstring(junit_xml(()))) == []


def test_files_stay_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "j.xml").write_text(junit_xml(results_of(POLICY)), encoding="utf-8")
    assert ElementTree.parse(tmp_path / "j.xml").getroot().tag == "testsuites"
