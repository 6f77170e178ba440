"""In which periods a model did harm, by the outcomes that are known now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from dashboard.governance.alert_record.verdicts import Harms
from dashboard.governance.situation.memo import memoised
from dashboard.governance.situation.profiles import thresholds_of, whole_profiles
from dashboard.governance.situation.situation import Situation
from dashboard.governance.value.promises import promises
from dashboard.governance.value.valuation import Valuation
from dashboard.measures.judging.alarms import JudgedPeriod
from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.judging.labels import unripe
from dashboard.measures.judging.performance import judged_period, reference_to_judge_by, ripe_places
from dashboard.profiles.periods import label, number_of, starts
from dashboard.profiles.windows import Window, windows

# So many of the latest periods are held against alerts.
PERIODS = 36


@dataclass(frozen=True)
class KnownHarms:
    """By period: whether performance and value did harm, and the names of all periods from the first to the last."""

    performance: Harms
    value: Harms
    labels: Mapping[int, str]

    @property
    def latest(self) -> int:
        """The last period with predictions."""
        return max(self.labels)

    def of(self, area: str) -> Harms | None:
        """The harms that alerts of an area are held against; None where outcomes do not speak of it by period.

        What warns before outcomes are known (drift, data quality) is right where performance or value did harm.
        """
        if area == "performance":
            return self.performance
        if area == "value":
            return self.value
        return self.any_kind if area in ("drift", "quality") else None

    @property
    def any_kind(self) -> Harms:
        """Harm of either kind; none where one of them is known to have done none, and the other not known to have."""
        periods = {*self.performance, *self.value}
        return {period: bool(self.performance.get(period) or self.value.get(period)) for period in periods}


def known_harms(situation: Situation, model_id: str) -> KnownHarms | None:
    """The harms of the latest periods until the day that is asked about; None of a model without profiles."""
    lines, day = tuple(promises(situation, model_id)), situation.day(model_id)
    return situation.cached(
        ("harms", model_id),
        lambda: memoised(situation, model_id, ("harms", lines, day), lambda: _known_harms(situation, model_id)),
    )


def _known_harms(situation: Situation, model_id: str) -> KnownHarms | None:
    profiles, card = whole_profiles(situation, model_id), situation.cards[model_id]
    if profiles is None:
        return None
    grain, day = judging_grain(card), situation.day(model_id)
    found = [
        window
        for window in windows(profiles.read(("outcomes",)), profiles.layout, grain)
        if window.start is not None and window.start.date() <= day
    ]
    if not found or found[0].start is None or found[-1].start is None:
        return None
    names = {number_of(start, grain): label(start, grain) for start in starts(found[0].start, found[-1].start, grain)}
    return KnownHarms(_of_performance(situation, model_id, found), _of_value(situation, model_id), names)


def _of_performance(situation: Situation, model_id: str, found: list[Window]) -> Harms:
    """Alerts count as in the status of record: strong, or beside another one."""
    profiles, card = whole_profiles(situation, model_id), situation.cards[model_id]
    assert profiles is not None
    thresholds, grain = thresholds_of(card), judging_grain(card)
    reference = reference_to_judge_by(profiles, card)
    judged: dict[int, JudgedPeriod] = {}
    for place in ripe_places(found, thresholds)[-PERIODS:]:
        window = found[place]
        if window.start is None or unripe(window, found[:place], thresholds) is not None:
            continue
        judged[number_of(window.start, grain)] = judged_period(window, reference, card, thresholds, profiles)
    alerting = {number for number, one in judged.items() if one.verdict.status == "alert"}
    alone = thresholds.performance.alarms_in_a_row <= 1
    return {
        number: number in alerting and (one.strong or alone or bool({number - 1, number + 1} & alerting))
        for number, one in judged.items()
        if one.verdict.status != "unknown"
    }


def _of_value(situation: Situation, model_id: str) -> Harms:
    """Periods that brought less than promised do harm, as far as outcomes settle it."""
    profiles, card = whole_profiles(situation, model_id), situation.cards[model_id]
    value = card.business.value
    if profiles is None or value is None or (value.outcomes is None and value.errors is None):
        return {}
    day, grain = situation.day(model_id), judging_grain(card)
    valuation = Valuation(profiles, card, thresholds_of(card), promises(situation, model_id), day)
    begun = (one for one in valuation.periods(grain, backwards=True) if one.days[0] <= day)
    return {
        number_of(one.window.start, grain): one.verdict.answer == "no"
        for one in islice(begun, PERIODS)
        if one.window.start is not None and one.verdict.source == "realised" and one.verdict.answer != "unknown"
    }
