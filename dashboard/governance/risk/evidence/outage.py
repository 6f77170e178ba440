"""Outages: recorded incidents, and periods in which nothing was logged although something usually is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dashboard.governance.risk.evidence.registry import Evidence, evidence, level_of, window_of
from dashboard.governance.risk.evidence.silence import silent_spans
from dashboard.governance.situation.profiles import observed
from dashboard.governance.situation.situation import Situation
from dashboard.profiles.periods import to_utc
from dashboard.words import Sentence, mark

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Outage:
    """An incident or a silence from `start` to `end` (aware); `end` None means that nobody said when it was over."""

    start: datetime
    end: datetime | None
    severity: int | None = None

    @property
    def hours(self) -> float:
        """Return the hours that the outage lasted; 0 where nobody stated them."""
        return (self.end - self.start) / HOUR if self.end is not None else 0.0


@evidence("outage", mark("Incidents that were reported, and the prediction log: periods without any prediction."))
def outage(situation: Situation, model_id: str) -> Evidence:
    """Incidents of the window against what the process tolerates, and silent periods of the log."""
    window = window_of(situation, model_id)
    incidents, silences = _incidents(situation, model_id, window), _silences(situation, model_id, window)
    seen = observed(situation, model_id)
    logged = seen is not None and seen >= window[0]
    if not incidents and not logged:
        return Evidence(None, _nothing_seen(seen), window=window)
    tolerated, stated = _tolerated(situation, model_id)
    figures = _figures(situation, incidents, tolerated)
    steps = situation.rules.steps.outage
    level = level_of(steps, figures)
    unreported = [silence for silence in silences if not any(_overlap(silence, one) for one in incidents)]
    if unreported:
        all_figures = _figures(situation, [*incidents, *unreported], tolerated)
        level = max(level, min(level_of(steps, all_figures), situation.rules.evidence.silence_level))
        figures = all_figures
    reported = _figures(situation, incidents, tolerated)
    last = max((one.end or one.start for one in (*incidents, *unreported)), default=None)
    zone = situation.cards[model_id].zone
    return Evidence(
        level,
        _sentence(incidents, reported, tolerated, silent=bool(unreported)),
        tuple(_notes(unreported, logged=logged, seen=seen, stated=stated)),
        figures,
        window,
        len(incidents) + len(unreported),
        mark("incidents and silent periods"),
        min(last.astimezone(zone).date(), window[1]) if last else window[1],
    )


def _incidents(situation: Situation, model_id: str, window: tuple[date, date]) -> list[Outage]:
    """The incidents that touch the window, cut to it."""
    zone = situation.cards[model_id].zone
    first = datetime.combine(window[0], datetime.min.time(), tzinfo=zone).astimezone(UTC)
    last = datetime.combine(window[1] + timedelta(days=1), datetime.min.time(), tzinfo=zone).astimezone(UTC)
    found = []
    for event in situation.events(model_id, "incident"):
        start, end, content = event.happened_at, event.happened_until, event.content
        if (end or start) >= first and start < last:
            cut = min(end, last) if end is not None else None
            found.append(Outage(max(start, first), cut, int(content["severity"])))
    return found


def _silences(situation: Situation, model_id: str, window: tuple[date, date]) -> list[Outage]:
    zone = situation.cards[model_id].zone
    return [
        Outage(to_utc(start, zone).replace(tzinfo=UTC), to_utc(end, zone).replace(tzinfo=UTC))
        for start, end in silent_spans(situation, model_id, window)
    ]


def _overlap(one: Outage, other: Outage) -> bool:
    return one.start < (other.end or other.start + HOUR) and other.start < (one.end or one.start + HOUR)


def _tolerated(situation: Situation, model_id: str) -> tuple[float, bool]:
    """The hours that the process tolerates, and whether it says so."""
    process = situation.organisation.processes.get(situation.cards[model_id].business.process or "")
    if process is None or process.tolerable_outage_hours is None:
        return situation.rules.evidence.tolerable_hours, False
    return process.tolerable_outage_hours, True


def _figures(situation: Situation, outages: list[Outage], tolerated: float) -> dict[str, float]:
    severe = situation.rules.evidence.severe_from
    hours = sum(one.hours for one in outages)
    long = [
        one
        for one in outages
        if (one.end is not None and one.hours > tolerated) or (one.end is None and (one.severity or 0) >= severe)
    ]
    # A process that tolerates nothing is past its tolerance with the first minute.
    tolerances = hours / tolerated if tolerated else hours * 1e6
    return {"outages": len(outages), "long_outages": len(long), "hours": hours, "tolerances": tolerances}


def _nothing_seen(seen: date | None) -> Sentence:
    if seen is None:
        return Sentence(mark("No incident was reported and nothing is logged, so outages cannot be detected."))
    message = mark("No incident was reported, and nothing has been logged since {day}, so outages cannot be detected.")
    return Sentence(message, {"day": seen})


def _sentence(incidents: list[Outage], reported: dict[str, float], tolerated: float, *, silent: bool) -> Sentence:
    if not incidents:
        message = mark("No incident was reported and the log has no silent period.")
        return Sentence(mark("No incident was reported, but the log was silent.") if silent else message)
    values = {
        "n": len(incidents),
        "hours": round(reported["hours"]) if reported["hours"] >= 1 else reported["hours"],
        "tolerated": round(tolerated) if tolerated >= 1 else tolerated,
        "long": int(reported["long_outages"]),
    }
    values["endless"] = sum(one.end is None for one in incidents)
    if values["endless"] == len(incidents):
        message = mark("Incidents in the window: {n}, none with a stated end; severe: {long}.")
        return Sentence(message, values)
    if values["endless"]:
        message = mark(
            "Incidents in the window: {n}, of which {endless} without a stated end; the others lasted {hours} hours in "
            "total. Longer than the tolerated {tolerated} hours, or severe without an end: {long}."
        )
        return Sentence(message, values)
    message = mark(
        "Incidents in the window: {n}, {hours} hours in total; longer than the tolerated {tolerated} hours: {long}."
    )
    return Sentence(message, values)


def _notes(unreported: list[Outage], *, logged: bool, seen: date | None, stated: bool) -> list[Sentence]:
    notes = []
    if unreported:
        values = {"n": len(unreported), "hours": round(sum(one.hours for one in unreported))}
        notes.append(
            Sentence(
                mark("Silent periods in the log without a reported incident: {n}, {hours} hours in total."), values
            )
        )
    if not logged:
        message = mark("Nothing has been logged since {day}, so silent periods cannot be detected.")
        if seen is None:
            message = mark("Nothing is logged, so silent periods cannot be detected.")
        notes.append(Sentence(message, {"day": seen} if seen is not None else {}))
    if not stated:
        notes.append(
            Sentence(mark("The process does not state how long an outage it tolerates; the default limit is used."))
        )
    return notes
