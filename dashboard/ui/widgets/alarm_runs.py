"""When a model was on alert, in runs of periods instead of a list of them."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.measures.judging.alarms import runs
from dashboard.ui.widgets.listing import listed
from dashboard.words import Sentence, mark, period_name


def alarm_runs(statuses: Sequence[str], periods: Sequence[str], language: str) -> tuple[str, ...]:
    """How many periods were on alert and when, and since when without a break; nothing where none was."""
    found = runs(statuses, "alert")
    if not found or len(periods) == 1:
        return ()
    names = [_run_name(periods[run.first], periods[run.last], language) for run in found]
    values = {"n": sum(run.length for run in found), "total": len(periods), "periods": listed(names, language)}
    said = [Sentence(mark("{n} of {total} periods were on alert: {periods}."), values)]
    last = found[-1]
    if last.last == len(periods) - 1 and last.length > 1:
        since = {"since": period_name(periods[last.first], language)}
        said.append(Sentence(mark("It has been so without a break since {since}."), since))
    return tuple(sentence.render(language) for sentence in said)


def _run_name(first: str, last: str, language: str) -> str:
    names = {"first": period_name(first, language), "last": period_name(last, language)}
    return names["first"] if first == last else Sentence(mark("{first} to {last}"), names).render(language)
