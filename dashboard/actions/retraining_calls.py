"""Hand a recorded training over to the customer's own pipeline, once: by a signed call or a command.

The start is recorded before anybody is called, the answer after it. A start whose answer is missing, and which no
thread of this process waits for, was interrupted: a signed call is made again under its id, by which the receiver
knows it; of a command nobody knows how far it came.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dashboard.actions.registry import Progress, silent
from dashboard.connectors.outgoing.command import run_command
from dashboard.connectors.outgoing.webhook import Answer, call_webhook, secret_bytes
from dashboard.errors import DashboardError, NotFoundError, refused
from dashboard.governance.alerts import SYSTEM
from dashboard.governance.retraining.runs import CALLED, Run, run_under_way, runs
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.dashboard import settings_of
from dashboard.schema.config.retraining import Hook
from dashboard.schema.durations import duration_seconds
from dashboard.schema.retraining_events import RetrainingEndedEvent, Way
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import get_card
from dashboard.store.engine import clock
from dashboard.store.engine.database import Store
from dashboard.store.events import append_events
from dashboard.store.statements import NewStatement, append_statement
from dashboard.words import Sentence, mark

LOG = logging.getLogger("dashboard.retraining")
START = "start_retraining"
INTERRUPTED = "the program ended while the command ran"
NO_LONGER = "the program ended before it was called, and the way to call it is no longer configured"
_waited_for: set[str] = set()
_changing = threading.Lock()


@dataclass(frozen=True)
class Route:
    """How a training is handed over: nobody is called, a signed call, or a command with its time in seconds."""

    way: Way
    hook: Hook | None = None
    secret: bytes = b""
    command: tuple[str, ...] = ()
    seconds: int = 0


def route_of(store: Store, card: ModelCard) -> Route:
    """Return how a training of a model is handed over by the settings of the home.

    Raises InputRefusedError where the settings name a secret that is not set or too short, or a pipeline that the card
    does not have.
    """
    hook = settings_of(store.home).retraining.hook_of(card.id)
    if hook is None:
        return Route("hand")
    if hook.url is not None:
        return Route("webhook", hook, _secret(hook))
    if hook.command is not None:
        return Route("command", hook, command=tuple(hook.command), seconds=hook.seconds)
    if card.pipeline is None:
        raise refused(Sentence(mark("The card of this model names no pipeline that could be run.")), "model")
    seconds = min(duration_seconds(card.pipeline.time_limit), hook.seconds)
    return Route("command", hook, command=tuple(card.pipeline.command), seconds=seconds)


def _secret(hook: Hook) -> bytes:
    try:
        return secret_bytes(os.environ.get(hook.secret_env or "", ""))
    except ValueError as fault:
        message = mark("The server has no usable secret in {name}: {fault}. An administrator sets it.")
        raise refused(Sentence(message, {"name": hook.secret_env or "", "fault": str(fault)}), "model") from None


@contextmanager
def waiting_for(retraining: str) -> Iterator[None]:
    """Know that a thread of this process waits for the answer about a training."""
    with _changing:
        _waited_for.add(retraining)
    try:
        yield
    finally:
        with _changing:
            _waited_for.discard(retraining)


def hand_over(store: Store, actor: str, run: Run, route: Route, progress: Progress = silent) -> Run:
    """Call whoever trains, record the answer, and return the training as it stands then.

    Raises CallInterruptedError when the program ends before there is an answer.
    """
    card = get_card(store, run.model_id)
    if route.way == "webhook":
        assert route.hook is not None
        assert route.hook.url is not None
        answer = call_webhook(route.hook.url, route.secret, run.retraining, message(run))
        _record_answer(store, actor, card, run, answer)
    elif route.way == "command":
        assert route.hook is not None
        given = {"RETRAINING_ID": run.retraining, "RETRAINING_MODEL": run.model_id}
        ended = run_command(
            route.command, route.hook.directory, given, message(run), route.seconds,
            lambda share: progress(share, run.model_id),
        )  # fmt: skip
        _record_end(store, actor, card, run, done=ended.well, detail=ended.detail)
    return _now(store, run)


def message(run: Run) -> bytes:
    """Return what is sent about a training, as JSON: the same for each attempt."""
    data = {
        "retraining": run.retraining,
        "model": run.model_id,
        "planned_for": run.planned_for.isoformat() if run.planned_for else None,
        "person": run.person,
        "reason": run.reason,
    }
    content = {"type": "retraining.started", "timestamp": run.started_at.isoformat(), "data": data}
    return json.dumps(content, ensure_ascii=False).encode()


def resume_interrupted(store: Store) -> None:
    """Look after every training whose call was interrupted; what goes wrong is logged."""
    situation = Situation(store)
    for model_id in situation.cards:
        run = run_under_way(situation, model_id)
        if run is not None and run.state == "calling":
            try:
                look_after(store, model_id)
            except DashboardError as fault:
                LOG.warning("the training %s of %s waits: %s", run.retraining, model_id, fault)


def look_after(store: Store, model_id: str) -> None:
    """Call again for a training whose call was interrupted, or note that nobody knows how far it came.

    Nothing is done about one that a thread of this process waits for.
    """
    run = run_under_way(Situation(store, seen=frozenset({model_id})), model_id)
    with _changing:
        if run is None or run.state != "calling" or run.retraining in _waited_for:
            return
        _waited_for.add(run.retraining)
    with waiting_for(run.retraining):
        card = get_card(store, model_id)
        route = route_of(store, card)
        if run.way == "webhook" and route.way == "webhook":
            hand_over(store, SYSTEM, run, route)
        else:
            detail = INTERRUPTED if run.way == "command" else NO_LONGER
            _record_answer(store, SYSTEM, card, run, Answer("unknown", detail))


def _now(store: Store, run: Run) -> Run:
    situation = Situation(store, seen=frozenset({run.model_id}))
    found = next((one for one in runs(situation, run.model_id) if one.retraining == run.retraining), None)
    if found is None:
        raise NotFoundError(f"training {run.retraining} of {run.model_id} is not known")
    return found


def _record_answer(store: Store, actor: str, card: ModelCard, run: Run, answer: Answer) -> None:
    if answer.outcome in ("refused", "unreached"):
        _record_end(store, actor, card, run, done=False, detail=answer.detail)
        return
    audit_context = AuditContext(START, actor)
    content = {"answer": answer.outcome, "detail": answer.detail}
    with store.writing(audit_context) as cursor:
        append_statement(cursor, NewStatement(CALLED, card.id, actor, None, run.retraining, content))
        audit_context.after[card.id] = {"retraining": run.retraining, **content}


def _record_end(store: Store, actor: str, card: ModelCard, run: Run, *, done: bool, detail: str) -> None:
    event = RetrainingEndedEvent(
        kind="retraining_ended",
        model=card.id,
        at=clock.now(),
        outcome="done" if done else "failed",
        retraining=run.retraining,
        reason=detail or None,
    )
    audit_context = AuditContext(START, actor)
    with store.writing(audit_context) as cursor:
        append_events(cursor, [(event, card.time_zone)], actor, None)
        audit_context.after[card.id] = {"retraining": run.retraining, "outcome": event.outcome, "detail": detail}
