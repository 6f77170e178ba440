"""Who did what, when, and what it changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta

import pandas as pd

from dashboard.access.principal import ACTS_AS
from dashboard.store.audit.chain import Entry, list_entries
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import as_utc
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("at actor action subject before after hash written_at token_by")
TOKEN, MADE = "token", "create_token"


@view("audit", columns=COLUMNS, model="optional", roles=frozenset({"manager", "admin"}))
def audit(store: Store, query: Query) -> pd.DataFrame:
    """Who did what, when, to what, and what was there before and after?

    Columns: at (UTC), actor, action, subject (a model id, or a kind and an id), before and after (JSON; null =
    nothing), hash of the record in the chain, and written_at (UTC): when the record was really written, where the demo
    replayed its history; null everywhere else; and token_by: who created the token by which it was done, so that what
    a token does leads to a person. One row for each subject, newest first. `start` and `end` are days in
    the model's time zone, in UTC without a model. Raises NotFoundError for an unknown model.
    """
    within = days_within(store, query)
    entries = [one for one in reversed(list_entries(store, query.as_of)) if within(_moment(one))]
    makers = _makers(list_entries(store, query.as_of))
    rows = [row for entry in entries for row in _rows(entry, query.model, makers)]
    return pd.DataFrame(rows, columns=COLUMNS.names, dtype=object)


def days_within(store: Store, query: Query) -> Callable[[datetime], bool]:
    """Return whether an instant lies within the asked days, in the time zone of the model or else UTC.

    Raises NotFoundError for an unknown model.
    """
    zone = UTC if query.model is None else get_card(store, query.model).zone
    first = None if query.start is None else datetime.combine(query.start, time.min, zone)
    after = None if query.end is None else datetime.combine(query.end + timedelta(days=1), time.min, zone)
    return lambda at: (first is None or at >= first) and (after is None or at < after)


def _moment(entry: Entry) -> datetime:
    return as_utc(datetime.fromisoformat(entry.stands_for))


def _makers(entries: list[Entry]) -> dict[int, str]:
    """By number of a record that a token wrote: who created the token of that name then in force."""
    made: dict[str, str] = {}
    found = {}
    for entry in entries:
        if entry.action == MADE:
            made |= dict.fromkeys(json.loads(entry.after), entry.actor)
        kind, _, name = entry.actor.partition(ACTS_AS)[0].partition(":")
        if kind == TOKEN and (maker := made.get(f"{TOKEN} {name}")) is not None:
            found[entry.seq] = maker
    return found


def _rows(entry: Entry, model: str | None, makers: Mapping[int, str]) -> Iterator[tuple[object, ...]]:
    before, after = json.loads(entry.before), json.loads(entry.after)
    at = f"{entry.stands_for}Z"
    written_at = f"{entry.recorded_at}Z" if entry.replayed_at else None
    for subject in sorted({*before, *after}) or [None]:
        if model is None or subject == model:
            values = (_text(before.get(subject)), _text(after.get(subject)))
            yield (at, entry.actor, entry.action, subject, *values, entry.hash, written_at, makers.get(entry.seq))


def _text(value: object) -> str | None:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None
