"""Profiles are brought up to date where something changed; the older ones stay readable."""

from __future__ import annotations

import math
import time
from datetime import timedelta

import numpy as np
import pytest

from dashboard.measures.performance import figures_of
from dashboard.profiles.update import update_profiles
from dashboard.profiles.windows import Profiles, merged, open_profiles
from dashboard.store.engine.clock import now
from tests.profiles.watched import REGRESSION, binary_rows, card_of, counted, labels_of_period, log, log_actuals, watch

REFERENCE = ("2013-01-01", "2013-01-15")


def accuracy(profiles: Profiles | None) -> float:
    assert profiles is not None
    found = merged(profiles.read(), profiles.layout)
    return figures_of(found, profiles.layout)["accuracy"].value


def test_labels_that_come_later_supersede_and_older_profiles_stay(store):
    rows = binary_rows(np.random.default_rng(1), 600, missing=0, days=30)
    late = rows["at"].dt.day == 20
    first = rows.assign(actual=rows["actual"].where(~late))
    card = card_of(reference=REFERENCE)
    before = accuracy(watch(store, card, first))
    moment = now()
    time.sleep(0.01)
    log_actuals(store, card, rows.loc[late, ["id", "actual"]])
    assert update_profiles(store, card, "tester").periods == 1
    assert update_profiles(store, card, "tester").periods == 0
    right = (rows["score"] >= 0.5) == rows["actual"]
    assert before == pytest.approx(right[~late].mean(), rel=1e-12)
    assert accuracy(open_profiles(store, card)) == pytest.approx(right.mean(), rel=1e-12)
    assert accuracy(open_profiles(store, card, moment)) == before


def test_a_label_counts_from_the_instant_it_was_known(store):
    rows = binary_rows(np.random.default_rng(2), 400, missing=0, days=20)
    known = now().replace(tzinfo=None)
    rows["known"] = known
    rows.loc[rows["at"].dt.day == 3, "known"] = known + timedelta(hours=20)
    profiles = watch(store, card_of(known_at="known"), rows)
    expected = rows.groupby(rows["at"].dt.day).size()
    for start, (predictions, labelled) in counted(profiles.read()).items():
        assert predictions == expected[start.day]
        assert labelled == (0 if start.day == 3 else predictions)


def test_labels_before_predictions(store):
    rows = binary_rows(np.random.default_rng(3), 300, missing=0, days=10)
    card = card_of()
    log(store, card, rows[:10])
    log_actuals(store, card, rows.loc[10:, ["id", "actual"]])
    profiles = watch(store, card, rows[10:].drop(columns="actual"))
    assert sum(labelled for _, labelled in counted(profiles.read()).values()) == 300


def test_only_days_with_new_rows_are_counted_again(store):
    rng = np.random.default_rng(4)
    card = card_of(reference=REFERENCE)
    watch(store, card, binary_rows(rng, 900, days=60))
    log(store, card, binary_rows(rng, 50, first="2013-02-10", days=3))
    assert update_profiles(store, card, "tester").periods == 3


def test_profiles_made_in_steps_are_those_made_at_once(store, tmp_path):
    from dashboard.store.engine.database import open_store

    rows = binary_rows(np.random.default_rng(5), 1_500, days=60)
    card = card_of(features={"x": "numeric", "colour": "categorical"}, reference=REFERENCE, segments=["colour"])
    whole = watch(store, card, rows)
    other = open_store(tmp_path / "other")
    for part in np.array_split(np.random.default_rng(6).permutation(len(rows)), 3):
        steps = watch(other, card, rows.iloc[part])
    for segment in (None, ("colour", "red")):
        one, two = merged(whole.read(segment=segment), whole.layout), merged(steps.read(segment=segment), steps.layout)
        assert np.array_equal(one.counts, two.counts)
        assert np.allclose(one.sums, two.sums)
        assert np.array_equal(one.outcomes["scores"], two.outcomes["scores"])
        assert (one.predictions, one.labelled) == (two.predictions, two.labelled)
    other.close()


def test_labels_of_the_reference_that_come_later_give_it_bins(store):
    rng = np.random.default_rng(7)
    rows = binary_rows(rng, 800, days=30)
    actual = rng.normal(50, 9, 800)
    rows = rows.assign(score=actual + rng.normal(size=800), actual=np.nan)
    card = card_of(REGRESSION, reference=REFERENCE)
    watch(store, card, rows)
    log_actuals(store, card, rows[["id"]].assign(actual=actual))
    update_profiles(store, card, "tester")
    profiles = open_profiles(store, card)
    assert profiles is not None
    inside = labels_of_period(rows["at"], "UTC", "day") <= REFERENCE[1]
    deciles = np.quantile(actual[inside], np.arange(1, 10) / 10)
    assert profiles.layout.column("_actual").deciles == pytest.approx(deciles)


def test_without_predictions_there_is_nothing(store):
    card = card_of()
    assert update_profiles(store, card, "tester").layout is None
    assert open_profiles(store, card) is None


def test_a_reference_without_rows(store):
    rows = binary_rows(np.random.default_rng(8), 200, days=10)
    card = card_of(reference=("2011-01-01", "2011-12-31"))
    profiles = watch(store, card, rows)
    assert profiles.reference() == []
    assert not math.isnan(accuracy(profiles))
    log(store, card, binary_rows(np.random.default_rng(9), 200, first="2011-05-01", days=10))
    assert update_profiles(store, card, "tester").periods > 10
    again = open_profiles(store, card)
    assert again is not None
    assert sum(profile.predictions for profile in again.reference()) == 200
