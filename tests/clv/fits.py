"""BG/NBD and Gamma-Gamma as the library fits them, which `make test-clv` runs where the extra `clv` is installed.

The literature's estimates are of a sample of 2,357 of the 23,570 CDNOW customers (`sample.txt`: their numbers, as in
`CDNOW_sample.txt` of the package lifetimes 0.11.3), of whom the first 39 weeks are looked at, until 30 September 1997.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.clv.of_purchases import summary_of
from tierpolicy.runtime.valuation import bg_nbd
from tierpolicy.runtime.valuation.bg_nbd import Fitted, History, fitted, history_of
from tierpolicy.runtime.valuation.plain import PREDICTORS
from tierpolicy.runtime.valuation.terms import Horizon, Terms, Unworkable
from tierpolicy.runtime.valuation.valuing import Request, value_customers

ROOT = Path(__file__).parents[2]
PURCHASES = ROOT / "policies" / "cdnow" / "purchases.csv"
PUBLISHED = ROOT / "policies" / "cdnow" / "holdout.csv"
CALIBRATED = date(1997, 9, 30)
HALF_A_CENT = 0.005  # to which values are rounded
IN_39_WEEKS = Terms(margin=1.0, discount=0.0, horizon=Horizon(39, "week"), period="week")


@dataclass(frozen=True)
class Sample:
    file: Path
    history: History
    model: Fitted


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    chosen = set((Path(__file__).parent / "sample.txt").read_text(encoding="utf-8").split())
    file = tmp_path_factory.mktemp("sample") / "purchases.csv"
    with PURCHASES.open(encoding="utf-8", newline="") as whole, file.open("w", encoding="utf-8", newline="") as part:
        lines = csv.reader(whole)
        writer = csv.writer(part)
        writer.writerow(next(lines))
        writer.writerows(line for line in lines if line[0] in chosen)
    summary = summary_of(file, CALIBRATED)
    history = history_of(summary, np.ones(len(summary.customers), np.bool_))
    assert len(history.repeats) == len(chosen) == 2_357
    return Sample(file, history, fitted(history))


def test_the_sample_is_that_of_the_literature(sample: Sample) -> None:
    """946 of the 2,357 customers bought again, 2,457 times in all (Fader, Hardie & Lee 2005)."""
    assert sample.history.repeats.sum() == 2_457
    assert np.count_nonzero(sample.history.repeats) == 946


def test_bg_nbd_has_the_published_estimates(sample: Sample) -> None:
    """Fader, Hardie & Lee, Marketing Science 24(2), 2005, table 2."""
    found = {name: round(sample.model.parameters[name], 3) for name in ("r", "alpha", "a", "b")}
    assert found == pytest.approx({"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, abs=0.0011)


def test_gamma_gamma_has_the_published_estimates(sample: Sample) -> None:
    """Fader & Hardie, The Gamma-Gamma model of monetary value, 2013: p 6.25, q 3.74, v 15.44."""
    found = [sample.model.parameters[name] for name in ("p", "q", "v")]
    assert found == pytest.approx([6.25, 3.74, 15.44], rel=0.005)


def test_the_values_are_the_library_s_expectations(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Undiscounted and with a margin of 1, the value over 39 weeks is expected purchases times expected spend."""
    monkeypatch.setattr(bg_nbd, "fitted", lambda history: sample.model)  # what it would be fitted to again
    request = Request(str(sample.file), tmp_path / "values.csv", CALIBRATED, IN_39_WEEKS, model="bg-nbd")
    found = value_customers(request, lambda done, size: None)
    purchases = sample.model.purchases(slice(None), 39.0)
    expected = float((purchases * sample.model.profit()).sum())
    assert sum(found.values) == pytest.approx(expected, abs=HALF_A_CENT * len(purchases))
    assert found.predictors == {PREDICTORS[7]: 2_357}
    with (tmp_path / "values.csv").open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    assert first["customer_id"] == "00004"
    assert float(first["expected_purchases"]) == pytest.approx(1.226, abs=0.001)  # the paper's customer 1
    assert 0.0 < float(first["alive"]) < 1.0


def test_an_hour_s_data_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "purchases.csv"
    file.write_text("customer_id,date,amount\nann,1997-01-01,5\nann,1997-02-01,6\n", encoding="utf-8")
    with pytest.raises(Unworkable, match="at least 10 customers"):
        value_customers(
            Request(str(file), tmp_path / "v.csv", CALIBRATED, IN_39_WEEKS, model="bg-nbd"), lambda done, size: None
        )


def test_what_bg_nbd_expects_of_all_customers_is_published(tmp_path: Path) -> None:
    """The figures in policies/cdnow/holdout.csv, tenth by tenth; optimisers of other machines may end a little off."""
    target = tmp_path / "values.csv"
    value_customers(Request(str(PURCHASES), target, CALIBRATED, IN_39_WEEKS, model="bg-nbd"), lambda done, size: None)
    with target.open(encoding="utf-8", newline="") as file:
        values = {row["customer_id"]: Decimal(row["lifetime_value"]) for row in csv.DictReader(file)}
    plain = tmp_path / "plain.csv"
    value_customers(Request(str(PURCHASES), plain, CALIBRATED, IN_39_WEEKS), lambda done, size: None)
    with plain.open(encoding="utf-8", newline="") as file:
        ordered = sorted(csv.DictReader(file), key=lambda row: (-Decimal(row["lifetime_value"]), row["customer_id"]))
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        published = [float(row["bg_nbd"]) for row in csv.DictReader(file)]
    found = [
        float(sum(values[row["customer_id"]] for row in ordered[start : start + 2_357]))
        for start in range(0, 23_570, 2_357)
    ]
    assert found == pytest.approx(published, rel=0.002, abs=1)
