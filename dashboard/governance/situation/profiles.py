"""The profiles of a model as they were on a day, until when it was watched, and which of its periods count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import cast

from dashboard.governance.situation.memo import memoised
from dashboard.governance.situation.preload import Days, PreloadedProfiles, ReadPlan, layouts_of, stored_rows
from dashboard.governance.situation.situation import Situation
from dashboard.measures.judging.areas import judging_grain
from dashboard.profiles.layout import layout_from_text
from dashboard.profiles.periods import Grain, floor, following
from dashboard.profiles.windows import Profile, Profiles, open_profiles
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds, load_thresholds
from dashboard.store.profiles import PERIOD, REFERENCE

DAYS_OF: dict[Grain, int] = {"hour": 1, "day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}

COUNTED = ("predictions", "labelled")


class ProfilesUntil(Profiles):
    """Profiles of the periods that were over by the end of a day, from some day on; the reference stays whole."""

    def __init__(self, whole: Profiles, first: date, last: date) -> None:
        """Narrow `whole` to the periods that begin on `first` or later and end with `last` or before."""
        super().__init__(whole.store, whole.card, whole.layout, whole.as_of)
        self._whole, self._span = whole, (first, last)
        self._over = datetime.combine(last, time()) + timedelta(days=1)
        self._references: dict[object, list[Profile]] = {}

    def read(
        self,
        parts: Sequence[str] = ("features", "outcomes"),
        span: tuple[date, date] | None = None,
        version: str | None = None,
        segment: tuple[str, str | None] | None = None,
    ) -> list[Profile]:
        """Read profiles as of the whole, within the days."""
        first, last = span or self._span
        found = self._whole.read(parts, (max(first, self._span[0]), min(last, self._span[1])), version, segment)
        return [profile for profile in found if following(profile.start, self.layout.base) <= self._over]

    def reference(
        self, parts: Sequence[str] = ("features", "outcomes"), segment: tuple[str, str | None] | None = None
    ) -> list[Profile]:
        """Read the reference as of the whole; once, since every period is compared with it."""
        key = (tuple(parts), segment)
        if key not in self._references:
            self._references[key] = self._whole.reference(parts, segment)
        return self._references[key]


def whole_profiles(situation: Situation, model_id: str) -> Profiles | None:
    """The profiles of a model as known, opened once for each situation."""
    if model_id in layouts_of(situation) and model_id in situation.monitored:
        return situation.cached(("profiles", model_id), lambda: _preloaded(situation, model_id))
    if situation.as_of is None:
        return None
    card, moment = situation.cards[model_id], situation.as_of
    return situation.cached(("rebuilt", model_id), lambda: open_profiles(situation.store, card, moment), any_day=True)


def _preloaded(situation: Situation, model_id: str) -> PreloadedProfiles:
    layout_id, content = layouts_of(situation)[model_id]
    return PreloadedProfiles(
        situation, situation.cards[model_id], layout_from_text(layout_id, model_id, content), NEEDS
    )


def profiles_until(situation: Situation, model_id: str) -> ProfilesUntil | None:
    """The profiles of the latest periods in which a model was watched, until the day that is asked about."""
    whole, days = whole_profiles(situation, model_id), _latest_days(situation, model_id)
    return None if whole is None or days is None else ProfilesUntil(whole, *days)


def _latest_days(situation: Situation, model_id: str) -> Days | None:
    """Return the days of the periods that evidence looks at, back from the last day of monitoring."""
    last = observed(situation, model_id)
    if last is None:
        return None
    days = DAYS_OF[judging_grain(situation.cards[model_id])] * situation.rules.evidence.periods
    return last - timedelta(days=days), situation.day(model_id)


def observed(situation: Situation, model_id: str) -> date | None:
    """The last day, until the one asked about, that lies in a period with predictions; None where there is none."""
    key = ("observed", situation.day(model_id))
    return situation.cached(
        ("observed", model_id), lambda: memoised(situation, model_id, key, lambda: _observed(situation, model_id))
    )


def _observed(situation: Situation, model_id: str) -> date | None:
    whole, day = whole_profiles(situation, model_id), situation.day(model_id)
    if whole is None:
        return None
    starts = [profile.start for profile in whole.read((), (date(1900, 1, 1), day)) if profile.predictions]
    if not starts:
        return None
    end = following(max(starts), whole.layout.base) - timedelta(microseconds=1)
    return min(end.date(), day)


def months_of(situation: Situation, model_id: str) -> dict[date, dict[str, int]]:
    """Predictions and labels (`predictions`, `labelled`) of a model by the first day of each month, oldest first."""
    return situation.cached(("months", model_id), lambda: _months_of(situation, model_id), any_day=True)


def _months_of(situation: Situation, model_id: str) -> dict[date, dict[str, int]]:
    found: dict[date, dict[str, int]] = {}
    for row in stored_rows(situation, model_id) if model_id in layouts_of(situation) else ():
        if row["scope"] == PERIOD:
            month = cast(datetime, row["period_start"]).date().replace(day=1)
            counts = found.get(month) or found.setdefault(month, dict.fromkeys(COUNTED, 0))
            for name in COUNTED:
                counts[name] += cast(int, row[name])
    return found


def latest_labelled(situation: Situation, model_id: str) -> Days | None:
    """The days of the latest period, of those that evidence looks at, with enough known outcomes to judge by."""
    return situation.cached(("latest labelled", model_id), lambda: _latest_labelled(situation, model_id))


def _latest_labelled(situation: Situation, model_id: str) -> Days | None:
    card, counted = situation.cards[model_id], _counted(situation, model_id)
    fewest = thresholds_of(card).performance.min_labelled
    known = [start for start in sorted(counted)[-situation.rules.evidence.periods :] if counted[start][1] >= fewest]
    if not known:
        return None
    return known[-1].date(), min(_last_day(known[-1], judging_grain(card)), situation.day(model_id))


def latest_used(situation: Situation, model_id: str) -> Days | None:
    """The days of the latest period, of those that evidence looks at, after the reference and with enough rows."""
    return situation.cached(("latest used", model_id), lambda: _latest_used(situation, model_id))


def _latest_used(situation: Situation, model_id: str) -> Days | None:
    card, counted = situation.cards[model_id], _counted(situation, model_id)
    after = card.data.reference.end if card.data.reference is not None else date(1900, 1, 1)
    fewest = thresholds_of(card).drift.min_rows
    used = [start for start, (rows, _) in counted.items() if rows >= fewest and start.date() > after]
    return (max(used).date(), _last_day(max(used), judging_grain(card))) if used else None


def _counted(situation: Situation, model_id: str) -> dict[datetime, tuple[int, int]]:
    """Predictions and labels by period, of those that evidence looks at; empty where the model was not watched."""
    profiles = profiles_until(situation, model_id)
    grain = judging_grain(situation.cards[model_id])
    found: dict[datetime, tuple[int, int]] = {}
    for profile in profiles.read(()) if profiles is not None else ():
        start = floor(profile.start, grain)
        rows, labelled = found.get(start, (0, 0))
        found[start] = rows + profile.predictions, labelled + profile.labelled
    return found


def _last_day(start: datetime, grain: Grain) -> date:
    return (following(start, grain) - timedelta(days=1)).date()


def _days_of_groups(situation: Situation, model_id: str) -> Days | None:
    """The days over which protected groups are compared; None for a model whose card protects none."""
    return _latest_days(situation, model_id) if situation.cards[model_id].data.protected else None


def _reference_days(situation: Situation, model_id: str) -> Days | None:
    chosen = situation.cards[model_id].data.reference
    return (chosen.start, chosen.end) if chosen is not None else None


# What evidence and signatures read of every model; of those that cover a reading the first serves it.
NEEDS = (
    ReadPlan("counts", PERIOD, any_day=True),
    ReadPlan("latest outcomes", PERIOD, "outcomes", days=_latest_days),
    ReadPlan("outcomes of the reference", PERIOD, "outcomes", days=_reference_days, any_day=True),
    ReadPlan("all outcomes", PERIOD, "outcomes", any_day=True),
    ReadPlan("latest groups", PERIOD, "outcomes", grouped=True, days=latest_labelled),
    ReadPlan("groups of the latest periods", PERIOD, "outcomes", grouped=True, days=_days_of_groups),
    ReadPlan("latest features", PERIOD, "features", days=latest_used),
    ReadPlan("reference", REFERENCE, "outcomes", any_day=True),
    ReadPlan("features of the reference", REFERENCE, "features", any_day=True),
)


def thresholds_of(card: ModelCard) -> Thresholds:
    """config/thresholds.yaml with the card's overrides."""
    return _defaults().overridden(card.monitoring) if card.monitoring else _defaults()


@cache
def _defaults() -> Thresholds:
    return load_thresholds()
