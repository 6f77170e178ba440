"""From verdicts on periods to the status of record: what lasts, what is strong, and since when it is so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dashboard.measures.judging.verdict import Status, Verdict
from dashboard.words import Sentence, mark

# Periods looked back for the begin of a run.
LONGEST = 120


@dataclass(frozen=True)
class JudgedPeriod:
    """One period with its verdict; `strong` tells that its alarm needs no second one."""

    label: str
    verdict: Verdict
    strong: bool = False


def status_of_record(latest_first: Iterable[JudgedPeriod], in_a_row: int) -> Verdict:
    """The verdict on the latest period, an alert only where it is strong or the last of `in_a_row` alarms.

    Its reason names the period; among its values, `since` and `in_a_row` tell when the run began and how long it is,
    and `worse` how many of its periods stood worse than the latest.
    Periods are read only as far back as needed. Raises ValueError without a period.
    """
    periods = iter(latest_first)
    latest = next(periods, None)
    if latest is None:
        raise ValueError("received no period; give at least one")
    status = latest.verdict.status
    values: dict[str, object] = {**latest.verdict.reason.values, "period": latest.label}
    if status == "unknown":
        return Verdict(status, Sentence(latest.verdict.reason.message, values))
    alarms = _run(latest, periods, status)
    worse = sum(period.verdict.status != status for period in alarms)
    values |= {"since": alarms[-1].label, "in_a_row": len(alarms), "worse": worse}
    if status == "alert" and not latest.strong and len(alarms) < in_a_row:
        status, values = "warn", {**values, "wanted": in_a_row}
    return Verdict(status, Sentence(latest.verdict.reason.message, values))


def _run(latest: JudgedPeriod, before: Iterator[JudgedPeriod], status: Status) -> list[JudgedPeriod]:
    """The latest period and those just before it that stand as badly, or worse; latest first."""
    found = [latest]
    for period in before:
        same = period.verdict.status == status
        if not (same or (status == "warn" and period.verdict.status == "alert")) or len(found) >= LONGEST:
            break
        found.append(period)
    return found


def with_since(verdict: Verdict) -> Verdict:
    """A verdict whose reason tells since when it has been so, or that a first alarm waits for the next."""
    values = verdict.reason.values
    since, number = values.get("since"), values.get("in_a_row")
    if since is None or not isinstance(number, int) or verdict.status == "ok":
        return verdict
    if values.get("wanted") is not None:
        message = mark("{reason} This is a first alarm; {wanted} in a row make an alert.")
        return replace(verdict, reason=Sentence(message, {"reason": verdict.reason, "wanted": values["wanted"]}))
    if number < 2:
        return verdict
    message = (
        mark("{reason} It has been so or worse since {since}, {number} periods in a row.")
        if values.get("worse")
        else mark("{reason} It has been so since {since}, {number} periods in a row.")
    )
    return replace(verdict, reason=Sentence(message, {"reason": verdict.reason, "since": since, "number": number}))


@dataclass(frozen=True)
class Run:
    """Periods in a row of one status: first and last by their place, both inclusive."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Number of periods."""
        return self.last - self.first + 1


def runs(statuses: Sequence[str], wanted: str) -> list[Run]:
    """The runs of a status in a list, in order.

    >>> runs(["ok", "alert", "alert", "ok", "alert"], "alert")
    [Run(first=1, last=2), Run(first=4, last=4)]
    """
    found: list[Run] = []
    for place, status in enumerate(statuses):
        if status != wanted:
            continue
        if found and found[-1].last == place - 1:
            found[-1] = Run(found[-1].first, place)
        else:
            found.append(Run(place, place))
    return found
