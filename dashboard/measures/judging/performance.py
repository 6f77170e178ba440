"""Whether a model performs as it should: its status of record, period by period."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from dashboard.measures.figure import Figure
from dashboard.measures.judging.alarms import JudgedPeriod, status_of_record
from dashboard.measures.judging.areas import NO_LOG, judging_grain
from dashboard.measures.judging.basis import NO_LABEL, hardly_begun, too_few
from dashboard.measures.judging.labels import EARLIER_MOST, selected, unripe
from dashboard.measures.judging.metrics import SCALES, JudgedFigure, judged, leading, names_that_count, unjudged
from dashboard.measures.judging.verdict import Verdict
from dashboard.measures.performance import figures_of, reference_figures
from dashboard.profiles.windows import Profiles, Window, windows
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds

Figures = Mapping[str, Figure]


def performance_status(profiles: Profiles, card: ModelCard, thresholds: Thresholds) -> Verdict:
    """The verdict on the latest period that can be judged: with enough labels, most of the usual ones, and fair ones.

    A period that has hardly begun and cannot be judged yet does not hide what is known of the one before it.
    An alarm that is not strong needs another one before it (`alarms_in_a_row`).
    """
    found = windows(profiles.read(("outcomes",)), profiles.layout, judging_grain(card))
    if not found:
        return Verdict("unknown", NO_LOG)
    if not any(window.labelled for window in found):
        return Verdict("unknown", NO_LABEL)
    fewest = thresholds.performance.min_labelled
    if not any(window.labelled >= fewest for window in found):
        return Verdict("unknown", too_few(max(window.labelled for window in found), fewest))
    places = ripe_places(found, thresholds)
    reference = reference_to_judge_by(profiles, card)
    periods = (judged_period(found[place], reference, card, thresholds, profiles) for place in reversed(places))
    latest = next(periods)
    outcomes = [found[place].labelled for place in places]
    if latest.verdict.status == "unknown" and places[-1] == len(found) - 1 and hardly_begun(outcomes):
        latest = next(periods)
    return status_of_record(chain([latest], periods), thresholds.performance.alarms_in_a_row)


def ripe_places(found: Sequence[Window], thresholds: Thresholds) -> list[int]:
    """Places of the periods with enough labels and most of the usual ones; where none is ripe, those with enough."""
    fewest = thresholds.performance.min_labelled
    enough = [place for place, window in enumerate(found) if window.labelled >= fewest]
    return [place for place in enough if unripe(found[place], found[:place], thresholds) is None] or enough


def reference_to_judge_by(profiles: Profiles, card: ModelCard) -> Figures:
    """The figures of the reference with which those that count are compared, and the scale of bias."""
    bound = {entry.metric for entry in card.business.key_metrics if (entry.target, entry.limit) != (None, None)}
    against = names_that_count(card) - bound
    return reference_figures(profiles, {*against, SCALES.get(card.task, "")} if against else set())


def judged_period(
    window: Window, reference: Figures, card: ModelCard, thresholds: Thresholds, profiles: Profiles
) -> JudgedPeriod:
    """One period by the metrics that count, or unknown where its known outcomes cannot speak for it."""
    unfair = selected(window, thresholds)
    if unfair is not None:
        return JudgedPeriod(window.label, unfair)
    figures = figures_of(window, profiles.layout, names=names_that_count(card))
    lead = leading(list(judged(figures, card, reference, thresholds)), card)
    return JudgedPeriod(window.label, lead.verdict, lead.strong)


def judge_window(window: Window, profiles: Profiles, card: ModelCard, thresholds: Thresholds) -> list[JudgedFigure]:
    """The metrics that count on one window, each held against its target or, without one, against the reference."""
    figures = figures_of(window, profiles.layout, names=names_that_count(card))
    unfair = selected(window, thresholds)
    if unfair is not None:
        return list(unjudged(figures, unfair))
    return list(judged(figures, card, reference_to_judge_by(profiles, card), thresholds))


def forced_verdicts(
    found: Sequence[Window], history: Sequence[Window], thresholds: Thresholds
) -> Iterator[tuple[Window, Verdict | None]]:
    """Windows, each with the verdict that its labels force on all of its figures; None where they can be judged.

    `history` are windows of the same length, in order, from which the usual share of known outcomes is learned.
    """
    starts = [window.start for window in history if window.start is not None]
    for window in found:
        place = bisect_left(starts, window.start) if window.start is not None else 0
        yield (
            window,
            unripe(window, history[max(0, place - 2 * EARLIER_MOST) : place], thresholds)
            or selected(window, thresholds),
        )
