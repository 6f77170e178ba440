"""Add predictions, actuals and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dashboard.actions.refusals import note_hidden
from dashboard.actions.register import Files
from dashboard.actions.registry import OF_EVENTS, Call, Payload, Rights, action
from dashboard.actions.rules.imports import PERSONAL_KINDS, as_by_the_action
from dashboard.connectors.incoming.events import ReadEvent
from dashboard.connectors.incoming.quality_results import CheckResult
from dashboard.connectors.registry import CONNECTORS
from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.schema.access import BUILDERS
from dashboard.schema.card.card import ModelCard
from dashboard.schema.events import Event, parse_event
from dashboard.schema.texts import ModelId
from dashboard.store.cards import cards_of, get_card
from dashboard.store.events import append_events
from dashboard.store.log.files import sha256_of
from dashboard.store.log.ingest import ingest_actuals, ingest_attributions, ingest_predictions
from dashboard.store.log.order import Ingested
from dashboard.words import NOTE

# What an event rests on is kept with it and hashed; the audit record says what was decided.
NOT_DESCRIBED = {"kind", "model", "basis"}
FEEDERS: Rights[Any] = Rights(BUILDERS, scope="predictions")


class ModelFiles(Payload):
    """Files with rows of one model."""

    model: ModelId
    files: tuple[Path, ...]


class Delivery(ModelFiles):
    """Files with rows of one model; with `dry_run` nothing is written, and what would be done is reported."""

    dry_run: bool = False


@action(
    "ingest_predictions",
    command="ingest predictions MODEL FILE... [--dry-run]",
    rights=FEEDERS,
    long=True,
)
def add_predictions(call: Call, payload: Delivery) -> str:
    """Add prediction rows (Parquet, CSV, JSON Lines); the same rows again are ignored, conflicting ones refused."""
    return take_predictions(call, get_card(call.store, payload.model), payload.files, dry_run=payload.dry_run)


def take_predictions(call: Call, card: ModelCard, files: Sequence[Path], *, dry_run: bool = False) -> str:
    """Add prediction rows by a card, and say what was done; raises what `ingest_predictions` of the log raises."""
    done = ingest_predictions(call.store, card, files, call.actor, call.progress, dry_run)
    unscored = f", {done.unscored} of them without score (no prediction)" if done.unscored else ""
    corrected = f", {done.corrected} of them correct another one" if done.corrected else ""
    sentence = (
        f"received {done.rows_received} rows; added {done.rows_added}{unscored}, ignored {done.rows_ignored} that were "
        f"there; added {done.labels_added} labels{corrected}"
    )
    return answer(sentence, done, dry_run)


@action(
    "ingest_actuals",
    command="ingest actuals MODEL FILE... [--dry-run]",
    rights=FEEDERS,
    long=True,
)
def add_actuals(call: Call, payload: Delivery) -> str:
    """Add actual values that became known; they may come before, with or long after the predictions."""
    return take_actuals(call, get_card(call.store, payload.model), payload.files, dry_run=payload.dry_run)


def take_actuals(call: Call, card: ModelCard, files: Sequence[Path], *, dry_run: bool = False) -> str:
    """Add actual values by a card, and say what was done; raises what `ingest_actuals` of the log raises."""
    done = ingest_actuals(call.store, card, files, call.actor, call.progress, dry_run)
    return answer(f"received {done.rows_received} rows; {describe_labels(done)}", done, dry_run)


def answer(sentence: str, done: Ingested, dry_run: bool) -> str:
    """What was done, and as notes what was taken for granted in reading the files."""
    first = f"dry run, nothing was written; without --dry-run: {sentence}" if dry_run else sentence
    return with_notes(first, done)


def with_notes(sentence: str, done: Ingested) -> str:
    """A sentence of what was done, and as notes what was taken for granted in reading the files."""
    return "\n".join([sentence, *(f"{NOTE}{note}" for note in done.notes)])


def describe_labels(done: Ingested) -> str:
    """What became of labels, in words, with examples of those that meet no prediction."""
    corrected = f", {done.corrected} of them correct another one" if done.corrected else ""
    described = (
        f"added {done.labels_added} labels{corrected}, ignored {done.labels_ignored} that were there, "
        f"{done.rows_without_label} rows have no actual"
    )
    if not done.pending:
        return described
    examples = ", ".join(shorten(name) for name in done.examples)
    return f"{described}; {done.pending} meet no prediction yet, like {examples} (see `show pending`)"


@action(
    "ingest_attributions",
    command="ingest attributions MODEL FILE... [--dry-run]",
    rights=FEEDERS,
    long=True,
)
def add_attributions(call: Call, payload: Delivery) -> str:
    """Add contributions to scores that were computed elsewhere: an id, the base, a column for each feature."""
    return take_attributions(call, get_card(call.store, payload.model), payload.files, dry_run=payload.dry_run)


def take_attributions(call: Call, card: ModelCard, files: Sequence[Path], *, dry_run: bool = False) -> str:
    """Add contributions by a card, and say what was done; raises what `ingest_attributions` of the log raises."""
    done = ingest_attributions(call.store, card, files, call.actor, call.progress, dry_run)
    sentence = (
        f"received {done.rows_received} rows; added {done.rows_added}, ignored {done.rows_ignored} that were there"
    )
    return answer(sentence, done, dry_run)


@action(
    "ingest_events",
    command="ingest events FILE...",
    rights=Rights(BUILDERS, scope="events", rules=(as_by_the_action,)),
    body=OF_EVENTS,
)
def add_events(call: Call, payload: Files) -> str:
    """Add events of JSON Lines (deployments, incidents, usage, work, tests, quality, roles, risks, sign-offs ...).

    What people answer for asks the rights of the action that says the same, and stands whole in the audit record.
    """
    found: Sequence[ReadEvent] = CONNECTORS.get("events").read(payload.files)
    cards = cards_of(call.store, {entry.event.model for entry in found})
    unknown = [entry for entry in found if entry.event.model not in cards or not call.principal.sees(entry.event.model)]
    if unknown:
        note_hidden(call.store, call.principal, call.action, {entry.event.model for entry in unknown})
        raise InputRefusedError([_unregistered(entry) for entry in unknown])
    events = [(entry.event, cards[entry.event.model].card.time_zone) for entry in found]
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        added = append_events(cursor, events, call.actor, ", ".join(path.name for path in payload.files))
        files = [{"name": path.name, "sha256": sha256_of(path)} for path in payload.files]
        for model in {event.model for event in added}:
            audit_context.after[model] = {
                "files": files,
                **_described(event for event in added if event.model == model),
            }
    return f"received {len(events)} events; added {len(added)}, ignored {len(events) - len(added)} that were there"


@action(
    "ingest_quality",
    command="ingest quality MODEL FILE...",
    rights=Rights(BUILDERS, scope="events"),
)
def add_quality(call: Call, payload: ModelFiles) -> str:
    """Add results of checks from files of other tools (Great Expectations, tests of dbt) as events of kind quality."""
    card = get_card(call.store, payload.model)
    found: Sequence[CheckResult] = CONNECTORS.get("quality").read(payload.files)
    events = [(_quality_event(one, card.id), card.time_zone) for one in found]
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        added = append_events(cursor, events, call.actor, ", ".join(path.name for path in payload.files))
        if added:
            files = [{"name": path.name, "sha256": sha256_of(path)} for path in payload.files]
            audit_context.after[card.id] = {"files": files, **_described(added)}
    return f"received {len(events)} results; added {len(added)}, ignored {len(events) - len(added)} that were there"


def _quality_event(found: CheckResult, model_id: str) -> Event:
    """A result as an event; raises InputRefusedError with the file of a result that is none."""
    fields = ("dataset", "column", "check", "dimension", "passed", "observed", "expected", "severity", "at")
    values = {name: getattr(found, name) for name in fields if getattr(found, name) is not None}
    try:
        return parse_event({"kind": "quality", "model": model_id, **values})
    except InputRefusedError as refused:
        raise InputRefusedError([replace(one, file=str(found.path)) for one in refused.problems]) from None


def _described(added: Iterable[Event]) -> dict[str, object]:
    """What the audit record says of new events of a model: how many, and whole what people answer for."""
    events = list(added)
    decided = [
        {"kind": event.kind, **event.model_dump(mode="json", by_alias=True, exclude=NOT_DESCRIBED, exclude_none=True)}
        for event in events
        if event.kind in PERSONAL_KINDS
    ]
    return {
        "events_added": dict(Counter(event.kind for event in events)),
        **({"imported": decided} if decided else {}),
    }


def _unregistered(entry: ReadEvent) -> Problem:
    message = f"received {shorten(entry.event.model)}; no such model is registered; register its card first"
    return Problem(message, str(entry.path), entry.row, "model")
