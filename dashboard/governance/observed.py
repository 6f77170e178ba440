"""The profiles of a model as they were on a day, and until when it was watched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

from dashboard.governance.situation import Situation
from dashboard.profiles.layout import layout_from_text
from dashboard.profiles.periods import following
from dashboard.profiles.windows import Profile, Profiles, open_profiles
from dashboard.schema.card import ModelCard
from dashboard.schema.thresholds import Thresholds, load_thresholds
from dashboard.store.profiles import layouts_in_force


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
        """As of the whole, within the days."""
        first, last = span or self._span
        found = self._whole.read(parts, (max(first, self._span[0]), min(last, self._span[1])), version, segment)
        return [profile for profile in found if following(profile.start, self.layout.base) <= self._over]

    def reference(
        self, parts: Sequence[str] = ("features", "outcomes"), segment: tuple[str, str | None] | None = None
    ) -> list[Profile]:
        """As of the whole; read once, since every period is compared with it."""
        key = (tuple(parts), segment)
        if key not in self._references:
            self._references[key] = self._whole.reference(parts, segment)
        return self._references[key]


def whole_profiles(situation: Situation, model_id: str) -> Profiles | None:
    """The profiles of a model as known, opened once for each situation."""
    return situation.once(("profiles", model_id), lambda: _opened(situation, model_id), any_day=True)


def _opened(situation: Situation, model_id: str) -> Profiles | None:
    """As `open_profiles`, with the layouts of all models read at once."""
    layouts = situation.once("layouts", lambda: layouts_in_force(situation.store, situation.as_of))
    card = situation.cards[model_id]
    if model_id in layouts and model_id in situation.monitored:
        layout_id, content = layouts[model_id]
        return Profiles(situation.store, card, layout_from_text(layout_id, model_id, content), situation.as_of)
    return None if situation.as_of is None else open_profiles(situation.store, card, situation.as_of)


def profiles_until(situation: Situation, model_id: str, days: int) -> ProfilesUntil | None:
    """The profiles of the last `days` in which a model was watched, until the day that is asked about."""
    whole, last = whole_profiles(situation, model_id), observed(situation, model_id)
    if whole is None or last is None:
        return None
    return ProfilesUntil(whole, last - timedelta(days=days), situation.day(model_id))


def observed(situation: Situation, model_id: str) -> date | None:
    """The last day, until the one asked about, that lies in a period with predictions; None where there is none."""
    return situation.once(("observed", model_id), lambda: _observed(situation, model_id))


def _observed(situation: Situation, model_id: str) -> date | None:
    whole, day = whole_profiles(situation, model_id), situation.day(model_id)
    if whole is None:
        return None
    starts = [profile.start for profile in whole.read((), (date(1900, 1, 1), day)) if profile.predictions]
    if not starts:
        return None
    end = following(max(starts), whole.layout.base) - timedelta(microseconds=1)
    return min(end.date(), day)


def thresholds_of(card: ModelCard) -> Thresholds:
    """config/thresholds.yaml with the card's overrides."""
    return _defaults().overridden(card.monitoring) if card.monitoring else _defaults()


@cache
def _defaults() -> Thresholds:
    return load_thresholds()
