"""Whether an alert was right: what outcomes and its closing say about the periods that it spoke for.

Periods are whole numbers, one more for each that follows (`number_of` of dashboard/profiles/periods.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.governance.causes.happenings import periods_of
from dashboard.measures.judging.alarms import Run
from dashboard.words import Sentence, mark

# What known outcomes say about a period: the model did harm, or it did not. Periods that are left out are not known.
Harms = Mapping[int, bool]
AlertVerdict = Literal["right", "wrong", "too_late", "unknown"]
VERDICTS: tuple[AlertVerdict, ...] = ("right", "wrong", "too_late", "unknown")
# An alert speaks for so many periods from its first one on: harm that begins later is not what it warned of.
SPEAKS_FOR = 3
# A period can be reported on in the next one; an alert that comes more than one period after that is too late.
IN_TIME = 2
# Whoever closes an alert with one of these says that there was something to repair, or that there was nothing.
CONFIRMING: Collection[str] = ("repaired", "retrained", "data_corrected")
DENYING: Collection[str] = ("false_alarm",)

HARM = mark("Known outcomes show harm; it was reported in time.")
LATE = mark("Known outcomes show harm that had begun in {since}, {n} periods before it was reported.")
CONFIRMED = mark("Whoever closed it says that there was something to repair; known outcomes show no harm.")
DENIED = mark("Whoever closed it says that it was a false alarm; known outcomes do not contradict that.")
NO_HARM = mark("Known outcomes show no harm in any period that it spoke for.")
NOT_KNOWN = mark("Too few outcomes are known to tell.")
STILL_OPEN = mark("It is open; periods that it speaks for and that are still to come: {n}.")
TO_BE_CLOSED = mark("Outcomes say nothing of this area by period; it is known once the alert is closed.")
ONLY_CLOSING = mark("Outcomes say nothing of this area by period, and how it was closed does not tell.")


@dataclass(frozen=True)
class Stood:
    """When an alert stood: its first period, the one in which it was reported, and its last one (None: it is open).

    `cause` is the cause with which it was closed.
    """

    first: int
    reported: int
    last: int | None = None
    cause: str | None = None

    def speaks_for(self) -> range:
        """The periods in which harm confirms it."""
        end = self.first + SPEAKS_FOR
        return range(self.first, end if self.last is None else min(end, max(self.last, self.first) + 1))

    def stood_in(self, period: int) -> bool:
        """Return whether it stood in a period."""
        return self.first <= period and (self.last is None or period <= max(self.last, self.first))


@dataclass(frozen=True)
class Judged:
    """What became of an alert, the periods that show it, and in which the harm began (None: no period does).

    `number` counts the periods that the message speaks of.
    """

    verdict: AlertVerdict
    message: str
    periods: range | None = None
    since: int | None = None
    number: int = 0


def judge_alert(alert: Stood, harms: Harms | None, latest: int, earlier: Sequence[Stood] = ()) -> Judged:
    """Hold an alert against the harms of its area, which are None where outcomes do not speak of the area by period.

    `latest` is the last period with predictions. Harm that began while an alert of `earlier` stood was reported then.
    Outcomes that show harm count before what was said at the closing, and that before outcomes that show none.
    """
    spoken = alert.speaks_for()
    hurt = next((period for period in spoken if harms and harms.get(period)), None)
    if harms and hurt is not None:
        begun = _begin_of(hurt, harms, earlier)
        if alert.reported > begun + IN_TIME:
            return Judged("too_late", LATE, range(hurt, hurt + 1), begun, alert.reported - begun)
        return Judged("right", HARM, range(hurt, hurt + 1), begun)
    if alert.cause in CONFIRMING:
        return Judged("right", CONFIRMED)
    if alert.cause in DENYING:
        return Judged("wrong", DENIED)
    if harms is None:
        return Judged("unknown", TO_BE_CLOSED if alert.last is None else ONLY_CLOSING)
    return _without_harm(spoken, harms, latest)


def _without_harm(spoken: range, harms: Harms, latest: int) -> Judged:
    """The verdict where no known outcome shows harm and nobody said at the closing what it was."""
    unknown = next((period for period in spoken if period not in harms), None)
    if unknown is None:
        return Judged("wrong", NO_HARM, spoken)
    if unknown > latest:
        return Judged("unknown", STILL_OPEN, number=spoken[-1] - latest)
    return Judged("unknown", NOT_KNOWN, range(unknown, unknown + 1))


def _begin_of(hurt: int, harms: Harms, earlier: Sequence[Stood]) -> int:
    """The first period of the harm that goes on in a period; periods of which nothing is known do not end it."""
    begun, period = hurt, hurt - 1
    first = min(harms)
    while period >= first and harms.get(period) is not False and not any(one.stood_in(period) for one in earlier):
        if harms.get(period):
            begun = period
        period -= 1
    return begun


def harmful_runs(harms: Harms, since: int) -> list[Run]:
    """Harms as runs of periods that reach a period `since` or a later one; what is not known does not end a run."""
    found: list[Run] = []
    ended = True
    for period in sorted(harms):
        if not harms[period]:
            ended = True
        elif ended:
            found.append(Run(period, period))
            ended = False
        else:
            found[-1] = Run(found[-1].first, period)
    return [run for run in found if run.last >= since]


def missed(runs: Sequence[Run], alerts: Sequence[Stood]) -> list[Run]:
    """The harms in no period of which an alert stood."""
    return [run for run in runs if not any(_meet(run, alert) for alert in alerts)]


def _meet(run: Run, alert: Stood) -> bool:
    return alert.first <= run.last and (alert.last is None or max(alert.last, alert.first) >= run.first)


def in_words(judged: Judged, labels: Mapping[int, str]) -> Sentence:
    """The reason of a verdict; `labels` names the periods."""
    values: dict[str, object] = {"n": judged.number} if judged.number else {}
    if judged.periods is not None and judged.periods[0] in labels and judged.periods[-1] in labels:
        values["period"] = periods_of(labels[judged.periods[0]], labels[judged.periods[-1]])
    if judged.since is not None:
        values["since"] = labels.get(judged.since)
    return Sentence(judged.message, values)
