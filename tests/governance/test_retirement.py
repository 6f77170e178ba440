"""Retire or merge: twins by target, features and scores, unused and costly models, savings, and decisions to keep."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.stats import spearmanr

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.registry import run_action
from dashboard.errors import InputRefusedError
from dashboard.governance.retirement.overlaps import Twin, candidates
from dashboard.lineage.feature_sources import FeatureSource
from dashboard.schema.card.card import ModelCard
from dashboard.store.overlaps import overlaps_of
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import BINARY_CARD
from tests.governance.conftest import History, history  # noqa: F401 - a fixture

FEATURES = ("amount", "age", "constant", "region")
PRICES = {"true_positive": 5.0, "false_positive": -1.0, "false_negative": -5.0, "true_negative": 0.0}


def card_of(model: str, *, features: tuple[str, ...] = FEATURES, actual: str = "fraud", **more: object) -> str:
    card = yaml.safe_load(BINARY_CARD)
    kinds = {
        name: {"kind": "categorical" if name == "region" else "numeric", "cost_per_month": 10.0} for name in features
    }
    data = {**card["data"], "features": kinds, "segments": [], "actual": actual}
    value = {"currency": "EUR", "running_cost_per_month": 600.0, "outcomes": PRICES}
    return yaml.safe_dump(
        {
            **card, "id": model, "time_zone": "UTC", "status": "production", "versions": [{"version": "1"}],
            "data": data, "business": {"value": value}, "roles": {"accountable_executive": ["anna"]}, **more,
        }
    )  # fmt: skip


def rows_of(number: int, scores: np.ndarray, *, first: int = 0, month: str = "2024-05") -> pd.DataFrame:
    rng = np.random.default_rng(5)
    at = pd.Timestamp(f"{month}-01T00:00Z") + pd.to_timedelta(np.linspace(0, 27, number), unit="D")
    return pd.DataFrame(
        {
            "id": [f"c-{first + place}" for place in range(number)], "decided": at, "p": scores,
            "customer": rng.integers(0, 10**6, number), "amount": rng.normal(size=number), "age": 40.0,
            "constant": 7.0, "region": "north", "channel": "web",
        }
    )  # fmt: skip


def ingested(history: History, model: str, rows: pd.DataFrame) -> None:  # noqa: F811 - the fixture
    path = history.folder / f"{model}.parquet"
    rows.to_parquet(path)
    run_action(history.store, "ingest_predictions", Delivery(model=model, files=(path,)), operator("test"))


def monitored(history: History) -> None:  # noqa: F811 - the fixture
    run_action(history.store, "monitor", Models(), operator("test"))


def shown(history: History, **asked: object) -> list[dict[str, object]]:  # noqa: F811 - the fixture
    return records(run_view(history.store, "retire-or-merge", Query(**asked), operator("test")))


@pytest.fixture
def portfolio(history: History) -> History:  # noqa: F811 - the fixture
    """`copy` ranks the cases of `claims` alike, `rival` otherwise, `elsewhere` other cases; `other` is no twin."""
    rng = np.random.default_rng(11)
    scores = rng.uniform(0.01, 0.99, 400).round(3)
    history.on("2024-06-02")
    history.people("people: [{id: anna, name: Anna}]")
    for model in ("claims", "copy", "rival", "elsewhere"):
        history.register_text(card_of(model))
    history.register_text(card_of("other", features=("height", "width"), actual="broken"))
    ingested(history, "claims", rows_of(400, scores))
    ingested(history, "copy", rows_of(300, np.clip(scores[:300] ** 2 + rng.normal(0, 0.01, 300), 0, 1)))
    ingested(history, "rival", rows_of(400, rng.uniform(0.01, 0.99, 400)))
    ingested(history, "elsewhere", rows_of(400, scores, first=1_000))
    monitored(history)
    return history


def test_twins_rank_shared_cases_alike_or_share_none(portfolio: History) -> None:
    twins = {(row["model"], row["other"]) for row in shown(portfolio) if row["kind"] == "twin"}
    assert twins == {("claims", "copy"), ("copy", "claims"), ("claims", "elsewhere"), ("elsewhere", "claims")}
    by_other = {one["other"]: Twin(**one) for one in overlaps_of(portfolio.store)["claims"]["twins"]}
    assert not by_other["rival"].is_twin
    files = [
        pd.read_parquet(portfolio.folder / f"{model}.parquet").set_index("id")["p"] for model in ("claims", "copy")
    ]
    both = pd.concat(files, axis=1, join="inner")
    copy = by_other["copy"]
    assert copy.rows == len(both) == 300
    assert copy.correlation == pytest.approx(spearmanr(both.iloc[:, 0], both.iloc[:, 1]).statistic)
    assert (copy.shared, copy.united, copy.same_target) == (4, 4, True)
    (row,) = [row for row in shown(portfolio, model="copy") if row["kind"] == "twin"]
    assert "300" in str(row["evidence"])
    assert "4 of 4" in str(row["evidence"])
    german = next(row for row in shown(portfolio, language="de") if row["other"] == "elsewhere")
    assert "zu wenige" in str(german["evidence"])


def test_what_others_use_is_not_saved(portfolio: History) -> None:
    assert {row["model"]: row["saving"] for row in shown(portfolio)} == {
        "claims": 600.0, "copy": 600.0, "elsewhere": 600.0,
    }  # fmt: skip
    portfolio.register_text(card_of("copy", features=(*FEATURES, "own")))
    monitored(portfolio)
    assert {row["saving"] for row in shown(portfolio, model="copy")} == {610.0}


def test_nothing_is_compared_or_recorded_twice(portfolio: History) -> None:
    def recorded() -> int:
        with portfolio.store.cursor() as cursor:
            found = cursor.execute("SELECT count(*) FROM model_overlaps").fetchone()
        assert found is not None
        return int(found[0])

    before = recorded()
    monitored(portfolio)
    assert recorded() == before == 5


def test_a_decision_to_keep_it_silences_a_reason_until_its_day(portfolio: History) -> None:
    with pytest.raises(InputRefusedError, match="until"):
        portfolio.act("anna", "record_decision", decision="Keep it.", reason="A trial.", about="twin:copy")
    with pytest.raises(InputRefusedError, match="twin:copy"):
        portfolio.act("anna", "record_decision", decision="K.", reason="A.", about="twin:other", until="2024-07-31")
    portfolio.act(
        "anna", "record_decision", decision="Keep it.", reason="A trial runs.", about="twin:copy", until="2024-07-31"
    )
    rows = records(portfolio.show("retire-or-merge"))
    states = {row["other"]: (row["state"], row["person"], row["until"], row["reason"]) for row in rows}
    assert states == {
        "copy": ("kept", "anna", "2024-07-31", "A trial runs."),
        "elsewhere": ("open", None, None, None),
    }
    later = [row for row in records(portfolio.show("retire-or-merge", on="2024-08-01")) if row["other"] == "copy"]
    assert [row["state"] for row in later] == ["open"]
    (decision,) = records(portfolio.show("decisions"))
    assert decision["decision"] == "Keep it."


def test_a_model_is_unused_when_its_rhythm_of_use_breaks(history: History) -> None:  # noqa: F811 - the fixture
    history.on("2024-02-01")
    history.register_text(card_of("claims"))
    for month in ("2023-11", "2023-12", "2024-01"):
        history.event("usage", f"{month}-15", consumer="desk", purpose="sorting", calls=5)
    kinds = lambda day: [row["kind"] for row in records(history.show("retire-or-merge", on=day))]  # noqa: E731
    assert kinds("2024-04-14") == []
    history.on("2024-07-01")
    (row,) = records(history.show("retire-or-merge"))
    assert row["kind"] == "unused"
    assert "ever logged" in str(row["evidence"])
    ingested(history, "claims", rows_of(100, np.linspace(0.1, 0.9, 100), month="2024-06"))
    run_action(history.store, "monitor", Models(models=("claims",)), operator("test"))
    history.on("2024-07-02")
    (row,) = records(history.show("retire-or-merge"))
    assert "by desk" in str(row["evidence"])
    assert row["saving"] == 600.0
    assert row["accountable_executive"] == "anna"
    history.event("usage", "2024-06-30", consumer="desk", purpose="sorting", calls=1)
    assert kinds("2024-07-02") == []


def test_a_model_is_costly_when_its_interval_ends_below_its_cost(history: History) -> None:  # noqa: F811 - the fixture
    rng = np.random.default_rng(2)
    history.on("2024-07-02")
    history.register_text(card_of("claims"))
    scores = rng.uniform(0.01, 0.99, 400).round(3)
    rows = rows_of(400, scores, month="2024-06").assign(fraud=(rng.random(400) < scores).astype(float))
    ingested(history, "claims", rows)
    run_action(history.store, "monitor", Models(models=("claims",)), operator("test"))
    brought = records(run_view(history.store, "value", Query(model="claims", by="month"), operator("test")))[0]
    assert brought["high"] is not None
    dear = yaml.safe_load(card_of("claims"))
    most = float(str(brought["high"]))
    for day, cost, found in (("2024-07-03", most - 1, False), ("2024-07-04", most + 1, True)):
        history.on(day)
        dear["business"]["value"]["running_cost_per_month"] = cost
        history.register_text(yaml.safe_dump(dear))
        run_action(history.store, "monitor", Models(models=("claims",)), operator("test"))
        kinds = [row["kind"] for row in records(history.show("retire-or-merge"))]
        assert ("low_value" in kinds) == found


def source(model: str, feature: str, origin: str | None) -> FeatureSource:
    origins = frozenset({origin}) if origin else frozenset[str]()
    return FeatureSource(model, feature, "numeric", origins, origins, origin is not None, False, frozenset())


def test_features_are_compared_by_the_columns_they_come_from() -> None:
    cards = {name: ModelCard.model_validate(yaml.safe_load(card_of(name))) for name in ("a", "b", "c")}
    sources = [
        source("a", "x", "t#one"), source("a", "y", "t#two"), source("b", "u", "t#one"), source("b", "v", "t#two"),
        source("c", "w", None),
    ]  # fmt: skip
    ((pair, by),) = candidates(cards, sources)
    assert (pair.first, pair.second, pair.shared, pair.united, by) == ("a", "b", 2, 2, "columns")


@pytest.mark.parametrize(
    ("same_target", "low", "high", "twin"),
    [
        (True, None, None, True),
        (False, None, None, False),
        (True, 0.7, 0.85, True),
        (False, 0.7, 0.85, False),
        (False, 0.85, 0.9, True),
        (True, 0.1, 0.5, False),
    ],
)
def test_scores_confirm_or_contradict(same_target: bool, low: float | None, high: float | None, twin: bool) -> None:
    assert Twin("b", 1, 2, "name", same_target, 100, low, low, high).is_twin == twin
