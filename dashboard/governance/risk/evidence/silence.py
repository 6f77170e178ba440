"""Silent periods: nothing was logged although something usually is at that time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from dashboard.governance.situation.memo import memoised
from dashboard.governance.situation.profiles import whole_profiles
from dashboard.governance.situation.situation import Situation
from dashboard.profiles.periods import Grain, following, starts

# Fewer periods at a time of the week say nothing about what is usual there.
FEWEST = 4


def silent_spans(situation: Situation, model_id: str, window: tuple[date, date]) -> list[tuple[datetime, datetime]]:
    """Runs of silent periods between the first and the last prediction in the window, as local begin and end."""
    what = ("silent", window)
    return memoised(situation, model_id, what, lambda: _silent_spans(situation, model_id, window))


def _silent_spans(situation: Situation, model_id: str, window: tuple[date, date]) -> list[tuple[datetime, datetime]]:
    whole = whole_profiles(situation, model_id)
    if whole is None:
        return []
    base = whole.layout.base
    busy = {profile.start for profile in whole.read((), window) if profile.predictions}
    if not busy:
        return []
    every = starts(min(busy), max(busy), base)
    counts: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for start in every:
        count = counts[_time_of(start, base)]
        count[0] += 1
        count[1] += start in busy
    usual = situation.rules.evidence.usual_share
    expected = {time for time, (number, met) in counts.items() if number >= FEWEST and met >= usual * number}
    return list(_runs([start for start in every if start not in busy and _time_of(start, base) in expected], base))


def _time_of(start: datetime, base: Grain) -> tuple[int, int]:
    """The time of the week by which periods are compared; months and years are all alike."""
    if base == "hour":
        return start.weekday(), start.hour
    return (start.weekday(), 0) if base == "day" else (0, 0)


def _runs(silent: list[datetime], base: Grain) -> Iterator[tuple[datetime, datetime]]:
    """Silent periods that follow on each other, joined."""
    begin: datetime | None = None
    end: datetime | None = None
    for start in silent:
        if begin is not None and end == start:
            end = following(start, base)
            continue
        if begin is not None and end is not None:
            yield begin, end
        begin, end = start, following(start, base)
    if begin is not None and end is not None:
        yield begin, end
