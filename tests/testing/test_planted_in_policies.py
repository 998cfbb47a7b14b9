"""Trials find mistakes in policies without a proof: each planted in an example policy breaks one of its properties."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import tierpolicy
from tests.testing.planted_policies import PLANTED, Planted
from tierpolicy import Policy
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.testing.suite import How
from tierpolicy.testing.trials import Trial, tried

POLICIES = Path(__file__).parents[2] / "policies"
REFUTED = (codes.PROPERTY_FAILS, codes.MORE_LOWERS, codes.DEPENDS, codes.UNEQUAL)


@cache
def texts_of(folder: str) -> dict[str, str]:
    """The files of a policy, by name."""
    files = (each for each in (POLICIES / folder).iterdir() if each.suffix in (".tier", ".csv", ".toml"))
    return {each.name: each.read_text(encoding="utf-8") for each in files}


def planted(mistake: Planted) -> Policy:
    """The policy with the mistake."""
    texts = dict(texts_of(mistake.folder))
    if mistake.text:
        where = [name for name, text in texts.items() if mistake.text in text]
        assert [texts[name].count(mistake.text) for name in where] == [1], f"{mistake.says}: not in the text once"
        texts[where[0]] = texts[where[0]].replace(mistake.text, mistake.instead)
    else:
        texts["service.tier"] += "\n" + mistake.instead
    return tierpolicy.loads(texts.pop("service.tier"), path="service.tier", files=texts)


def trial_of(policy: Policy, name: str, how: How) -> Trial:
    stated = next(each for each in policy.versions[0].properties if each.origin.name == name)
    return tried(policy, stated, how)


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda mistake: f"{mistake.folder}: {mistake.says}")
def test_is_found(mistake: Planted) -> None:
    trial = trial_of(planted(mistake), mistake.breaks, How())
    assert trial.finding is not None, trial.note
    assert trial.finding.code in REFUTED, trial.finding.message
    assert f"`{mistake.breaks}` does not hold" in trial.finding.message


@pytest.mark.parametrize("folder", sorted(each.name for each in POLICIES.iterdir() if each.is_dir()))
def test_nothing_is_found_in_the_policies_as_they_are(folder: str) -> None:
    policy = tierpolicy.load(POLICIES / folder)
    for stated in policy.versions[-1].properties:
        assert tried(policy, stated, How()).finding is None


def test_each_policy_has_its_mistakes() -> None:
    many = Counter(each.folder for each in PLANTED)
    assert set(many) == {each.name for each in POLICIES.iterdir() if each.is_dir()}
    assert min(many.values()) >= 4
    assert len({(each.folder, each.says) for each in PLANTED}) == len(PLANTED) >= 20
