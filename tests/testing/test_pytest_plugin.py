"""The plugin in pytest itself: sessions of pytest's own `pytester`, with folders as users have them."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from tests.testing.shop import FAILING, GOOD, KNOWN, RULES, SHOP
from tierpolicy.diagnostics.render import render
from tierpolicy.report.coverage import coverage_table
from tierpolicy.surfaces.pytest_plugin import collected  # noqa: F401  as the session's own module, to be changed
from tierpolicy.syntax.gather import gather_text
from tierpolicy.testing.collecting import suite_of
from tierpolicy.testing.coverage import Recorder
from tierpolicy.testing.running import result_of
from tierpolicy.testing.suite import How

pytest_plugins = ["pytester"]

ALL = GOOD + FAILING + KNOWN
BROKEN = "rule x: if then\n"


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Everything is imported: what a session inside this one imports, is forgotten with it."""
    suite = suite_of(gather_text(GOOD + FAILING + BROKEN.replace("rule", "property")))
    recorder = Recorder()
    for item in suite.items:
        render(result_of(suite, item, How(customers=2), recorder).findings, suite.sources)
    coverage_table(recorder.coverage())


@pytest.fixture
def folder(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\naddopts = "--strict-markers --tier-customers=5"\n')
    return pytester


def written(folder: pytest.Pytester, **texts: str) -> None:
    for name, text in texts.items():
        file = folder.path / f"{name.replace('__', '/')}.tier"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def run(folder: pytest.Pytester, *args: str) -> pytest.RunResult:
    return folder.runpytest_inprocess("-p", "no:cacheprovider", *args)


def ids(folder: pytest.Pytester, *args: str) -> list[str]:
    lines = run(folder, "--collect-only", "-q", *args).outlines
    return [line for line in lines if "::" in line]


# ---------------------------------------------------------------- what is collected


def test_each_claim_is_a_test(folder: pytest.Pytester) -> None:
    written(folder, shop=ALL)
    assert ids(folder) == [
        "shop.tier::check::proofs",
        "shop.tier::example::Acme",
        "shop.tier::example::Four are many",
        "shop.tier::example::Five are many",
        "shop.tier::case::nothing",
        "shop.tier::case::steps row 2",
        "shop.tier::property::age_blind",
        "shop.tier::property::ordering_pays",
        "shop.tier::property::few",
        "shop.tier::property::everyone",
    ]


def test_outcomes(folder: pytest.Pytester) -> None:
    written(folder, shop=ALL)
    run(folder).assert_outcomes(passed=6, failed=2, skipped=1, xfailed=1)
    run(folder, "--runxfail").assert_outcomes(passed=6, failed=3, skipped=1)


def test_a_broken_file_is_a_failing_item_and_the_others_run(folder: pytest.Pytester) -> None:
    written(folder, a_broken=BROKEN, b_shop=GOOD, c__broken='policy "C', c__fine=GOOD)
    (folder.path / "d.tier").write_bytes(b"\xff\xfe\x00")
    result = run(folder)
    result.assert_outcomes(passed=12, failed=3, skipped=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["FAILED a_broken.tier::error::T001 line 1 - T001: after `if` comes a condition*"])
    result.stdout.fnmatch_lines(["FAILED d.tier::error::T084 line 1*"])


def test_a_file_that_cannot_be_read_is_a_failing_item(folder: pytest.Pytester) -> None:
    written(folder, shop=GOOD)
    (folder.path / "secret.tier").symlink_to(__file__)
    (folder.path / os.fsdecode(b"caf\xe9.tier")).write_text(BROKEN)
    run(folder).assert_outcomes(passed=6, failed=2, skipped=1)


def test_parts_of_policies_are_no_tests(folder: pytest.Pytester) -> None:
    words = SHOP.partition("\n")[2]
    use = 'policy "A"\nuse "parts/words.tier"\n' + RULES
    written(folder, a=use, parts__words=words, unused__words=words, **{".hidden": GOOD, ".git__shop": GOOD})
    assert ids(folder) == ["a.tier::check::proofs", "unused/words.tier::check::proofs"]
    assert ids(folder, "parts") == []
    assert ids(folder, "parts/words.tier") == ["parts/words.tier::check::proofs"]


def test_cases_beside_a_policy(folder: pytest.Pytester) -> None:
    written(folder, shop=GOOD)
    sidecar = "case,orders,expect priority\nfive,5,normal\nsix,6,top\nseven,7,topp\n"
    (folder.path / "shop.cases.csv").write_text(sidecar)
    result = run(folder, "-k", "five or six or T104")
    result.assert_outcomes(passed=1, failed=2, deselected=7)
    result.stdout.fnmatch_lines(["*--> shop.cases.csv:3:7", "3 | six,6,top"])
    (folder.path / "shop.cases.csv").write_text("case,colour,expect priority\nfive,5,normal\n")
    run(folder).assert_outcomes(passed=6, failed=1, skipped=1)


def test_a_misnamed_file_of_cases_is_a_warning(folder: pytest.Pytester) -> None:
    written(folder, shop=GOOD, other=GOOD)
    (folder.path / "shp.cases.csv").write_text("case,orders,expect priority\na,31,top\n")
    result = run(folder, "--collect-only")
    result.stdout.fnmatch_lines(["*no policy has its cases in `shp.cases.csv`*; cases beside `shop.tier` stand in *"])


def test_policies_outside_of_the_root_have_ids_of_their_own(folder: pytest.Pytester) -> None:
    written(folder, out__one=GOOD, out__two=GOOD)
    root = folder.mkdir("root")
    (root / "pytest.ini").write_text("[pytest]\n")
    result = run(
        folder, "-c", "root/pytest.ini", "--rootdir=root", "--collect-only", "-q", "out/one.tier", "out/two.tier"
    )
    found = [line for line in result.outlines if "::" in line]
    assert found[0] == "../out/one.tier::check::proofs"
    assert len(found) == len(set(found)) == 14


def test_names_stay_usable_as_ids(folder: pytest.Pytester) -> None:
    names = ["a::b", "é [1] ü", "[x]", "new\\nline", "x" * 200, "a -k b", "Ümläut <&>"]
    claims = "".join(f'example "{name}": given orders = 40 expect priority = top\n' for name in names)
    written(folder, shop=SHOP + RULES + claims)
    found = ids(folder)
    assert len(found) == len(names) + 1
    for id in found:
        run(folder, id).assert_outcomes(passed=1)


# ---------------------------------------------------------------- what is said


def test_failures_are_in_the_words_of_the_policy(folder: pytest.Pytester) -> None:
    written(folder, shop=ALL)
    result = run(folder)
    result.stdout.fnmatch_lines(
        [
            "*_ example Four are many _*",
            "error[[]T460[]]: the example `Four are many` expects `priority = top`, which does not hold",
            "  --> shop.tier:19:50",
            "19 | example *",
            "   = help: `priority` is decided as normal",
            "FAILED shop.tier::example::Four are many - T460: the example `Four are many`*",
        ]
    )
    text = result.stdout.str()
    for word in ("Traceback", "collected.py", "running.py", "Failure", "result_of", "1 error\n"):
        assert word not in text


def test_a_mistake_of_ours_keeps_its_traceback(folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("tierpolicy.surfaces.pytest_plugin.collected.result_of", broken)
    written(folder, shop=GOOD)
    result = run(folder, "-k", "Acme")
    result.assert_outcomes(failed=1, deselected=6)
    result.stdout.fnmatch_lines(["*collected.py*", "E *RuntimeError: planted"])


def test_reasons_stand_at_their_place(folder: pytest.Pytester) -> None:
    written(folder, shop=ALL)
    run(folder, "-rsx").stdout.fnmatch_lines(
        [
            "SKIPPED [[]1[]] shop.tier:14: it is measured on a file of customers, and none is named",
            "XFAIL shop.tier::example::Five are many - from spring on",
        ]
    )
    run(folder, "--tb=line").stdout.fnmatch_lines(["*shop.tier:19: T460: the example*"])


def test_junit(folder: pytest.Pytester) -> None:
    written(folder, shop=ALL)
    (folder.path / "shop.cases.csv").write_text("orders,expect priority\n5,low\n")
    run(folder, "--junitxml=found.xml", "-o", "junit_family=xunit1")
    cases = {case.get("name"): case for case in ET.parse(folder.path / "found.xml").iter("testcase")}
    failed = cases["Four are many"]
    assert (failed.get("classname"), failed.get("file"), failed.get("line")) == ("shop.tier.example", "shop.tier", "18")
    (failure,) = failed.iter("failure")
    assert failure.get("message", "").startswith("T460: the example `Four are many` expects")
    assert "--> shop.tier:19:50" in (failure.text or "")
    assert cases["cases row 1"].get("file") == "shop.cases.csv"
    assert cases["few"].find("skipped") is not None
    notes = [each.get("value", "") for each in cases["age_blind"].iter("property")]
    assert len(notes) == 1
    assert notes[0].startswith("proved; ")


# ---------------------------------------------------------------- choosing


def test_ids_markers_and_words_choose(folder: pytest.Pytester) -> None:
    written(folder, shop=ALL, other=GOOD)
    run(folder, "shop.tier::example::Acme").assert_outcomes(passed=1)
    run(folder, "shop.tier::case", "other.tier::example").assert_outcomes(passed=3)
    run(folder, "-k", "Acme and shop").assert_outcomes(passed=1, deselected=16)
    run(folder, "-m", "tier_case or tier_check").assert_outcomes(passed=6, deselected=11)
    run(folder, "-m", "not tier").assert_outcomes(deselected=17)
    run(folder, "-x", "shop.tier").assert_outcomes(passed=2, failed=1)
    assert run(folder, "shop.tier::example::Nobody").ret == pytest.ExitCode.USAGE_ERROR


def test_failed_ones_again(pytester: pytest.Pytester) -> None:
    written(pytester, shop=ALL, other=GOOD)
    pytester.runpytest_inprocess("--tier-quick").assert_outcomes(passed=10, failed=2, skipped=4, xfailed=1)
    pytester.runpytest_inprocess("--lf", "--tier-quick").assert_outcomes(failed=2, deselected=15)
    first = pytester.runpytest_inprocess("--ff", "-v", "--tier-quick")
    first.stdout.fnmatch_lines(["shop.tier::example::Four are many FAILED*", "other.tier::*"])
    (pytester.path / "shop.tier").write_text(GOOD)
    pytester.runpytest_inprocess("--lf", "--tier-quick").assert_outcomes(passed=10, skipped=4)


def test_marks_from_conftest(folder: pytest.Pytester) -> None:
    written(folder, shop=ALL)
    folder.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                if item.name == "Four are many":
                    item.add_marker(pytest.mark.xfail(reason="known", strict=True))
                if item.get_closest_marker("tier_property"):
                    item.add_marker(pytest.mark.skip(reason="not today"))
        """
    )
    run(folder).assert_outcomes(passed=4, skipped=4, xfailed=2)


def test_without_the_plugin(folder: pytest.Pytester) -> None:
    written(folder, shop=ALL)
    folder.makepyprojecttoml("")
    folder.makepyfile("def test_it(): pass")
    run(folder, "-p", "no:tierpolicy").assert_outcomes(passed=1)


# ---------------------------------------------------------------- options and settings


def test_populations_are_measured(folder: pytest.Pytester) -> None:
    written(folder, shop=GOOD)
    (folder.path / "customers.csv").write_text("orders\n1\n40\n")
    result = run(folder, "--tier-on=customers.csv", "-k", "few")
    result.assert_outcomes(failed=1, deselected=6)
    result.stdout.fnmatch_lines(["error[[]T440[]]: `few` does not hold on customers.csv: 1 of 2 customers*"])
    (folder.path / "customers.csv").write_text("ordres\n1\n40\n")
    result = run(folder, "--tier-on=customers.csv", "-k", "few")
    result.assert_outcomes(skipped=1, deselected=6, warnings=2)
    result.stdout.fnmatch_lines(["*PytestWarning: *`ordres`*"])


WRONG = [
    (["--tier-customers=many"], "`--tier-customers many` should be a whole number from *"),
    (["--tier-fail-under=101"], "`--tier-fail-under 101` should be a number from 0 to 100"),
    (["--tier-coverage-html=shop.tier"], "`--tier-coverage-html` would overwrite `*shop.tier`: name another file *"),
    (["--tier-on=nowhere.csv"], "there is no file of customers `*nowhere.csv`: `--tier-on` names one"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_options_that_make_no_sense(folder: pytest.Pytester, options: list[str], message: str) -> None:
    result = run(folder, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_settings_hold_where_no_option_says_otherwise(folder: pytest.Pytester) -> None:
    written(folder, shop=GOOD)
    folder.makepyprojecttoml("[tool.tierpolicy.test]\nquick = true\n")
    run(folder).assert_outcomes(passed=5, skipped=2)
    folder.makepyprojecttoml("[tool.tierpolicy.test]\nquik = true\n")
    folder.makepyfile("def test_it(): pass")
    result = run(folder)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["`[[]tool.tierpolicy.test[]]` in *has no setting `quik`; did you mean `quick`?"])
    run(folder, "--tier-quick").stderr.fnmatch_lines(["ERROR: *has no setting `quik`*"])


def test_coverage(folder: pytest.Pytester) -> None:
    written(folder, shop=ALL, untested=SHOP + RULES)
    result = run(folder, "--tier-coverage-html=found/page.html", "--tier-coverage-xml=found.xml", "-k", "not Four")
    result.stdout.fnmatch_lines(["*= coverage of policies =*", "*shop.tier*", "*untested.tier*"])
    assert "untested.tier" in (folder.path / "found" / "page.html").read_text(encoding="utf-8")
    assert ET.parse(folder.path / "found.xml").getroot().tag == "coverage"
    enough, short = (run(folder, "untested.tier", f"--tier-fail-under={pct}") for pct in (0, 99))
    assert (enough.ret, short.ret) == (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    short.stdout.fnmatch_lines(["FAILED: coverage is *, asked for is at least 99%*"])


@pytest.mark.parametrize("part", [["-k", "Acme or case"], ["shop.tier::example::Acme"], ["-m", "tier_case"]])
def test_what_a_part_covers_is_not_judged(folder: pytest.Pytester, part: list[str]) -> None:
    written(folder, shop=ALL, untested=SHOP + RULES)
    result = run(folder, "--tier-fail-under=99", *part)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["whether enough is covered isn't judged: not everything was run"])


# ---------------------------------------------------------------- workers, tests in Python, the price


def test_workers(folder: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    written(folder, shop=ALL, broken=BROKEN, untested=SHOP + RULES)
    without = "-p no:cacheprovider -p no:cov -p no:hypothesispytest".split()
    result = folder.runpytest_subprocess(*without, "-n2", "-v", "--tier-quick", "--tier-fail-under=99")
    result.assert_outcomes(passed=5, failed=3, skipped=3, xfailed=1)
    result.stdout.fnmatch_lines(["FAILED shop.tier::example::Four are many - T460: the example `Four are many`*"])
    result.stdout.fnmatch_lines(["*= coverage of policies =*", "*untested.tier", "*shop.tier", "FAILED: coverage is *"])


TESTS = """
    import pytest, tierpolicy

    def test_it(tier_policy):
        policy = tier_policy("shop.tier")
        assert policy.evaluate({"orders": 40})["priority"] == "top"
        assert tier_policy("shop.tier") is policy
        assert tier_policy("sub/many.tier", many=3) is not tier_policy("sub/many.tier", many=4)

    def test_nowhere(tier_policy):
        tier_policy("nowhere.tier")

    def test_broken(tier_policy):
        with pytest.raises(tierpolicy.PolicyError, match="T001"):
            tier_policy("broken.tier")
"""


def test_tests_in_python_load_policies(folder: pytest.Pytester) -> None:
    many = SHOP + "parameter many : integer = 30\nrule loyal: if orders > many then priority = top\n"
    written(folder, shop=GOOD, broken=BROKEN, sub__many=many)
    (folder.path / "sub").mkdir(exist_ok=True)
    folder.makepyfile(**{"sub/test_shop": TESTS})
    result = run(folder, "sub/test_shop.py")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["there is no `nowhere.tier` in `*sub` or a folder above it"])


def test_modules_of_ours_are_not_rewritten(folder: pytest.Pytester) -> None:
    written(folder, shop=GOOD)
    folder.makeconftest(
        """
        import sys
        def pytest_collection_finish():
            module = sys.modules["tierpolicy.testing.collecting"]
            print("loaded by", type(module.__spec__.loader).__name__)
        """
    )
    result = folder.runpytest_subprocess("-p", "no:cacheprovider", "--collect-only", "-s")
    result.stdout.fnmatch_lines(["*loaded by SourceFileLoader*"])


def test_a_start_of_pytest_loads_nothing_of_ours() -> None:
    code = "import tierpolicy.surfaces.pytest_plugin, sys; print(*(m for m in sys.modules if 'tierpolicy' in m))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["tierpolicy", "tierpolicy.surfaces", "tierpolicy.surfaces.pytest_plugin"]
