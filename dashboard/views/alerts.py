"""Alerts, and the statuses that were accepted for a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pandas as pd

from dashboard.governance.acceptances import KINDS, acceptances
from dashboard.governance.alerts import AlertHistory, alert_histories, goals_moved_since
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.reasons import names_feature, with_label
from dashboard.schema.severities import SEVERITIES
from dashboard.store.alerts import Alarm
from dashboard.store.cards import get_card, models_with_later_cards
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.store.statements import Statement, list_statements
from dashboard.views.columns import declare
from dashboard.views.judged import models_of
from dashboard.views.kept import kept_while
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import Listed, Sentence, mark

COLUMNS = declare(
    "alert model area severity opened_at closed_at acknowledged_by reason state acknowledged_at",
    "reopened_at closed_by cause closed_because",
    Column("happened_since", "text", mark("In the data since")),
)
# What alerts rest on, and what their reasons say.
TABLES = ("alerts", "statements", "cards")


@view("alerts", columns=COLUMNS, model="optional")
def alerts(store: Store, query: Query) -> pd.DataFrame:
    """Which alerts are there, how severe are they, since when, and what was done about them?

    Columns: alert (id), model, area, severity (low, medium, high: the worse of how automatic decisions are and of the
    gravest rated impact), opened_at, closed_at (UTC; null = open), acknowledged_by (person), reason (while it is open,
    also what has changed on the card by which it is judged), state (new, acknowledged, closed), acknowledged_at,
    reopened_at, closed_by (person; `system` when the status returned), cause, closed_because, happened_since (the
    period of the data with which it began, opened_at is when it was reported; null where no period is judged). Open
    ones first, most severe and oldest first; closed ones newest first. `on` asks how they stood at the end of a day, in
    the model's time zone.
    """
    if query.on is not None:
        return _alerts(store, query)
    # Unless a day is asked about nothing depends on the time.
    return kept_while(store, TABLES, ("alerts", replace(query, waits=True)), lambda: _alerts(store, query))


def _alerts(store: Store, query: Query) -> pd.DataFrame:
    models = models_of(store, query)
    ends = None if query.on is None else ends_of_day(_situation(store, query), query)
    known = alert_histories(store, models, query.as_of, ends)
    situation = Situation(store, as_of=query.as_of, seen=_whose_cards_tell(store, query, known))
    opened = sorted(
        (one for one in known if one.state != "closed"),
        key=lambda one: (
            SEVERITIES.index(one.alert.alarm.severity),
            one.alert.opened_at,
            one.alert.alarm.model_id,
            one.alert.alarm.area,
        ),
    )
    closed = [one for one in reversed(known) if one.state == "closed"]
    return pd.DataFrame(
        [_row(situation, one, query.language) for one in [*opened, *closed]], columns=COLUMNS.names, dtype=object
    )


def _whose_cards_tell(store: Store, query: Query, known: Sequence[AlertHistory]) -> frozenset[str]:
    """The models whose cards have a part in their reasons: of thousands few, and cards take long to read."""
    later = models_with_later_cards(store, models_of(store, query), query.as_of)
    return frozenset(
        one.alert.alarm.model_id
        for one in known
        if names_feature(one.alert.alarm.reason) or (one.state != "closed" and one.alert.alarm.model_id in later)
    )


def _situation(store: Store, query: Query) -> Situation:
    if query.model is not None:
        get_card(store, query.model, query.as_of)
    chosen = query.seen if query.model is None else frozenset({query.model})
    return Situation(store, query.on, query.as_of, seen=chosen)


def ends_of_day(situation: Situation, query: Query) -> dict[str, datetime] | None:
    """The instant at which the day `on` is over, by model; None when no day is asked about."""
    if query.on is None:
        return None
    after = query.on + timedelta(days=1)
    return {model_id: datetime.combine(after, time(), card.zone) for model_id, card in situation.cards.items()}


def _reason(situation: Situation, one: AlertHistory, language: str) -> str:
    reason, card = one.alert.alarm.reason, situation.cards.get(one.alert.alarm.model_id)
    if card is None:
        return reason.render(language)
    reason = with_label(reason, card)
    moved = [] if one.state == "closed" else goals_moved_since(situation, one)
    if not moved:
        return reason.render(language)
    message = mark(
        "Since then, what the model is measured against has changed ({goals}); this stays open until who is "
        "accountable for the model accepts that."
    )
    held = Sentence(message, {"goals": Listed(tuple(goal.words for goal in moved))})
    return f"{reason.render(language)} {held.render(language)}"


def _row(situation: Situation, one: AlertHistory, language: str) -> dict[str, object]:
    alarm, closed, seen = one.alert.alarm, one.closed, one.acknowledged
    return {
        "alert": one.alert.alert_id,
        "model": alarm.model_id,
        "area": alarm.area,
        "severity": alarm.severity,
        "opened_at": written(one.alert.opened_at),
        "closed_at": written(closed.recorded_at) if closed else None,
        "acknowledged_by": _who(seen),
        "reason": _reason(situation, one, language),
        "state": one.state,
        "acknowledged_at": written(seen.recorded_at) if seen else None,
        "reopened_at": written(one.reopened.recorded_at) if one.reopened else None,
        "closed_by": _who(closed),
        "cause": closed.content.get("cause") if closed else None,
        "closed_because": closed.content.get("reason") if closed else None,
        "happened_since": _happened_since(alarm),
    }


def _happened_since(alarm: Alarm) -> str | None:
    """The period with which the run of alarms began, by the clock of the data; None where the reason names none."""
    values = alarm.reason.values
    found = values.get("since", values.get("period"))
    return found.isoformat() if isinstance(found, date) else None if found is None else str(found)


def _who(said: Statement | None) -> str | None:
    return None if said is None else said.person_id or said.actor


@view(
    "acceptances",
    columns=declare("acceptance model area accepted until person reason accepted_at state"),
    model="optional",
)
def accepted(store: Store, query: Query) -> pd.DataFrame:
    """Which statuses were accepted for a time, by whom, until when and why?

    Columns: acceptance (id), model, area, accepted (the status then), until (last day), person, reason, accepted_at
    (UTC), state (in_force, over, withdrawn, replaced). Newest first. An acceptance speaks of no status that is worse
    than the one accepted. `on` asks about a day.
    """
    situation = _situation(store, query)
    ends = ends_of_day(situation, query) or {}
    said = [
        one
        for one in list_statements(store, KINDS, query.model, query.as_of)
        if one.model_id in situation.cards and (one.model_id not in ends or one.recorded_at < ends[one.model_id])
    ]
    found = [
        {
            "acceptance": one.acceptance_id,
            "model": one.model_id,
            "area": one.area,
            "accepted": one.status,
            "until": one.until.isoformat(),
            "person": one.person,
            "reason": one.reason,
            "accepted_at": written(one.accepted_at),
            "state": one.state(situation.day(one.model_id)),
        }
        for one in reversed(acceptances(said))
    ]
    return pd.DataFrame(found, dtype=object)
