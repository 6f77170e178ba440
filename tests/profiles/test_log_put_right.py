"""Figures follow when labels are corrected, files withdrawn, and when several versions score the same cases."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from dashboard.measures.performance import figures_of
from dashboard.profiles.layout import SCORE
from dashboard.profiles.update import update_profiles
from dashboard.profiles.windows import Profiles, merged, open_profiles
from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now
from dashboard.store.log.deliveries import list_deliveries
from dashboard.store.log.ingest import Reason, correct_actuals
from dashboard.store.log.withdrawing import reinstate_files, withdraw_files
from dashboard.store.profiles import monthly_volumes
from tests.profiles.watched import CLASSES, binary_rows, card_of, log, watch, write

REFERENCE = ("2013-01-01", "2013-01-15")


def opened(store, card, as_of=None) -> Profiles:
    found = open_profiles(store, card, as_of)
    assert found is not None
    return found


def totals(profiles: Profiles, **asked) -> tuple[int, int]:
    window = merged(profiles.read(**asked), profiles.layout)
    return window.predictions, window.labelled


def accuracy(profiles: Profiles, **asked) -> float:
    return figures_of(merged(profiles.read(**asked), profiles.layout), profiles.layout)["accuracy"].value


def right(rows: pd.DataFrame) -> pd.Series:
    return (rows["score"] >= 0.5) == rows["actual"]


def turn(store, card, deed, *words) -> datetime:
    time.sleep(0.01)
    moment = now()
    time.sleep(0.01)
    deed(store, card, words, "wrong model", AuditContext("turn", "tester"))
    return moment


def test_a_corrected_label_changes_its_period_alone_and_what_was_told_stays(store):
    rows = binary_rows(np.random.default_rng(1), 400, missing=0, days=20)
    card = card_of(reference=REFERENCE)
    before = accuracy(watch(store, card, rows))
    moment = now()
    time.sleep(0.01)
    chosen = rows["at"].dt.day == 18
    turned = rows.assign(actual=rows["actual"].where(~chosen, 1 - rows["actual"]))
    correct_actuals(store, card, [write(store, turned.loc[chosen, ["id", "actual"]])], "tester", Reason("restated"))
    assert update_profiles(store, card, "tester").periods == 1
    assert accuracy(opened(store, card)) == pytest.approx(right(turned).mean(), rel=1e-12)
    assert accuracy(opened(store, card, moment)) == before == pytest.approx(right(rows).mean(), rel=1e-12)


def test_a_withdrawn_file_leaves_no_rows_in_figures_and_comes_back(store):
    rows = binary_rows(np.random.default_rng(2), 600, missing=0, days=30)
    card = card_of(segments=["c"], features={"x": "numeric", "c": "categorical"})
    rows["c"] = np.where(rows["at"].dt.day > 20, "late", "early")
    late, early = rows[rows["at"].dt.day > 20], rows[rows["at"].dt.day <= 20]
    watch(store, card, early, late)
    wrong = list_deliveries(store, card.id)[1].name
    moment = turn(store, card, withdraw_files, wrong)
    assert update_profiles(store, card, "tester").periods == late["at"].dt.day.nunique()
    assert totals(opened(store, card)) == (len(early), len(early))
    assert {p.segment_value for p in opened(store, card).read(segment=("c", None))} == {"early"}
    assert totals(opened(store, card, moment)) == (len(rows), len(rows))
    assert sum(int(str(row["predictions"])) for row in monthly_volumes(store)) == len(early)
    turn(store, card, reinstate_files, wrong)
    assert update_profiles(store, card, "tester").periods == late["at"].dt.day.nunique()
    assert accuracy(opened(store, card)) == pytest.approx(right(rows).mean(), rel=1e-12)
    turn(store, card, withdraw_files, *(one.call for one in list_deliveries(store, card.id)))
    assert update_profiles(store, card, "tester").periods > 0
    assert opened(store, card).read() == []
    assert update_profiles(store, card, "tester").periods == 0


def test_before_the_ledger_watched_a_file_counts_unless_it_is_withdrawn(store):
    rows = binary_rows(np.random.default_rng(3), 300, missing=0, days=20)
    card = card_of()
    log(store, card, rows[:200])
    log(store, card, rows[200:])
    moment = turn(store, card, withdraw_files, list_deliveries(store, card.id)[1].call)
    update_profiles(store, card, "tester")
    assert totals(opened(store, card))[0] == 200
    assert totals(opened(store, card, moment))[0] == 300
    assert totals(opened(store, card, datetime(2013, 6, 1, tzinfo=UTC)))[0] == 200


def compared(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases scored by both versions, and by either alone; the challenger scores an hour later."""
    rows = binary_rows(rng, 500, missing=0.2, days=20)
    one = rows[:450].assign(model_version="1")
    two = rows[100:].drop(columns="actual").assign(model_version="2", score=rng.random(400).round(3))
    return one, two.assign(at=two["at"] + pd.Timedelta(hours=1))


def in_charge(card: ModelCard, **spans: tuple[str, str | None]) -> ModelCard:
    versions = [
        version.model_copy(update={"deployments": []})
        if version.version not in {name.removeprefix("v") for name in spans}
        else type(version).model_validate(
            {
                "version": version.version,
                "deployments": [
                    {"environment_name": "production", "from": start, **({"to": end} if end else {})}
                    for name, (start, end) in spans.items()
                    if name.removeprefix("v") == version.version
                ],
            }
        )
        for version in card.versions
    ]
    return card.model_copy(update={"versions": versions})


@pytest.mark.parametrize("challenger_first", [False, True])
def test_a_case_counts_once_and_each_version_is_shown_whole(store, challenger_first):
    one, two = compared(np.random.default_rng(4))
    card = card_of(versions=("1", "2"), reference=REFERENCE)
    profiles = watch(store, card, *((two, one) if challenger_first else (one, two)))
    labels = one.set_index("id")["actual"]
    alone = two[~two["id"].isin(one["id"])]
    assert totals(profiles) == (len(one) + len(alone), int(one["actual"].notna().sum()))
    known = two.assign(actual=two["id"].map(labels)).dropna(subset="actual")
    assert totals(profiles, version="2") == (len(two), len(known))
    assert accuracy(profiles, version="2") == pytest.approx(right(known).mean(), rel=1e-12)
    assert accuracy(profiles, version="1") == pytest.approx(right(one.dropna(subset="actual")).mean(), rel=1e-12)
    assert merged(profiles.reference(), profiles.layout).predictions == sum(
        int((rows["at"] < pd.Timestamp("2013-01-16", tz="UTC")).sum()) for rows in (one, alone)
    )


def test_of_several_scores_that_of_the_version_in_production_counts(store):
    one, two = compared(np.random.default_rng(5))
    watch(store, card_of(versions=("1", "2")), one, two)
    card = in_charge(card_of(versions=("1", "2")), v1=("2013-01-01", "2013-01-10"), v2=("2013-01-11", None))
    update_profiles(store, card, "tester")
    change = pd.Timestamp("2013-01-11", tz="UTC")
    both = one.merge(two, on="id", suffixes=("", "_2"))
    taken = both[(both["at_2"] >= change)]
    single = pd.concat([one[~one["id"].isin(both["id"])], two[~two["id"].isin(both["id"])]])
    chosen = pd.concat(
        [
            single[["at", "score", "actual"]],
            both.loc[~both["id"].isin(taken["id"]), ["at", "score", "actual"]],
            pd.DataFrame({"at": taken["at_2"], "score": taken["score_2"], "actual": taken["actual"]}),
        ]
    )
    # Just after the change a case may have been scored by the first version before it and the second one after it.
    profiles = opened(store, card)
    assert totals(profiles)[0] == len(chosen)
    assert accuracy(profiles) == pytest.approx(right(chosen.dropna(subset="actual")).mean(), abs=0.01)
    late = (pd.Timestamp("2013-01-13").date(), pd.Timestamp("2013-01-25").date())
    within = chosen[chosen["at"] >= pd.Timestamp("2013-01-13", tz="UTC")].dropna(subset="actual")
    assert accuracy(profiles, span=late) == pytest.approx(right(within).mean(), rel=1e-12)


def test_the_challenger_counts_where_the_champion_is_withdrawn(store):
    one, two = compared(np.random.default_rng(6))
    card = card_of(versions=("1", "2"))
    watch(store, card, one, two)
    moment = turn(store, card, withdraw_files, list_deliveries(store, card.id)[0].call)
    update_profiles(store, card, "tester")
    # The labels came with the champion's rows and were laid down for the challenger's: they go with the file.
    assert totals(opened(store, card)) == (len(two), 0)
    assert totals(opened(store, card, moment))[0] == len(one) + 50


@pytest.mark.parametrize("task", ["binary_classification", "regression", CLASSES])
def test_rows_without_score_are_inputs_and_no_predictions(store, task):
    rng = np.random.default_rng(7)
    rows = binary_rows(rng, 400, missing=0, days=10)
    if task == CLASSES:
        rows = rows.assign(score=np.where(rows["score"] > 0.5, "a", "b"), actual=np.where(rows["actual"] > 0, "a", "b"))
    gone = (rng.random(400) < 0.1) | (rows["at"].dt.day == 3)
    rows = rows.assign(score=rows["score"].where(~gone, None))
    card = card_of(task)
    profiles = watch(store, card, rows)
    window = merged(profiles.read(), profiles.layout)
    assert (window.predictions, window.labelled) == (int((~gone).sum()),) * 2
    slots = profiles.layout.slices
    assert window.counts[slots["x"]].sum() == len(rows)
    assert window.counts[slots[SCORE]][-1] == gone.sum()
    kept = rows[~gone]
    figures = figures_of(window, profiles.layout)
    if task == "regression":
        assert figures["mae"].value == pytest.approx((kept["score"] - kept["actual"]).abs().mean(), rel=1e-9)
    else:
        expected = (kept["score"] == kept["actual"]) if task == CLASSES else right(kept)
        assert figures["accuracy"].value == pytest.approx(expected.mean(), rel=1e-12)
