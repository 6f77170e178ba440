"""What actions by which people say something about a model share: texts, the model's state, and the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from dashboard.actions.registry import Call
from dashboard.errors import refused
from dashboard.schema.texts import FORMS, LONGEST_TEXT
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.store.statements import NewStatement, append_statement
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import VIEWS
from dashboard.words import Sentence, mark

# Texts of a person, without spaces around them; a note may be empty.
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT, pattern=FORMS["text"])]
Words = Annotated[Note, StringConstraints(min_length=1)]
Records = list[dict[str, object]]


def today(call: Call, model_id: str) -> date:
    """The present day in the time zone of a model; raises NotFoundError for an unknown one."""
    return get_card(call.store, model_id).local_day(now())


def rows_of(call: Call, view: str, model_id: str) -> Records:
    """Return a view's rows about a model now, for an action open to the caller whether the view is or not."""
    return records(VIEWS.get(view).read(call.store, Query(model=model_id)))


def status_of(call: Call, model_id: str, area: str) -> str:
    """The present status of an area of a model; raises InputRefusedError for an unknown area."""
    known = {str(row["area"]): str(row["status"]) for row in rows_of(call, "status", model_id)}
    if area not in known:
        areas = ", ".join(known)
        message = mark("There is no area {area}; the areas are {areas}.")
        raise refused(Sentence(message, {"area": area, "areas": areas}), "area")
    return known[area]


def state(
    call: Call,
    said: NewStatement,
    record: Mapping[str, object],
    before: object = None,
    check: Callable[[], object] | None = None,
) -> str:
    """Record one statement with its audit record, which says `record` about the model; returns its key.

    `check` looks once more while nobody else can write, and raises when the statement does not fit any longer.
    """
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        if check is not None:
            check()
        fact_id = append_statement(cursor, said)
        if before is not None:
            audit_context.before[said.model_id] = before
        audit_context.after[said.model_id] = {name: value for name, value in record.items() if value is not None}
    return fact_id
