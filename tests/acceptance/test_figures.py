"""Figures that the command line prints against scikit-learn and SciPy, on rows that nobody has seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn import metrics

from tests.acceptance.portfolio import BINARY_CARD, REGRESSION_CARD, CommandLine, claims, prices, write_rows


def binary_oracle(rows: pd.DataFrame, threshold: float) -> dict[str, float | None]:
    rows = rows[rows["fraud"].notna()]
    actual, score = rows["fraud"].astype(int), rows["p"]
    decided = (score >= threshold).astype(int)
    both = actual.nunique() == 2
    return {
        "roc_auc": metrics.roc_auc_score(actual, score) if both else None,
        "accuracy": metrics.accuracy_score(actual, decided),
        "precision": metrics.precision_score(actual, decided) if decided.any() else None,
        "recall": metrics.recall_score(actual, decided) if actual.any() else None,
        "f1": metrics.f1_score(actual, decided) if actual.any() or decided.any() else None,
        "brier_score": np.mean((score - actual) ** 2),
        "log_loss": metrics.log_loss(actual, score, labels=[0, 1]),
        "mean_prediction": score.mean(),
        "base_rate": actual.mean(),
        "bias": (score - actual).mean(),
    }


def regression_oracle(rows: pd.DataFrame) -> dict[str, float | None]:
    rows = rows[rows["paid"].notna()]
    actual, predicted = rows["paid"], rows["predicted"]
    return {
        "mae": metrics.mean_absolute_error(actual, predicted),
        "rmse": metrics.root_mean_squared_error(actual, predicted),
        "r2": metrics.r2_score(actual, predicted),
        "mape": metrics.mean_absolute_percentage_error(actual, predicted),
        "mean_prediction": predicted.mean(),
        "mean_actual": actual.mean(),
        "bias": (predicted - actual).mean(),
    }


def assert_equal(printed: pd.DataFrame, expected: dict[str, float | None]) -> None:
    found = printed.set_index("metric")["value"]
    assert set(found.index) == set(expected)
    for name, value in expected.items():
        if value is None:
            assert pd.isna(found[name]), name
            assert printed.set_index("metric")["status"][name] == "unknown"
        else:
            assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-3 if name == "roc_auc" else 1e-9), name


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_binary_figures_agree_by_month_and_day(command: CommandLine, tmp_path: Path, ending: str) -> None:
    rows = claims()
    command.register(BINARY_CARD, tmp_path)
    command.run("ingest", "predictions", "claims", write_rows(rows.frame, tmp_path / f"rows.{ending}"))
    command.run("monitor")
    printed = command.show("performance", "claims", "--by", "month")
    months = rows.frame.groupby(rows.local.dt.strftime("%Y-%m"))
    assert list(printed["period"].unique()) == sorted(months.groups)
    for period, part in months:
        here = printed[printed["period"] == period]
        assert_equal(here, binary_oracle(part, 0.37))
        assert (here["predictions"] == len(part)).all()
        assert (here["labelled"] == part["fraud"].notna().sum()).all()
        finite = here.dropna(subset=["low", "value"])
        assert ((finite["low"] <= finite["value"]) & (finite["value"] <= finite["high"])).all()
    may = printed[printed["period"] == "2024-05"].set_index("metric")
    assert may["status"]["roc_auc"] == "unknown"
    day = command.show("performance", "claims", "--from", "2024-03-10", "--to", "2024-03-10")
    assert_equal(day, binary_oracle(rows.frame[rows.local.dt.strftime("%Y-%m-%d") == "2024-03-10"], 0.37))


def test_version_segment_threshold_and_window_choose_rows(command: CommandLine, tmp_path: Path) -> None:
    rows = claims()
    command.register(BINARY_CARD, tmp_path)
    command.run("ingest", "predictions", "claims", write_rows(rows.frame, tmp_path / "rows.parquet"))
    command.run("monitor")
    chosen = rows.frame["region"].eq("north") & rows.frame["model_version"].eq("1")
    chosen &= rows.local.between("2024-02-01", "2024-04-01", inclusive="left")
    options = ("--version", "1", "--segment", "region=north", "--from", "2024-02-01", "--to", "2024-03-31")
    printed = command.show("performance", "claims", *options, "--by", "year", "--threshold", "0.5")
    assert_equal(printed, binary_oracle(rows.frame[chosen], 0.5))
    command.run("show", "performance", "claims", "--segment", "shoe=large", code=2)
    command.run("show", "performance", "claims", "--version", "9", code=2)


def test_regression_figures_agree(command: CommandLine, tmp_path: Path) -> None:
    rows = prices()
    command.register(REGRESSION_CARD, tmp_path)
    command.run("ingest", "predictions", "prices", write_rows(rows.frame, tmp_path / "rows.parquet"))
    command.run("monitor")
    for by, form in (("month", "%Y-%m"), ("year", "%Y")):
        printed = command.show("performance", "prices", "--by", by)
        for period, part in rows.frame.groupby(rows.local.dt.strftime(form)):
            assert_equal(printed[printed["period"] == period], regression_oracle(part))
    assert printed.set_index(["period", "metric"])["value"]["2024", "r2"] < 0
    command.run("show", "performance", "prices", "--by", "day", code=2)


def psi_oracle(reference: pd.Series, current: pd.Series) -> tuple[float, float]:
    """Population stability index and Jensen-Shannon distance straight from their definitions."""
    if reference.dtype == object or isinstance(reference.dtype, pd.StringDtype):
        names = sorted({*reference.dropna(), *current.dropna()})
        shares = [
            np.array([*(side.eq(name).sum() for name in names), side.isna().sum()]) for side in (reference, current)
        ]
    else:
        edges = np.unique(np.quantile(reference.dropna(), np.arange(1, 10) / 10))
        shares = []
        for side in (reference, current):
            place = np.where(side.isna(), len(edges) + 1, np.searchsorted(edges, side, side="left"))
            shares.append(np.bincount(place, minlength=len(edges) + 2))
    q, p = (side / side.sum() for side in shares)
    distance = float(jensenshannon(p, q, base=2))
    p, q = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
    return float(np.sum((p - q) * np.log(p / q))), distance


def test_drift_agrees(command: CommandLine, tmp_path: Path) -> None:
    rows = claims()
    command.register(BINARY_CARD, tmp_path)
    command.run("ingest", "predictions", "claims", write_rows(rows.frame, tmp_path / "rows.csv"))
    command.run("monitor")
    printed = {m: command.show("drift", "claims", "--by", "month", "--method", m) for m in ("psi", "jensen_shannon")}
    printed |= {m: command.show("drift", "claims", "--by", "month", "--method", m) for m in ("ks", "wasserstein")}
    months = rows.local.dt.strftime("%Y-%m")
    reference = rows.frame[months.isin(["2024-01", "2024-02"])]
    assert sorted(printed["psi"]["period"].unique()) == sorted(set(months) - {"2024-01", "2024-02"})
    values = {method: frame.set_index(["period", "feature"])["value"] for method, frame in printed.items()}
    for period in ("2024-03", "2024-06"):
        current = rows.frame[months == period]
        for feature in ("amount", "age", "constant", "region"):
            psi, distance = psi_oracle(reference[feature], current[feature])
            assert values["psi"][period, feature] == pytest.approx(psi, rel=1e-9, abs=1e-12)
            assert values["jensen_shannon"][period, feature] == pytest.approx(distance, rel=1e-6, abs=1e-7)
        for feature in ("amount", "age"):
            then, now = reference[feature].dropna(), current[feature].dropna()
            assert values["ks"][period, feature] == pytest.approx(stats.ks_2samp(then, now).statistic, abs=0.005)
            area = stats.wasserstein_distance(then, now) / np.std(then)
            assert values["wasserstein"][period, feature] == pytest.approx(area, rel=0.01, abs=0.001)
        assert pd.isna(values["ks"][period, "region"])
    statuses = printed["psi"].set_index(["period", "feature"])["status"]
    assert statuses["2024-06", "constant"] == "ok"
    assert statuses["2024-06", "region"] == "alert"


def test_labels_that_come_later_supersede_and_the_past_stays_readable(command: CommandLine, tmp_path: Path) -> None:
    rows = claims(number=1500)
    command.register(BINARY_CARD, tmp_path)
    first = rows.frame[rows.frame["model_version"] == "1"].drop(columns="fraud")
    labels = rows.frame.loc[rows.frame["fraud"].notna(), ["id", "fraud"]]
    early = write_rows(labels.iloc[:400], tmp_path / "early.csv")
    command.run("ingest", "actuals", "claims", early)
    command.run("ingest", "predictions", "claims", write_rows(first, tmp_path / "first.csv"))
    command.run("monitor")
    before = command.show("performance", "claims", "--by", "year")
    instant = pd.Timestamp.now("UTC").isoformat()
    command.run("ingest", "actuals", "claims", write_rows(labels, tmp_path / "all.jsonl"))
    later = rows.frame[rows.frame["model_version"] == "2"]
    command.run("ingest", "predictions", "claims", write_rows(later, tmp_path / "later.parquet"))
    command.run("monitor")
    after = command.show("performance", "claims", "--by", "year")
    assert_equal(after, binary_oracle(rows.frame, 0.37))
    known = first.merge(labels.iloc[:400], on="id")
    assert_equal(before, binary_oracle(known, 0.37))
    again = command.show("performance", "claims", "--by", "year", "--as-of", instant)
    pd.testing.assert_frame_equal(again, before)


def test_monitor_computes_only_what_changed(command: CommandLine, tmp_path: Path) -> None:
    rows = claims(number=1500)
    command.register(BINARY_CARD, tmp_path)
    command.run("ingest", "predictions", "claims", write_rows(rows.frame.iloc[:1400], tmp_path / "a.csv"))
    command.run("monitor")
    out, _ = command.run("monitor")
    assert "0 periods" in out
    command.run("ingest", "predictions", "claims", write_rows(rows.frame.iloc[1400:], tmp_path / "b.csv"))
    out, _ = command.run("monitor")
    days = rows.local.iloc[1400:].dt.date.nunique()
    assert f"{days} periods" in out
    assert_equal(command.show("performance", "claims", "--by", "year"), binary_oracle(rows.frame, 0.37))
