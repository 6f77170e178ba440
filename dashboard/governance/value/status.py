"""Whether a model delivers its value: the verdict of record, on the latest period that is settled, and how it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from dashboard.governance.situation.memo import memoised
from dashboard.governance.situation.profiles import thresholds_of, whole_profiles
from dashboard.governance.situation.situation import Situation
from dashboard.governance.value.periods import ValuePeriod, cells_of
from dashboard.governance.value.promises import promises
from dashboard.governance.value.reported import reported_values
from dashboard.governance.value.valuation import Valuation
from dashboard.governance.value.verdict import NO_PRICES, Answer
from dashboard.measures.judging.areas import NO_LOG, judging_grain
from dashboard.measures.judging.verdict import Status, Verdict
from dashboard.words import Sentence

STATUSES: dict[Answer, Status] = {"yes": "ok", "no": "alert", "unknown": "unknown"}
ANSWERS: dict[str, Answer] = {"ok": "yes", "alert": "no"}
# So many of the latest periods are looked at and drawn.
PERIODS = 12


@dataclass(frozen=True)
class ValueOfRecord:
    """The period that is judged by the columns of the view `value`, and the latest ones, oldest first."""

    judged: Mapping[str, object]
    latest: tuple[Mapping[str, object], ...]

    @property
    def verdict(self) -> Verdict:
        """The status of the area `value`, with the period in its reason."""
        answer, reason = self.judged["verdict"], self.judged["reason"]
        assert isinstance(reason, Sentence)
        with_period = Sentence(reason.message, {**reason.values, "period": self.judged["period"]})
        return Verdict(STATUSES[answer], with_period)  # type: ignore[index]


def value_verdict(situation: Situation, model_id: str) -> Verdict:
    """Whether a model delivers what was promised: ok, alert, or unknown with the reason."""
    value = situation.cards[model_id].business.value
    priced = value is not None and (value.outcomes is not None or value.errors is not None)
    if not priced and not reported_values(situation, model_id):
        return Verdict("unknown", NO_PRICES)
    found = value_of_record(situation, model_id)
    return found.verdict if found is not None else Verdict("unknown", NO_LOG)


def value_of_record(situation: Situation, model_id: str) -> ValueOfRecord | None:
    """What is known of the latest periods until the day that is asked about; None where nothing is monitored."""
    lines, day = tuple(promises(situation, model_id)), situation.day(model_id)
    reported = tuple((one.first, one.last, one.value, one.unit) for one in reported_values(situation, model_id))
    basis = ("value", lines, reported, day)
    return situation.cached(
        ("value", model_id), lambda: memoised(situation, model_id, basis, lambda: _worked_out(situation, model_id))
    )


def _worked_out(situation: Situation, model_id: str) -> ValueOfRecord | None:
    profiles, card = whole_profiles(situation, model_id), situation.cards[model_id]
    if profiles is None:
        return None
    day = situation.day(model_id)
    reported = reported_values(situation, model_id)
    valuation = Valuation(profiles, card, thresholds_of(card), promises(situation, model_id), day, reported)
    begun = (one for one in valuation.periods(judging_grain(card), backwards=True) if one.days[0] <= day)
    latest = list(islice(begun, PERIODS))
    if not latest:
        return None
    judged = next((one for one in latest if one.verdict.settled), latest[0])
    return ValueOfRecord(_cells(judged, valuation), tuple(_cells(one, valuation) for one in reversed(latest)))


def _cells(period: ValuePeriod, valuation: Valuation) -> Mapping[str, object]:
    return cells_of(period, valuation.currency)
