"""Degradation: whether key metrics decline from period to period, and whether the data that matters has moved."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.measured import Evidence, evidence, level_of
from dashboard.governance.observed import ProfilesUntil, latest_used, profiles_until, thresholds_of
from dashboard.governance.situation import Situation
from dashboard.measures.drift import METHODS, distribution
from dashboard.measures.judging import Figure, is_worse, judge_drift
from dashboard.measures.outcomes import outcomes_of, units_of
from dashboard.measures.performance import figure_of, reference_figures
from dashboard.measures.registry import Measure, measures_of
from dashboard.measures.statuses import judging_grain
from dashboard.profiles.periods import following
from dashboard.profiles.windows import Profile, Window, merged, windows
from dashboard.schema.business import KeyMetric
from dashboard.schema.card import ModelCard
from dashboard.store.importances import newest_importance, stated_or_computed
from dashboard.words import Sentence, mark

# The room of a metric without target and limit: this share of the older value.
ROOM_WITHOUT_BOUNDS = 0.1


@dataclass(frozen=True)
class Trend:
    """A key metric in the older and in the newer half of the latest periods.

    `declined` means beyond chance; `decline` is how much, in shares of the room between target and limit, and 0 while
    the metric still meets its target.
    """

    metric: str
    older: float
    newer: float
    decline: float
    declined: bool


@dataclass(frozen=True)
class Moved:
    """A feature that the model relies on, and that has moved."""

    feature: str
    value: float
    much: bool


@evidence(
    "degradation",
    mark("The prediction log: key metrics of the older and the newer half of the latest periods, and drift weighed."),
    on_profiles=True,
)
def degradation(situation: Situation, model_id: str) -> Evidence:
    """The trend of the key metrics over the latest periods, and drift of features that matter."""
    card = situation.cards[model_id]
    grain, number = judging_grain(card), situation.rules.evidence.periods
    profiles = profiles_until(situation, model_id)
    if profiles is None:
        return Evidence(None, Sentence(mark("Nothing is logged and monitored, so a decline cannot be told.")))
    found = windows(profiles.read(("outcomes",)), profiles.layout, grain)[-number:]
    fewest = thresholds_of(card).performance.min_labelled
    known = [window for window in found if window.labelled >= fewest]
    starts = [window.start for window in found if window.start is not None]
    if not starts:
        return Evidence(None, Sentence(mark("Too few periods with known outcomes, and nothing to tell drift by.")))
    last = min((following(max(starts), grain) - timedelta(days=1)).date(), situation.day(model_id))
    if situation.since is not None and last < situation.since:
        return Evidence(None, Sentence(mark("Nothing of this time is logged.")), window=(min(starts).date(), last))
    trends = list(_trends(profiles, card, known))
    moved = moved_features(situation, profiles, card)
    if not trends and moved is None:
        return Evidence(None, Sentence(mark("Too few periods with known outcomes, and nothing to tell drift by.")))
    declined = [trend for trend in trends if trend.declined]
    much = [feature for feature in moved or () if feature.much]
    figures = {
        "drifted": float(len(moved or ())),
        "drifted_much": float(len(much)),
        "declined": float(len(declined)),
        "decline": max((trend.decline for trend in declined), default=0.0),
        "unchecked": float(len(much)) if not trends else 0.0,
    }
    return Evidence(
        level_of(situation.rules.steps.degradation, figures),
        _sentence(trends, declined, len(known)),
        (*_drift_notes(moved), *_fairness_note(card), *_age_note(situation, model_id, last)),
        figures,
        (min(starts).date(), last),
        len(known),
        mark("periods with known outcomes"),
        last,
    )


def _trends(profiles: ProfilesUntil, card: ModelCard, known: Sequence[Window]) -> Iterator[Trend]:
    """Each key metric in the older and in the newer half of the periods; nothing where there are fewer than two."""
    if len(known) < 2:
        return
    starts = [window.start for window in known]
    middle = starts[len(starts) // 2]
    assert middle is not None
    labels = {window.start: window for window in known}
    halves: tuple[list[Profile], list[Profile]] = ([], [])
    first, last = min(start for start in labels if start is not None), starts[-1]
    assert last is not None
    for profile in profiles.read(("outcomes",)):
        if profile.start >= first:
            halves[profile.start >= middle].append(profile)
    sides = [merged(half, profiles.layout) for half in halves]
    measures = measures_of(card.task)
    followed = _followed(card)
    reference = reference_figures(profiles, {entry.metric for entry in followed if not _has_room(entry)})
    for entry in followed:
        measure = measures[entry.metric]
        older, newer = (_figure(profiles, measure, side) for side in sides)
        if math.isfinite(older.value) and math.isfinite(newer.value):
            yield _trend(entry, measure, older, newer, reference.get(entry.metric))


def _followed(card: ModelCard) -> list[KeyMetric]:
    """The key metrics; every metric that can become worse where the card names none."""
    named = card.business.key_metrics
    measures = measures_of(card.task)
    judged = [entry for entry in named if measures[entry.metric].better != "none"]
    return judged if named else [KeyMetric(metric=name) for name, one in measures.items() if one.better != "none"]


def _has_room(entry: KeyMetric) -> bool:
    """Whether target and limit say how much a metric may decline."""
    return entry.target is not None and entry.limit is not None and entry.target != entry.limit


def _figure(profiles: ProfilesUntil, measure: Measure, window: Window) -> Figure:
    return figure_of(measure, outcomes_of(window, profiles.layout), units_of(window, profiles.layout))


def _trend(entry: KeyMetric, measure: Measure, older: Figure, newer: Figure, reference: Figure | None) -> Trend:
    worse = {
        "higher": older.value - newer.value,
        "lower": newer.value - older.value,
        "zero": abs(newer.value) - abs(older.value),
    }[measure.better]
    if entry.target is not None and entry.limit is not None and _has_room(entry):
        room = abs(abs(entry.target) - abs(entry.limit)) or abs(entry.target - entry.limit)
    else:
        base = reference.value if reference is not None and math.isfinite(reference.value) else older.value
        room = ROOM_WITHOUT_BOUNDS * abs(base)
    error = math.hypot(older.high - older.low, newer.high - newer.low) / 2
    beyond = math.isfinite(error) and abs(worse) > error
    decline = worse / room if room else 0.0
    if entry.target is not None and not is_worse(measure, newer.value, entry.target, entry):
        # What still meets its target has declined at most; a bias within its bounds goes up and down by itself.
        decline, beyond = 0.0, beyond and worse > 0 and measure.better != "zero"
    return Trend(entry.metric, older.value, newer.value, decline, beyond and worse > 0)


def moved_features(situation: Situation, profiles: ProfilesUntil, card: ModelCard) -> list[Moved] | None:
    """The features that matter and differ from the reference in the latest period; None where it cannot be told."""
    reference, chosen = profiles.reference(("features",)), card.data.reference
    importance = newest_importance(card, stated_or_computed(card, situation.importances.get(card.id, {})))
    days = latest_used(situation, card.id)
    if not reference or chosen is None or days is None or not importance:
        return None
    found = merged(profiles.read(("features",), days), profiles.layout)
    layout, thresholds = profiles.layout, thresholds_of(card)
    then, method = merged(reference, layout), thresholds.drift.method
    moved = []
    for name in layout.feature_names():
        weight = importance.get(name, 0.0)
        if weight < thresholds.drift.alert_importance:
            continue
        now = distribution(found, layout, name)
        value = METHODS.get(method).compute(distribution(then, layout, name, fixed_bins=True), now)
        status = judge_drift(value, int(now.rows), weight, method, thresholds).status
        if status in ("warn", "alert"):
            moved.append(Moved(name, value, status == "alert"))
    return sorted(moved, key=lambda feature: -feature.value)


def _sentence(trends: Sequence[Trend], declined: Sequence[Trend], periods: int) -> Sentence:
    if not trends:
        return Sentence(mark("Too few periods with known outcomes to tell a decline."))
    values: dict[str, object] = {"periods": periods}
    if not declined:
        return Sentence(mark("No key metric declined beyond chance over the latest {periods} periods."), values)
    worst = max(declined, key=lambda trend: trend.decline)
    values |= {"metric": worst.metric, "older": worst.older, "newer": worst.newer}
    message = mark("{metric} went from {older} to {newer} between the older and newer half of {periods} periods.")
    return Sentence(message, values)


def _drift_notes(moved: Sequence[Moved] | None) -> list[Sentence]:
    if moved is None:
        message = mark("Drift cannot be weighed: the reference or the importance of the features is not known.")
        return [Sentence(message)]
    if not moved:
        return [Sentence(mark("The features that matter look like the reference."))]
    values = {"n": len(moved), "feature": moved[0].feature}
    return [Sentence(mark("Features that matter and have moved: {n}, {feature} most."), values)]


def _fairness_note(card: ModelCard) -> list[Sentence]:
    if not card.data.protected:
        return []
    return [Sentence(mark("Whether fairness declines is not measured."))]


def _age_note(situation: Situation, model_id: str, last: date) -> list[Sentence]:
    if (situation.day(model_id) - last).days <= situation.rules.evidence.window_days:
        return []
    return [Sentence(mark("Nothing newer than {day} is logged."), {"day": last})]
