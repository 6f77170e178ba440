"""What the retraining calendar says, from the frames of its views. Nothing here draws."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from dashboard.periods import period_start
from dashboard.ui.widgets.answers import Answer, Subject
from dashboard.ui.widgets.listing import listed
from dashboard.views.records import records
from dashboard.words import mark, number

Row = dict[str, Any]
UNDER_WAY = ("running", "calling")
# So many clashes are put into words; the table has all.
CLASHES = 4


def calendar(entries: pd.DataFrame, loads: pd.DataFrame, language: str) -> Answer:
    """How many trainings are planned, which are overdue or under way, and where they clash.

    `entries` has the columns of `retraining-calendar` and `name`; `loads` those of `retraining-load`, `label` (the
    machine, or the person's name) and `names` (of models).
    """
    subject = Subject("", language)
    if entries.empty:
        return Answer("unknown", subject.say(mark("No training is planned, and no policy asks for one.")))
    planned = entries[entries["state"] == "planned"]
    overdue, lost = entries[entries["state"] == "overdue"], entries[entries["state"] == "unknown"]
    further = [
        *_named(mark("{n} trainings are overdue: {names}."), overdue, subject),
        *_named(mark("Of {n} started trainings nobody knows whether they began: {names}."), lost, subject),
        *_named(
            mark("{n} trainings are under way: {names}."), entries[entries["state"].isin(UNDER_WAY)], subject
        ),
        *clashes(loads, subject),
    ]  # fmt: skip
    pressing = not overdue.empty or not lost.empty or bool(loads["clash"].any())
    if planned.empty:
        return Answer("warn" if pressing else "ok", subject.say(mark("No training lies ahead.")), tuple(further))
    if not loads["clash"].any():
        further.append(subject.say(mark("No week needs more of a machine or a person than there is.")))
    last = date.fromisoformat(planned["day"].max())
    sentence = subject.say(mark("{n} trainings lie ahead until {day}."), n=len(planned), day=last)
    return Answer("warn" if pressing else "ok", sentence, tuple(further))


def clashes(loads: pd.DataFrame, subject: Subject) -> Iterator[str]:
    """The weeks that need more of a machine or a person than there is, in sentences."""
    found = records(loads[loads["clash"].astype(bool)])
    for row in found[:CLASHES]:
        yield _of_machine(row, subject) if row["kind"] == "machine" else _of_person(row, subject)
    if len(found) > CLASHES:
        yield subject.say(mark("{n} more weeks with clashes stand in the table."), n=len(found) - CLASHES)


def _of_machine(row: Row, subject: Subject) -> str:
    message = mark(
        "In the week of {day}, {n} trainings need {machine} on the same day, more than 24 hours together: {names}."
    )
    values = {"day": _monday(row), "machine": row["resource"], "names": row["names"]}
    return subject.say(message, n=int(row["at_once"]), **values)


def _of_person(row: Row, subject: Subject) -> str:
    message = mark("In the week of {day}, {person} would need {hours} hours for {n} trainings: {names}.")
    hours = number(round(row["hours"]), subject.language)
    values = {"day": _monday(row), "person": row["label"], "hours": hours, "names": row["names"]}
    return subject.say(message, n=int(row["trainings"]), **values)


def _monday(row: Row) -> date:
    return period_start(row["week"]).date()


def _named(message: str, rows: pd.DataFrame, subject: Subject) -> Iterator[str]:
    if not rows.empty:
        names = listed(list(dict.fromkeys(rows["name"])), subject.language)
        yield subject.say(message, n=len(rows), names=names)
