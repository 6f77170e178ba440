"""Degradation: whether key metrics decline, groups grow apart, and whether the data that matters has moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.risk.evidence.registry import Evidence, evidence, level_of
from dashboard.governance.risk.evidence.trends import GapTrend, Trend, gap_trends, halves_of, metric_trends
from dashboard.governance.situation.profiles import ProfilesUntil, latest_used, profiles_until, thresholds_of
from dashboard.governance.situation.situation import Situation
from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.judging.drift.comparison import Comparison, card_reference, judge_column
from dashboard.measures.judging.drift.status import rule_of
from dashboard.profiles.periods import following
from dashboard.profiles.windows import Window, merged, windows
from dashboard.schema.card.card import ModelCard
from dashboard.store.importances import newest_importance, stated_or_computed
from dashboard.words import Sentence, mark


@dataclass(frozen=True)
class Moved:
    """A feature that the model relies on, and that has moved."""

    feature: str
    value: float
    much: bool


@evidence(
    "degradation",
    mark(
        "The prediction log: key metrics of the older and the newer half of the latest periods, as a whole and "
        "between protected groups, and weighted drift."
    ),
    on_profiles=True,
)
def degradation(situation: Situation, model_id: str) -> Evidence:
    """The trend of the key metrics over the latest periods, and drift of features that matter."""
    card = situation.cards[model_id]
    grain, number = judging_grain(card), situation.rules.evidence.periods
    profiles = profiles_until(situation, model_id)
    if profiles is None:
        return Evidence(None, Sentence(mark("Nothing is logged and monitored, so a decline cannot be detected.")))
    found = windows(profiles.read(("outcomes",)), profiles.layout, grain)[-number:]
    fewest = thresholds_of(card).performance.min_labelled
    known = [window for window in found if window.labelled >= fewest]
    starts = [window.start for window in found if window.start is not None]
    if not starts:
        return Evidence(None, Sentence(mark("Too few periods with known outcomes, and no data to detect drift.")))
    last = min((following(max(starts), grain) - timedelta(days=1)).date(), situation.day(model_id))
    if situation.since is not None and last < situation.since:
        return Evidence(None, Sentence(mark("Nothing is logged for this period.")), window=(min(starts).date(), last))
    return _weighed(situation, profiles, known, (min(starts).date(), last))


def _weighed(
    situation: Situation, profiles: ProfilesUntil, known: Sequence[Window], days: tuple[date, date]
) -> Evidence:
    """Trends over the periods with known outcomes, and drift, of what is logged on some days."""
    card, halves = profiles.card, halves_of(known)
    trends = list(metric_trends(profiles, card, halves)) if halves else []
    gaps = gap_trends(profiles, card, halves) if halves else {}
    moved = moved_features(situation, profiles, card)
    if not trends and moved is None:
        return Evidence(None, Sentence(mark("Too few periods with known outcomes, and no data to detect drift.")))
    declined = [trend for trend in trends if trend.declined]
    much = [feature for feature in moved or () if feature.much]
    figures = {
        "drifted": float(len(moved or ())),
        "drifted_much": float(len(much)),
        "declined": float(len(declined)),
        "decline": max((trend.decline for trend in declined), default=0.0),
        "unchecked": float(len(much)) if not trends else 0.0,
        **_apart(gaps),
    }
    return Evidence(
        level_of(situation.rules.steps.degradation, figures),
        _sentence(trends, declined, len(known)),
        (*_drift_notes(moved), *_fairness_notes(card, gaps), *_age_note(situation, card.id, days[1])),
        figures,
        days,
        len(known),
        mark("periods with known outcomes"),
        days[1],
    )


def moved_features(situation: Situation, profiles: ProfilesUntil, card: ModelCard) -> list[Moved] | None:
    """The features that matter and differ from the reference in the latest period; None where it is unknown."""
    reference, chosen = card_reference(profiles), card.data.reference
    importance = newest_importance(card, stated_or_computed(card, situation.importances.get(card.id, {})))
    days = latest_used(situation, card.id)
    if reference is None or chosen is None or days is None or not importance:
        return None
    layout, thresholds = profiles.layout, thresholds_of(card)
    found = merged(profiles.read(("features",), days), layout)
    comparison = Comparison(layout, found, reference, True)
    rule = rule_of(comparison, thresholds, importance)
    judged = [judge_column(comparison, name, rule) for name in layout.feature_names()]
    moved = [
        Moved(entry.column, entry.value, entry.verdict.status == "alert")
        for entry in judged
        if entry.moved and entry.importance >= thresholds.drift.alert_importance
    ]
    return sorted(moved, key=lambda feature: -feature.value)


def _sentence(trends: Sequence[Trend], declined: Sequence[Trend], periods: int) -> Sentence:
    if not trends:
        return Sentence(mark("Too few periods with known outcomes to detect a decline."))
    values: dict[str, object] = {"periods": periods}
    if not declined:
        return Sentence(mark("No key metric declined beyond chance over the latest {periods} periods."), values)
    worst = max(declined, key=lambda trend: trend.decline)
    values |= {"metric": worst.metric, "older": worst.older, "newer": worst.newer}
    message = mark("{metric} went from {older} to {newer} between the older and newer half of {periods} periods.")
    return Sentence(message, values)


def _drift_notes(moved: Sequence[Moved] | None) -> list[Sentence]:
    if moved is None:
        message = mark("Drift cannot be weighted: the reference or the importance of the features is unknown.")
        return [Sentence(message)]
    if not moved:
        return [Sentence(mark("The important features look like the reference."))]
    values = {"n": len(moved), "feature": moved[0].feature}
    return [Sentence(mark("Important features that drifted: {n}, {feature} most."), values)]


def _apart(gaps: Mapping[str, Sequence[GapTrend]]) -> dict[str, float]:
    """The figures of fairness; none where no gap between groups is known."""
    trends_of_groups = [trend for trends in gaps.values() for trend in trends]
    if not trends_of_groups:
        return {}
    widened = {trend.column for trend in trends_of_groups if trend.widened}
    return {"widened": float(len(widened)), "widening": max(trend.widening for trend in trends_of_groups)}


def _fairness_notes(card: ModelCard, gaps: Mapping[str, Sequence[GapTrend]]) -> Iterator[Sentence]:
    """Name the gap between protected groups that widened most, and the columns whose gap is unknown."""
    if not card.data.protected:
        return
    measured = [column for column, trends in gaps.items() if trends]
    if not measured:
        yield Sentence(mark("Whether fairness is declining is unknown: too few outcomes of two groups in both halves."))
        return
    widened = [trend for trends in gaps.values() for trend in trends if trend.widened]
    if widened:
        worst = max(widened, key=lambda trend: trend.widening)
        first, second = worst.groups
        values = {"feature": worst.column, "metric": worst.metric, "older": worst.older, "newer": worst.newer}
        message = mark(
            "{feature}: groups diverged in {metric}, {older} before, {newer} now, most between {one} and {other}."
        )
        yield Sentence(message, {**values, "one": first, "other": second})
    else:
        message = mark("Protected groups did not diverge beyond chance (columns compared: {n}).")
        yield Sentence(message, {"n": len(measured)})
    if len(measured) < len(card.data.protected):
        left = len(card.data.protected) - len(measured)
        yield Sentence(mark("Protected columns with too few outcomes to compare groups: {n}."), {"n": left})


def _age_note(situation: Situation, model_id: str, last: date) -> list[Sentence]:
    if (situation.day(model_id) - last).days <= situation.rules.evidence.window_days:
        return []
    return [Sentence(mark("Nothing newer than {day} is logged."), {"day": last})]
