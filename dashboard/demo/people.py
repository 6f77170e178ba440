"""What people of the demo do by themselves: decisions, other acts on their days, and what alerts make them do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard.access.persons import person_principal
from dashboard.actions.registry import read_payload, run_action
from dashboard.demo.moves import moved_text, with_moved_dates
from dashboard.demo.plan import AHEAD, Event, Plan, with_days
from dashboard.demo.topics import with_ids
from dashboard.errors import ForbiddenError, InputRefusedError
from dashboard.governance.alerts import alert_histories
from dashboard.store.engine.database import Store

# The action by which a person takes a decision that an event tells, and the fields of the event that it wants.
ACTION_OF = {"sign_off": "sign_off", "risk": "assess_risk", "role": "assign_role"}
FIELDS = {
    "sign_off": "model step decision reason conditions due owner version",
    "risk": "model risk likelihood impact mitigation next_review reason owner",
    "role": "model role person reason from to",
}
# Who puts people into roles.
MANAGER = "nina.vogel"


@dataclass(frozen=True)
class Act:
    """Something that a person does at an instant: an action with its values.

    `judges` of the cases that were handed out are then judged.
    """

    at: datetime
    person: str
    action: str
    values: Mapping[str, Any]
    judges: int = 0


def decision_act(at: datetime, event: Event) -> Act:
    """The act by which a person takes the decision that an event tells."""
    kind = event["kind"]
    values = {name: event[name] for name in FIELDS[kind].split() if event.get(name) is not None}
    return Act(at, MANAGER if kind == "role" else event["person"], ACTION_OF[kind], values)


def acts_of(lines: Sequence[Event], plan: Plan) -> Iterator[Act]:
    """The acts of a file, dated as in the source of their model or in days before the build (`days_ago`).

    Those before their model was trained or after the build are left out. With `every`, an act is repeated backwards
    every so many days.
    """
    for line in lines:
        known = plan.models.get(line["model"])
        if known is not None and "at" in line:
            at = datetime.fromisoformat(moved_text(line["at"], known.months))
            if known.registered < at <= plan.until:
                values = {"model": line["model"], **with_moved_dates(line.get("values", {}), known.months)}
                yield Act(at, line["by"], line["action"], values, line.get("judges", 0))
            continue
        ago, every = line["days_ago"], line.get("every")
        while known is not None:
            entry = with_days({**line, "days_ago": ago}, plan.until)
            at = datetime.fromisoformat(entry["at"])
            if at <= known.registered:
                break
            if at <= plan.until:
                ahead = {name: entry[name] for name in AHEAD.values() if name in entry}
                values = {"model": line["model"], **entry.get("values", {}), **ahead}
                yield Act(at, entry["by"], entry["action"], values)
            if every is None:
                break
            ago += every


def do_act(store: Store, act: Act) -> str | None:
    """Let a person act with their own rights; returns why it was refused, None when it was done."""
    principal = person_principal(store, act.person, f"demo as {act.person}")
    try:
        values = with_ids(store, act.action, act.values)
        run_action(store, act.action, read_payload(act.action, values), principal)
    except (ForbiddenError, InputRefusedError) as fault:
        return f"{act.action} of {act.values.get('model')} by {act.person} at {act.at:%Y-%m-%d}: {fault}"
    return None


@dataclass(frozen=True)
class Reaction:
    """Who takes care of alerts of an area: after how many days one is acknowledged, and closed if it still stands."""

    acknowledged_by: str
    acknowledged_after: int
    note: str
    closed_by: str | None = None
    closed_after: int = 0
    cause: str = ""
    reason: str = ""


def reactions_to(
    store: Store, reactions: Mapping[str, Mapping[str, Reaction]], seen: set[tuple[str, datetime]], moment: datetime
) -> Iterator[Act]:
    """The acts that alerts lead to which were opened since the last question; `seen` is what was asked before."""
    for history in alert_histories(store):
        alarm = history.alert.alarm
        place = (history.alert.alert_id, history.since)
        reaction = reactions.get(alarm.model_id, {}).get(alarm.area)
        if place in seen or reaction is None or history.state == "closed":
            continue
        seen.add(place)
        about = {"model": alarm.model_id, "area": alarm.area, "alert": history.alert.alert_id}
        at = moment + timedelta(days=reaction.acknowledged_after, hours=6)
        yield Act(at, reaction.acknowledged_by, "acknowledge_alert", {**about, "note": reaction.note})
        if reaction.closed_by is not None:
            closing = {**about, "cause": reaction.cause, "reason": reaction.reason}
            later = moment + timedelta(days=reaction.closed_after, hours=6)
            yield Act(later, reaction.closed_by, "close_alert", closing)
