"""Pause the reading of a source on schedule, and resume it."""

from __future__ import annotations

from dashboard.actions.pull import chosen_sources, record
from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.statements import Note
from dashboard.connectors.incoming.sources.standing import is_paused
from dashboard.errors import refused
from dashboard.schema.texts import Label
from dashboard.store.source_records import newest_source_records
from dashboard.words import Sentence, mark


class NamedSource(Payload):
    """A source by its name."""

    source: Label


class PausedSource(NamedSource):
    """A source that is not read until somebody resumes it."""

    reason: Note = ""


@action("pause_source", command="pause source SOURCE [--reason]", rights=Rights(("admin",)))
def pause_source(call: Call, payload: PausedSource) -> str:
    """Stop reading a source on schedule, until it is resumed; raises InputRefusedError for one that is not named."""
    (source,) = chosen_sources(call, (payload.source,))
    if is_paused(newest_source_records(call.store, source.name)):
        raise refused(Sentence(mark("This source is already paused.")), "source")
    record(
        call.store, source.name, "paused", call.audit_context(), {"reason": payload.reason} if payload.reason else {}
    )
    return f"paused the source {source.name}"


@action("resume_source", command="resume source SOURCE", rights=Rights(("admin",)))
def resume_source(call: Call, payload: NamedSource) -> str:
    """Read a paused source on schedule again; raises InputRefusedError for one that is not paused."""
    (source,) = chosen_sources(call, (payload.source,))
    if not is_paused(newest_source_records(call.store, source.name)):
        raise refused(Sentence(mark("This source is not paused.")), "source")
    record(call.store, source.name, "resumed", call.audit_context(), {})
    return f"resumed the source {source.name}"
