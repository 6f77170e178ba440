"""Two versions on the same cases: figures of scikit-learn on the joined rows, who is better, for whom, and where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, brier_score_loss, f1_score, mean_absolute_error, roc_auc_score

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.errors import InputRefusedError, NotFoundError
from dashboard.store.engine.database import Store, open_store
from dashboard.views.comparison import comparison
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import run_view

PRICES = "value: {currency: EUR, outcomes: {true_positive: 5, false_positive: -2, false_negative: 0, true_negative: 0}}"
CARD = f"""
id: claims
name: Claims
task: binary_classification
time_zone: UTC
period: day
business: {{key_metrics: [{{metric: roc_auc}}, {{metric: recall}}], {PRICES}}}
versions:
- {{version: "1", importance: {{x: 1.0}}}}
- {{version: "2", importance: {{x: 0.4, sex: 0.6}}}}
- {{version: "3"}}
data:
  prediction_id: id
  predicted_at: at
  score: score
  threshold: 0.4
  actual: actual
  features: {{x: {{kind: numeric}}, sex: {{kind: categorical}}}}
  protected: [sex]
"""
RIVAL = CARD.replace("id: claims", "id: rival").replace("threshold: 0.4", "threshold: 0.6")
PLAIN = "\n".join(line for line in RIVAL.splitlines() if not line.startswith(("business", "  threshold")))
OTHERS = {"prices": "regression", "kinds": "multiclass_classification"}
FIGURES = {
    "roc_auc": roc_auc_score,
    "accuracy": lambda actual, score: accuracy_score(actual, score >= 0.4),
    "f1": lambda actual, score: f1_score(actual, score >= 0.4),
    "brier_score": brier_score_loss,
}


def made(number: int = 4000, seed: int = 4) -> pd.DataFrame:
    """Cases of forty days with the scores of two versions: the second knows more, and is worse for women."""
    rng = np.random.default_rng(seed)
    truth, sex = rng.normal(0, 1, number), rng.choice(["f", "m"], number)
    actual = (rng.random(number) < 1 / (1 + np.exp(1 - 2 * truth))).astype(float)
    noise = np.where(sex == "f", 3.0, 0.2)
    one, two = truth + rng.normal(0, 1.2, number), truth + noise * rng.normal(0, 1, number)
    scores = {name: (1 / (1 + np.exp(1 - 2 * value))).round(4) for name, value in (("1", one), ("2", two))}
    at = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(np.sort(rng.integers(0, 40 * 86_400, number)), unit="s")
    actual[rng.random(number) < 0.1] = np.nan
    return pd.DataFrame(
        {"id": [f"c{n}" for n in range(number)], "at": at, "x": truth, "sex": sex, "actual": actual, **scores}
    )


def log(store: Store, folder: Path, model: str, frame: pd.DataFrame) -> None:
    path = folder / f"{model}-{len(list(folder.glob('*.parquet')))}.parquet"
    frame.to_parquet(path, index=False)
    run_action(store, "ingest_predictions", Delivery(model=model, files=(path,)), operator("test"))


def scored(rows: pd.DataFrame, version: str, scores: object) -> pd.DataFrame:
    return rows[["id", "at", "x", "sex"]].assign(model_version=version, score=scores)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return made()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, rows: pd.DataFrame) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("comparison")
    opened = open_store(folder / "home")
    texts = {"claims": CARD, "rival": RIVAL}
    texts |= {
        name: PLAIN.replace("id: rival", f"id: {name}").replace("binary_classification", task)
        for name, task in OTHERS.items()
    }
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    run_action(opened, "register", Files(files=tuple(folder / f"{name}.yaml" for name in texts)), operator("test"))
    log(opened, folder, "claims", scored(rows, "1", rows["1"]).assign(actual=rows["actual"]))
    # The challenger scores some hours later, and not the first cases.
    log(opened, folder, "claims", scored(rows[500:], "2", rows["2"][500:]).assign(at=rows["at"] + pd.Timedelta("5h")))
    log(opened, folder, "rival", scored(rows[1000:], "1", rows["2"][1000:]))
    for name, columns in (("prices", numbers(rows)), ("kinds", kinds(rows))):
        for version in ("1", "2"):
            frame = scored(rows, version, columns[version]).assign(actual=columns["actual"])
            log(opened, folder, name, frame)
    run_action(opened, "monitor", Models(), operator("test"))
    yield opened
    opened.close()


def numbers(rows: pd.DataFrame) -> dict[str, pd.Series]:
    return {"1": rows["x"] + rows["1"], "2": rows["x"] + 0.1, "actual": rows["x"]}


def kinds(rows: pd.DataFrame) -> dict[str, pd.Series]:
    names = np.array(["a", "b", "c"])
    actual = names[np.arange(len(rows)) % 3]
    return {
        "1": pd.Series(np.where(rows["1"] > 0.5, "a", actual)),
        "2": pd.Series(np.where(rows["2"] > 0.9, "b", actual)),
        "actual": pd.Series(actual),
    }


def show(store: Store, name: str, model: str = "claims", **asked: object) -> list[dict[str, object]]:
    return records(run_view(store, name, Query(model=model, **asked), operator("test")))


def by_metric(store: Store, **asked: object) -> dict[object, dict[str, object]]:
    return {row["metric"]: row for row in show(store, "comparison", **asked)}


def test_figures_are_those_of_scikit_learn_on_the_cases_that_both_scored(store, rows):
    both = rows[500:].dropna(subset="actual")
    found = by_metric(store, version="2", against="1")
    assert {row["rows"] for row in found.values()} == {len(both)}
    for name, figure in FIGURES.items():
        values = [figure(both["actual"], both[version]) for version in ("2", "1")]
        assert found[name]["value"] == pytest.approx(values[0], abs=2e-4)
        assert found[name]["against_value"] == pytest.approx(values[1], abs=2e-4)
        assert found[name]["difference"] == pytest.approx(values[0] - values[1], abs=2e-4)
        assert found[name]["low"] < found[name]["difference"] < found[name]["high"]
    worth = [
        (5 * both["actual"] - 2 * (1 - both["actual"]))[both[version] >= 0.4].sum() / len(both) for version in "21"
    ]
    assert found["money"]["difference"] == pytest.approx(worth[0] - worth[1], rel=1e-9)


def test_without_names_the_later_version_against_the_earlier_one(store):
    assert show(store, "competitors") == [{"version": "2", "against": "1"}]
    assert by_metric(store) == by_metric(store, version="2", against="1") == by_metric(store, version="2")


def test_turning_both_round_flips_the_signs(store):
    found, turned = by_metric(store, version="2", against="1"), by_metric(store, version="1", against="2")
    for name, row in found.items():
        other = turned[name]
        for mine, theirs in (("value", "against_value"), ("better", "better"), ("chance", "chance")):
            assert row[mine] == other[theirs]
        if row["low"] is not None:
            assert (row["difference"], row["low"], row["high"]) == pytest.approx(
                (-other["difference"], -other["high"], -other["low"]), abs=1e-12
            )


def test_better_and_worse_by_group_with_gaps_of_fairness(store):
    found = {(row["group"], row["metric"]): row for row in show(store, "comparison-groups")}
    assert (found["f", "roc_auc"]["better"], found["m", "roc_auc"]["better"]) == ("1", "2")
    gap, other = found["f", "true_positive_rate"], found["m", "true_positive_rate"]
    assert gap["gap"]
    assert gap["value"] == pytest.approx(-other["value"], abs=1e-12)
    assert gap["difference"] == pytest.approx(gap["value"] - gap["against_value"], abs=1e-12)
    assert gap["better"] == "1"


def test_a_segment_and_days_narrow_the_cases(store, rows):
    both = rows[500:].dropna(subset="actual")
    women = both[both["sex"] == "f"]
    assert by_metric(store, segment=("sex", "f"))["recall"]["rows"] == len(women)
    days = Query(model="claims", start=date(2024, 1, 20), end=date(2024, 1, 21))
    # A case lies where the first of the two scored it.
    expected = (both["at"].dt.month.eq(1) & both["at"].dt.day.isin([20, 21])).sum()
    assert set(run_view(store, "comparison", days, operator("t"))["rows"]) == {expected}


def test_disagreements_and_who_is_right(store, rows):
    both = rows[500:]
    one, two = both["2"] >= 0.4, both["1"] >= 0.4
    differ = one != two
    known = both["actual"].notna()
    right = (one == (both["actual"] > 0.5)) & differ & known
    found = {row["outcome"]: row for row in show(store, "comparison-decisions")}
    assert (found["different"]["cases"], found["different"]["whole"]) == (differ.sum(), len(both))
    assert found["different"]["share"] == pytest.approx(differ.mean())
    assert (found["version_right"]["cases"], found["version_right"]["whole"]) == (right.sum(), (differ & known).sum())
    assert found["neither"]["cases"] == 0
    apart = (both["2"] - both["1"]).abs()[differ].sort_values(ascending=False)
    examples = show(store, "comparison-cases")
    assert len(examples) == 50
    assert examples[0]["prediction"] == both["id"][apart.index[0]]
    for row in examples:
        case = both[both["id"] == row["prediction"]].iloc[0]
        if np.isnan(case["actual"]):
            assert (row["actual"], row["right_version"]) == (None, None)
        else:
            assert row["right_version"] == ("2" if (case["2"] >= 0.4) == (case["actual"] == 1) else "1")


def test_importance_beside_each_other(store):
    found = show(store, "comparison-importance")
    assert [(row["feature"], row["importance"], row["against_importance"]) for row in found] == [
        ("x", 0.4, 1.0),
        ("sex", 0.6, None),
    ]


def test_another_model_at_its_own_threshold(store, rows):
    both = rows[1000:].dropna(subset="actual")
    found = by_metric(store, version="1", against="rival@1")
    assert found["accuracy"]["against"] == "rival@1"
    assert found["accuracy"]["rows"] == len(both)
    assert found["accuracy"]["against_value"] == pytest.approx(accuracy_score(both["actual"], both["2"] >= 0.6))
    unseen = Query(model="claims", version="1", against="rival@1", seen=frozenset({"claims"}))
    with pytest.raises(NotFoundError, match="rival' is not known; known are claims"):
        comparison(store, unseen)


def test_numbers_and_classes(store, rows):
    found = by_metric(store, model="prices", version="2", against="1")
    actual = numbers(rows)
    assert found["mae"]["value"] == pytest.approx(mean_absolute_error(actual["actual"], actual["2"]))
    assert found["mae"]["against_value"] == pytest.approx(mean_absolute_error(actual["actual"], actual["1"]))
    assert found["mae"]["better"] == "2"
    nearer = {row["outcome"]: row["cases"] for row in show(store, "comparison-decisions", "prices")}
    assert nearer["version_right"] == (rows["1"] > 0.1).sum()
    found, named = by_metric(store, model="kinds"), kinds(rows)
    assert found["accuracy"]["value"] == pytest.approx((named["2"] == named["actual"]).mean())
    assert found["accuracy"]["better"] == "2"
    outcomes = {row["outcome"]: row["cases"] for row in show(store, "comparison-decisions", "kinds")}
    assert outcomes["different"] == (named["1"] != named["2"]).sum()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"version": "2", "against": "2"}, "choose another version"),
        ({"version": "2", "against": "9"}, "versions of claims are 1, 2, 3"),
        ({"version": "2", "against": "rival@9"}, "versions of rival are 1, 2, 3"),
        ({"version": "2", "against": "prices@1"}, "allowed is one of binary_classification"),
    ],
)
def test_refused(store, asked, said):
    with pytest.raises(InputRefusedError, match=said):
        show(store, "comparison", **asked)


def test_nothing_in_common_gives_nothing(store):
    assert show(store, "comparison", version="3", against="1") == []
    assert show(store, "comparison", "rival") == []


def test_what_was_known_then(store):
    assert show(store, "comparison", as_of=pd.Timestamp("2024-06-01", tz="UTC").to_pydatetime()) == []
