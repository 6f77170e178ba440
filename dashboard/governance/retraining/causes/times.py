"""What time tells of a decline: that it comes back with the season, or that it was one event that is over."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.causes.outside import CATEGORY_WORDS, OUTSIDE, outside_notes
from dashboard.governance.retraining.causes.registry import DECLINED, NOT_DECLINED, Asked, cause_rule
from dashboard.governance.retraining.facts import ComparedPeriod, in_words
from dashboard.measures.judging.alarms import JudgedPeriod
from dashboard.profiles.periods import YEAR, Grain, label, months_later
from dashboard.words import Sentence, mark

# An event that is over for longer than so many periods explains nothing of today.
RECENT = 12
# A decline that lasts for so much of a year is no season.
MOST_OF_A_YEAR = 0.75
A_YEAR: dict[Grain, int] = {"month": 12, "quarter": 4}
SAME_AGAIN = mark("A year before, {season} was worse than the reference as well: {reason}")
BETWEEN = mark("In {n} periods between then and now the model was as good as in its reference.")
NOT_BEFORE = mark("A year before, {season} was as good as the reference.")
OVER = mark("{season} was worse than the reference ({reason}) It has been as good as the reference since {since}.")
NEVER = mark("No earlier period was clearly worse than the reference.")
NOTED = mark("Noted for that time: {category}: {title} ({first} to {last}).")


@cause_rule("season", DECLINED)
def season(asked: Asked) -> tuple[bool, tuple[Sentence, ...]]:
    """The same periods of the year before were as bad, and the model was as good as ever in between."""
    in_year = A_YEAR.get(asked.facts.grain)
    run = asked.decline.run
    if in_year is None or len(run) > MOST_OF_A_YEAR * in_year:
        return False, ()
    by_label = {one.label: one for one in asked.facts.compared}
    before = [found for one in run if (found := by_label.get(_year_before(asked, one))) is not None]
    if not before:
        return False, ()
    worse = [one for one in before if one.status in ("warn", "alert")]
    between = [
        one
        for one in asked.facts.compared
        if one.window.start and before[-1].window.start and run[0].window.start
        and before[-1].window.start < one.window.start < run[0].window.start and one.status == "ok"
    ]  # fmt: skip
    if 2 * len(worse) < len(run) or not worse:
        return False, (Sentence(NOT_BEFORE, {"season": _span(before)}),)
    values = {"season": _span(worse), "reason": in_words(worse[-1].judged.verdict.reason)}
    return len(between) > 1, (Sentence(SAME_AGAIN, values), Sentence(BETWEEN, {"n": len(between)}))


@cause_rule("event", NOT_DECLINED)
def event(asked: Asked) -> tuple[bool, tuple[Sentence, ...]]:
    """A decline that is over: the model is as good as in its reference again."""
    run = asked.decline.run
    if asked.decline.state != "recovered":
        return False, (Sentence(NEVER),)
    worst: JudgedPeriod = max((one.judged for one in run), key=lambda one: (one.verdict.status == "alert", one.strong))
    places = [one.label for one in asked.facts.compared]
    after = places[places.index(run[-1].label) + 1 :]
    values = {"season": _span(run), "reason": in_words(worst.verdict.reason), "since": after[0]}
    return len(after) <= RECENT, (Sentence(OVER, values), *_noted(asked, run))


def _noted(asked: Asked, run: tuple[ComparedPeriod, ...]) -> Iterator[Sentence]:
    """What people noted outside of the organisation for the time of a decline."""
    facts, first, last = asked.facts, run[0].window, run[-1].window
    assert first.start is not None
    for note in outside_notes(facts.card, facts.situation.events(facts.model_id, OUTSIDE)):
        if note.first <= facts.last_day(last) and note.last >= first.start.date():
            values = {"category": CATEGORY_WORDS[note.category], "title": note.title}
            yield Sentence(NOTED, {**values, "first": note.first, "last": note.last})


def _year_before(asked: Asked, one: ComparedPeriod) -> str:
    assert one.window.start is not None
    return label(months_later(one.window.start, -YEAR), asked.facts.grain)


def _span(found: tuple[ComparedPeriod, ...] | list[ComparedPeriod]) -> str:
    first, last = found[0].label, found[-1].label
    return first if first == last else f"{first} – {last}"
