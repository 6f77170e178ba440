"""The key metrics of a model period by period, with their intervals: what a signature on figures rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.governance.situation.memo import memoised
from dashboard.governance.situation.profiles import thresholds_of, whole_profiles
from dashboard.governance.situation.situation import Situation
from dashboard.measures.figure import finite
from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.outcomes import outcomes_of, units_of
from dashboard.measures.performance import figure_of
from dashboard.measures.registry import measures_of
from dashboard.profiles.layout import Layout
from dashboard.profiles.periods import Grain, following, to_utc
from dashboard.profiles.windows import Window, windows
from dashboard.store.engine.clock import as_utc


@dataclass(frozen=True)
class Period:
    """The key metrics of one period; `end` is the instant at which it was over."""

    end: datetime
    metrics: dict[str, dict[str, object]]


def periods_of(situation: Situation, model_id: str) -> tuple[Period, ...]:
    """The periods with enough known outcomes, oldest first; none while nothing was monitored by `as_of`."""
    return situation.cached(("periods", model_id), lambda: _periods(situation, model_id))


def metrics_at(situation: Situation, model_id: str, moment: datetime) -> dict[str, dict[str, object]] | None:
    """The key metrics of the last period that was over at an instant; None when there was none."""
    over = [period for period in periods_of(situation, model_id) if period.end <= moment]
    return over[-1].metrics if over else None


def _periods(situation: Situation, model_id: str) -> tuple[Period, ...]:
    card = situation.cards[model_id]
    if model_id not in situation.monitored or not card.business.key_metrics:
        return ()
    names = tuple(entry.metric for entry in card.business.key_metrics)
    return memoised(situation, model_id, ("periods", names), lambda: _measured(situation, model_id, names))


def _measured(situation: Situation, model_id: str, names: tuple[str, ...]) -> tuple[Period, ...]:
    card, profiles = situation.cards[model_id], whole_profiles(situation, model_id)
    if profiles is None:
        return ()
    grain, fewest = judging_grain(card), thresholds_of(card).performance.min_labelled
    found = []
    for window in windows(profiles.read(("outcomes",)), profiles.layout, grain):
        if window.labelled >= fewest and window.start is not None:
            end = _end(window.start, grain, card.time_zone)
            found.append(Period(end, _figures(window, profiles.layout, names)))
    return tuple(found)


def _figures(window: Window, layout: Layout, names: tuple[str, ...]) -> dict[str, dict[str, object]]:
    whole, units = outcomes_of(window, layout), units_of(window, layout)
    known = measures_of(layout.task)
    found: dict[str, dict[str, object]] = {}
    for name in names:
        figure = figure_of(known[name], whole, units)
        if finite(figure.value) is not None:
            seen = {"value": finite(figure.value), "low": finite(figure.low), "high": finite(figure.high)}
            found[name] = {**seen, "period": window.label}
    return found


def _end(start: datetime, grain: Grain, zone: str) -> datetime:
    return as_utc(to_utc(following(start, grain), ZoneInfo(zone)))
