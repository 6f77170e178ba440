"""What people say about a model: comments, decisions with what was known then, the wish for a new rating."""

from __future__ import annotations

from dashboard.access.principal import holds_on
from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.statements import Records, Words, rows_of, state, today
from dashboard.errors import refused
from dashboard.governance.retirement.reasons import about
from dashboard.measures.judging.areas import AREAS
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.card.roles import RISK_NAMES, RiskName
from dashboard.schema.texts import ModelId, PersonId
from dashboard.schema.times import Day
from dashboard.store.alerts import list_alerts
from dashboard.store.cards import get_card
from dashboard.store.events import list_events
from dashboard.store.organisation import get_organisation
from dashboard.store.statements import (
    COMMENT,
    DECISION,
    DISCUSSION_KINDS,
    RATING_REQUESTED,
    NewStatement,
    Statement,
    list_statements,
)
from dashboard.words import Sentence, mark


class Comment(Payload):
    """A comment on a model; `about` an area, a risk, an alert or an earlier statement; `corrects` one's own comment."""

    model: ModelId
    text: Words
    about: str | None = None
    corrects: str | None = None


class Decided(Payload):
    """What was decided about a model and why; it holds until the end of the day `until`, or until further notice.

    `owner` carries it out until the day `due`. `about` names the proposal that it answers: a reason to retire or merge
    the model (`unused`, `low_value`, `twin:MODEL`), which is then silent until that day.
    """

    model: ModelId
    decision: Words
    reason: Words
    until: Day | None = None
    owner: PersonId | None = None
    due: Day | None = None
    about: str | None = None


class RatingWish(Payload):
    """The wish to have a risk of a model rated again."""

    model: ModelId
    risk: RiskName
    reason: Words


@action("comment", command="comment MODEL TEXT [--about] [--corrects]", rights=Rights(ACCESS_ROLES))
def comment(call: Call, payload: Comment) -> str:
    """Comment on a model, or on an area, a risk, an alert or a statement of it; a comment may correct an earlier one.

    Raises NotFoundError for an unknown model, InputRefusedError for an empty text, for a subject that the model does
    not have, and for a correction of what is not one's own comment.
    """
    get_card(call.store, payload.model)
    said = list_statements(call.store, DISCUSSION_KINDS, payload.model)
    if payload.about is not None and payload.about not in _subjects(call, payload.model, said):
        raise refused(Sentence(mark("What this comment is about does not belong to the model.")), "about")
    if payload.corrects is not None:
        _check_own_comment(call, payload.corrects, said)
    content = {"text": payload.text, "corrects": payload.corrects}
    statement = NewStatement(COMMENT, payload.model, call.actor, call.principal.person, payload.about, content)
    state(call, statement, {"comment": payload.text, "about": payload.about, "corrects": payload.corrects})
    return f"recorded the comment on {payload.model}"


def _subjects(call: Call, model_id: str, said: list[Statement]) -> set[str]:
    alerts = {alert.alert_id for alert in list_alerts(call.store, model_id)}
    return set(AREAS) | alerts | set(RISK_NAMES) | {statement.fact_id for statement in said}


def _check_own_comment(call: Call, corrected: str, said: list[Statement]) -> None:
    """Raise InputRefusedError unless the corrected statement is a comment of who corrects it."""
    found = next((one for one in said if one.kind == COMMENT and one.fact_id == corrected), None)
    own = found is not None and (found.person_id or found.actor) == (call.principal.person or call.actor)
    if not own:
        raise refused(Sentence(mark("You can only correct your own comments.")), "corrects")


@action(
    "record_decision",
    command="record decision MODEL DECISION --reason [--until] [--owner] [--due] [--about]",
    rights=Rights(ACCESS_ROLES, personal=True),
)
def record_decision(call: Call, payload: Decided) -> str:
    """Record a decision about a model with its reason, and with the figures that were known when it was taken.

    Raises NotFoundError for an unknown model, InputRefusedError for an empty text, for an end in the past, for an owner
    who is not there, for a day without an owner, and for an answer to what is not proposed or without its last day.
    """
    _check_decision(call, payload)
    given = payload.model_dump(mode="json", exclude={"model"}, exclude_none=True)
    content = {"until": None, **given, "figures": known_figures(call, payload.model)}
    content.pop("about", None)
    state(call, NewStatement(DECISION, payload.model, call.actor, call.person, payload.about, content), given)
    return f"recorded the decision about {payload.model}"


def _check_decision(call: Call, payload: Decided) -> None:
    present = today(call, payload.model)
    for name in ("until", "due"):
        day = getattr(payload, name)
        if day is not None and day < present:
            raise refused(Sentence(mark("This day is over; choose a later one.")), name)
    if payload.owner is None and payload.due is not None:
        raise refused(Sentence(mark("Name who carries it out until that day.")), "owner")
    known = get_organisation(call.store).people.get(payload.owner or "")
    if payload.owner is not None and (known is None or not holds_on(known.start, known.end, present)):
        message = mark("{person} is not registered, or has left.")
        raise refused(Sentence(message, {"person": payload.owner}), "owner")
    if payload.about is not None:
        _check_about(call, payload)


def _check_about(call: Call, payload: Decided) -> None:
    """Raise InputRefusedError for an answer to what is not proposed for the model, or without its last day."""
    proposed = [
        about(str(row["kind"]), row["other"] if isinstance(row["other"], str) else None)
        for row in rows_of(call, "retire-or-merge", payload.model)
    ]
    if payload.about not in proposed:
        message = mark("This is not proposed for the model; proposed are: {proposed}.")
        raise refused(Sentence(message, {"proposed": ", ".join(proposed) or "–"}), "about")
    if payload.until is None:
        raise refused(Sentence(mark("Say until when the answer holds.")), "until")


def known_figures(call: Call, model_id: str) -> dict[str, object]:
    """Collect what is known about a model now: status by area, key metrics with target and limit, open alerts.

    Metrics have metric, period, value, target, limit and status; alerts area, severity and opened_at.
    """
    card = get_card(call.store, model_id)
    keys = {entry.metric for entry in card.business.key_metrics}
    targets = [row for row in rows_of(call, "targets", model_id) if row["metric"] in keys]
    alerts = [row for row in rows_of(call, "alerts", model_id) if row["closed_at"] is None]
    return {
        "status": {str(row["area"]): row["status"] for row in rows_of(call, "status", model_id)},
        "metrics": _only(targets, ("metric", "period", "value", "target", "limit", "status")),
        "alerts": _only(alerts, ("area", "severity", "opened_at")),
    }


def _only(found: Records, names: tuple[str, ...]) -> Records:
    return [{name: row[name] for name in names} for row in found]


@action(
    "request_rating",
    command="request rating MODEL RISK --reason",
    rights=Rights(ACCESS_ROLES),
)
def request_rating(call: Call, payload: RatingWish) -> str:
    """Ask for a new rating of a risk of a model; the wish stands until the risk is rated again.

    Raises NotFoundError for an unknown model, InputRefusedError without a reason and while the same wish stands.
    """
    reason = payload.reason
    get_card(call.store, payload.model)
    said = NewStatement(
        RATING_REQUESTED, payload.model, call.actor, call.principal.person, payload.risk, {"reason": reason}
    )
    state(call, said, {"risk": payload.risk, "reason": reason}, check=lambda: _check_no_wish(call, payload))
    return f"asked for a new rating of {payload.risk} of {payload.model}"


def _check_no_wish(call: Call, payload: RatingWish) -> None:
    """Raise InputRefusedError while a wish for the same rating stands."""
    said = list_statements(call.store, (RATING_REQUESTED,), payload.model)
    wished = [one for one in said if one.subject == payload.risk]
    rated = [
        event.known_at
        for event in list_events(call.store, payload.model, ["risk"])
        if event.content["risk"] == payload.risk
    ]
    if wished and not any(known_at >= wished[-1].recorded_at for known_at in rated):
        message = mark("A new rating of this risk has already been requested and is still pending.")
        raise refused(Sentence(message), "risk")
