"""Wrong predictions: key metrics of the latest period, the groups of cases where they fail, and what experts say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dashboard.governance.risk.evidence.expert_feedback import ExpertFeedback, expert_feedback
from dashboard.governance.risk.evidence.registry import Evidence, evidence, level_of, window_of
from dashboard.governance.situation.profiles import ProfilesUntil, latest_labelled, profiles_until, thresholds_of
from dashboard.governance.situation.situation import Situation
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import LEVEL
from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.judging.comparison import beyond
from dashboard.measures.judging.metrics import leading
from dashboard.measures.judging.performance import judge_window
from dashboard.measures.outcomes import outcomes_of, units_of
from dashboard.measures.performance import figure_of
from dashboard.measures.registry import Measure, measures_of
from dashboard.profiles.windows import Window, merged, windows
from dashboard.schema.card.business import KeyMetric
from dashboard.schema.card.card import ModelCard
from dashboard.words import Sentence, mark


@dataclass(frozen=True)
class BadGroup:
    """A group of cases in which a key metric is worse than its target or limit, beyond chance."""

    column: str
    value: str
    metric: str
    figure: float
    off_limit: bool
    distance: float


@evidence(
    "wrong_predictions",
    mark(
        "The prediction log with its outcomes: key metrics of the latest period, and of each group of cases; what "
        "experts said about single predictions."
    ),
    on_profiles=True,
)
def wrong_predictions(situation: Situation, model_id: str) -> Evidence:
    """Key metrics against target and limit, the worst group, how long it has been so, and judgements of experts."""
    logged, found = _logged(situation, model_id), expert_feedback(situation, model_id, window_of(situation, model_id))
    if found is None:
        note = Sentence(mark("No expert feedback on single predictions is recorded."))
        return replace(logged, notes=(*logged.notes, note))
    if found.judged < situation.rules.evidence.fewest_judged:
        values = {"n": found.judged, "fewest": situation.rules.evidence.fewest_judged}
        note = Sentence(
            mark("Experts reviewed {n} predictions, too few to count; at least {fewest} are needed."), values
        )
        return replace(logged, notes=(*logged.notes, note, *_imported(found)))
    return _with_feedback(situation, model_id, logged, found)


def _with_feedback(situation: Situation, model_id: str, logged: Evidence, found: ExpertFeedback) -> Evidence:
    """The evidence of the log with the share of the judged predictions that experts call wrong."""
    message = mark(
        "Experts rated {wrong} of {n} reviewed predictions as wrong: {share}%, 95% interval {low} to {high}%."
    )
    percent = {name: round(100 * getattr(found, name)) for name in ("share", "low", "high")}
    note = Sentence(message, {"wrong": found.wrong, "n": found.judged, **percent})
    steps, figures = situation.rules.steps.wrong_predictions, {**logged.figures, "called_wrong": found.low}
    level = level_of(steps, figures)
    judged = replace(logged, level=level, notes=(*logged.notes, note, *_imported(found)), figures=figures)
    if logged.level is None:
        days = window_of(situation, model_id)
        return replace(
            judged, window=days, number=found.judged, counted=mark("predictions reviewed by experts"), until=found.last
        )
    return replace(judged, until=found.last) if level > logged.level else judged


def _imported(found: ExpertFeedback) -> tuple[Sentence, ...]:
    """That reviews came in files, where some did."""
    if not found.imported:
        return ()
    return (Sentence(mark("Imported among these reviews: {imported}."), {"imported": found.imported}),)


def _logged(situation: Situation, model_id: str) -> Evidence:
    """Rate the evidence of the prediction log."""
    card = situation.cards[model_id]
    grain = judging_grain(card)
    profiles = profiles_until(situation, model_id)
    if profiles is None:
        return Evidence(None, Sentence(mark("Nothing is logged and monitored, so errors cannot be detected.")))
    fewest = thresholds_of(card).performance.min_labelled
    found = windows(profiles.read(("outcomes",)), profiles.layout, grain)[-situation.rules.evidence.periods :]
    known = [window for window in found if window.labelled >= fewest]
    if not known:
        values = {"labelled": sum(window.labelled for window in found), "fewest": fewest}
        message = mark("Too few outcomes are known to detect errors: {labelled}; {fewest} in a period are needed.")
        return Evidence(None, Sentence(message, values))
    return _evidence(situation, profiles, card, known)


def _evidence(situation: Situation, profiles: ProfilesUntil, card: ModelCard, known: Sequence[Window]) -> Evidence:
    latest, days = known[-1], latest_labelled(situation, card.id)
    assert days is not None
    last = days[1]
    if situation.since is not None and last < situation.since:
        return Evidence(None, Sentence(mark("No outcomes are known for this period.")), window=days)
    entries = judge_window(latest, profiles, card, thresholds_of(card))
    if all(entry.verdict.status == "unknown" for entry in entries):
        return Evidence(None, entries[0].verdict.reason, window=days, number=latest.labelled)
    groups = list(_bad_groups(profiles, card, days))
    missed = [entry for entry in entries if entry.verdict.status == "warn"]
    broken = [entry for entry in entries if entry.verdict.status == "alert"]
    figures = {
        "groups_off_target": len({(group.column, group.value) for group in groups}),
        "targets_missed": len(missed) + len(broken),
        "groups_off_limit": len({(group.column, group.value) for group in groups if group.off_limit}),
        "limits_broken": len(broken),
        "bad_periods": _bad_periods(profiles, card, known) if broken else 0,
    }
    level = level_of(situation.rules.steps.wrong_predictions, figures)
    worst = leading(entries, card)
    sentence = Sentence(worst.verdict.reason.message, {**worst.verdict.reason.values, "period": latest.label})
    notes = [*_group_note(groups), *_duration_note(figures), *_age_note(situation, card.id, last)]
    return Evidence(
        level, sentence, tuple(notes), figures, days, latest.labelled, mark("predictions with known outcome"), last
    )


def _bad_periods(profiles: ProfilesUntil, card: ModelCard, known: Sequence[Window]) -> int:
    """Count the latest periods in a row that have a key metric on alert."""
    count, thresholds = 0, thresholds_of(card)
    for window in reversed(known):
        if not any(entry.verdict.status == "alert" for entry in judge_window(window, profiles, card, thresholds)):
            break
        count += 1
    return count


def _bad_groups(profiles: ProfilesUntil, card: ModelCard, days: tuple[date, date]) -> Iterator[BadGroup]:
    """Groups in which a key metric is worse than its target or limit by more than chance."""
    measures, fewest = measures_of(card.task), thresholds_of(card).performance.min_labelled
    for column in card.data.groups:
        by_value: dict[str, list[object]] = {}
        for profile in profiles.read(("outcomes",), days, None, (column, None)):
            by_value.setdefault(str(profile.segment_value), []).append(profile)
        for value, found in by_value.items():
            window = merged(found, profiles.layout)  # type: ignore[arg-type]
            if window.labelled < fewest:
                continue
            whole, units = outcomes_of(window, profiles.layout), units_of(window, profiles.layout)
            for entry in card.business.key_metrics:
                measure = measures[entry.metric]
                yield from _bad_group((column, value), entry, measure, figure_of(measure, whole, units))


def _bad_group(group: tuple[str, str], entry: KeyMetric, measure: Measure, figure: Figure) -> Iterator[BadGroup]:
    bound = entry.target if entry.target is not None else entry.limit
    if bound is None or not math.isfinite(figure.value):
        return
    off_limit = entry.limit is not None and beyond(measure, figure, entry.limit, entry)(LEVEL)
    if off_limit or (entry.target is not None and beyond(measure, figure, entry.target, entry)(LEVEL)):
        distance = abs(abs(figure.value) - abs(bound)) / (abs(bound) or 1.0)
        yield BadGroup(*group, entry.metric, figure.value, off_limit, distance)


def _group_note(groups: Sequence[BadGroup]) -> list[Sentence]:
    if not groups:
        return []
    worst = max(groups, key=lambda group: (group.off_limit, group.distance))
    values = {
        "feature": worst.column,
        "group": worst.value,
        "metric": worst.metric,
        "value": worst.figure,
        "n": len({(group.column, group.value) for group in groups}),
    }
    message = mark("Worst group: {feature} = {group} with {metric} {value}; groups outside their bounds: {n}.")
    return [Sentence(message, values)]


def _duration_note(figures: Mapping[str, float]) -> list[Sentence]:
    if figures["bad_periods"] < 2:
        return []
    return [
        Sentence(
            mark("A key metric has been worse than its limit for {n} periods in a row."),
            {"n": int(figures["bad_periods"])},
        )
    ]


def _age_note(situation: Situation, model_id: str, last: date) -> list[Sentence]:
    """Say so when the latest period with outcomes lies more than the window back."""
    if (situation.day(model_id) - last).days <= situation.rules.evidence.window_days:
        return []
    return [
        Sentence(mark("These are the latest known outcomes; nothing newer than {day} was delivered."), {"day": last})
    ]
