"""The alerts of a model with what became of each, counted by area, and the harms without an alert."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dashboard.governance.alert_record.harms import KnownHarms, known_harms
from dashboard.governance.alert_record.verdicts import (
    VERDICTS,
    AlertVerdict,
    Judged,
    Stood,
    harmful_runs,
    in_words,
    judge_alert,
    missed,
)
from dashboard.governance.alerts import KINDS, AlertHistory, histories_of
from dashboard.governance.situation.situation import Situation
from dashboard.measures.intervals import wilson
from dashboard.measures.judging.areas import AREAS, judging_grain
from dashboard.periods import period_start
from dashboard.profiles.periods import Grain, floor, number_of
from dashboard.schema.card.card import ModelCard
from dashboard.words import Sentence, mark

# What is measured, so that outcomes or a closing can tell whether an alert was right; the others follow from facts.
RECORDED = tuple(area for area in AREAS if area in ("performance", "drift", "fairness", "quality", "value"))
# What warns before outcomes are known: a harm needs an alert of one of them only.
EARLY = ("drift", "quality")
# Of fewer alerts that are known to have been right or not, no share is given.
FEWEST = 5
TOO_FEW = mark("Alerts of which it is known whether they were right: {n}; a share needs {fewest}.")


@dataclass(frozen=True)
class JudgedAlert:
    """An alert, when it stood, what became of it, and why in words."""

    known: AlertHistory
    stood: Stood
    judged: Judged
    reason: Sentence


@dataclass(frozen=True)
class AreaRecord:
    """How the alerts of an area fared: how many came to which verdict, and of how many harms they did not tell.

    An alert of the area announces a harm; where areas warn before outcomes are known, an alert of any of them.
    `harms` and `missed` are None where outcomes do not speak of the area by period.
    """

    area: str
    verdicts: dict[AlertVerdict, int]
    harms: int | None
    missed: int | None

    @property
    def alerts(self) -> int:
        """How many alerts there were."""
        return sum(self.verdicts.values())

    @property
    def settled(self) -> int:
        """Of how many it is known what they were worth."""
        return self.alerts - self.verdicts["unknown"]

    @property
    def share(self) -> tuple[float, float, float] | None:
        """The share of right ones among the settled, with its 95 % interval (Wilson); None of too few."""
        if self.settled < FEWEST:
            return None
        share = self.verdicts["right"] / self.settled
        return share, *wilson(share, self.settled)

    @property
    def reason(self) -> Sentence | None:
        """Why there is no share; None where there is one."""
        return Sentence(TOO_FEW, {"n": self.settled, "fewest": FEWEST}) if self.share is None else None


def judged_alerts(situation: Situation, model_id: str) -> list[JudgedAlert]:
    """Every alert of the measured areas, oldest first, each held against what is known now."""
    return list(situation.cached(("judged alerts", model_id), lambda: tuple(_judged_alerts(situation, model_id))))


def _judged_alerts(situation: Situation, model_id: str) -> Iterator[JudgedAlert]:
    found = [known for known in _histories(situation, model_id) if known.alert.alarm.area in RECORDED]
    if not found:
        return
    harms = known_harms(situation, model_id)
    card, stood = situation.cards[model_id], dict[str, list[Stood]]()
    for known in found:
        area = known.alert.alarm.area
        earlier, own = stood.setdefault(area, []), _stood(known, card)
        judged = judge_alert(own, harms.of(area) if harms else None, harms.latest if harms else own.first, earlier)
        yield JudgedAlert(known, own, judged, in_words(judged, harms.labels if harms else {}))
        earlier.append(own)


def _histories(situation: Situation, model_id: str) -> list[AlertHistory]:
    end = datetime.combine(situation.day(model_id) + timedelta(days=1), time(), situation.cards[model_id].zone)
    opened = situation.opened_alerts.get(model_id, [])
    return histories_of(opened, situation.stated(model_id, *KINDS), {model_id: end})


def _stood(known: AlertHistory, card: ModelCard) -> Stood:
    """When an alert stood, by the periods by which the model is judged.

    It begins with the period that its reason names, else with the last one that was over when it was opened, and ends
    with the last one that was over when it was closed.
    """
    grain, values = judging_grain(card), known.alert.alarm.reason.values
    reported = _number_at(known.alert.opened_at, card, grain)
    named = values.get("since", values.get("period"))
    first = number_of(floor(period_start(str(named)), grain), grain) if named is not None else reported - 1
    closed = known.closed
    last = _number_at(closed.recorded_at, card, grain) - 1 if closed is not None else None
    cause = closed.content.get("cause") if closed is not None else None
    return Stood(first, reported, last, str(cause) if cause is not None else None)


def _number_at(moment: datetime, card: ModelCard, grain: Grain) -> int:
    return number_of(floor(moment.astimezone(card.zone).replace(tzinfo=None), grain), grain)


def area_records(situation: Situation, model_id: str) -> list[AreaRecord]:
    """The record of each area that had an alert, or of whose harms outcomes tell; none of a model never judged."""
    first = situation.first_judged.get(model_id)
    if first is None or first > situation.moment(model_id):
        return []
    card, harms = situation.cards[model_id], known_harms(situation, model_id)
    # A harm that was over before anybody looked could not be reported.
    watched = _number_at(first, card, judging_grain(card)) - 1
    found = [_area_record(area, judged_alerts(situation, model_id), harms, watched) for area in RECORDED]
    return [one for one in found if one.alerts or one.harms is not None]


def _area_record(area: str, alerts: Sequence[JudgedAlert], known: KnownHarms | None, watched: int) -> AreaRecord:
    own = [one for one in alerts if one.known.alert.alarm.area == area]
    verdicts = {verdict: sum(one.judged.verdict == verdict for one in own) for verdict in VERDICTS}
    harms = known.of(area) if known is not None else None
    if not harms:
        return AreaRecord(area, verdicts, None, None)
    runs = harmful_runs(harms, watched)
    areas = EARLY if area in EARLY else (area,)
    announcing = [one.stood for one in alerts if one.known.alert.alarm.area in areas]
    return AreaRecord(area, verdicts, len(runs), len(missed(runs, announcing)))
