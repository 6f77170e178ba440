"""Add what other programs tell about jobs, runs and datasets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dashboard.actions.register import Files
from dashboard.actions.registry import OF_EVENTS, Call, Rights, action
from dashboard.connectors.incoming.open_lineage import ReadLineage
from dashboard.connectors.registry import CONNECTORS
from dashboard.lineage.derivation import derive_events
from dashboard.schema.access import BUILDERS
from dashboard.store.engine.clock import stored
from dashboard.store.lineage import append_lineage
from dashboard.store.log.files import sha256_of

SUBJECT = "lineage"


@action("ingest_lineage", command="ingest lineage FILE...", rights=Rights(BUILDERS, scope="lineage"), body=OF_EVENTS)
def add_lineage(call: Call, payload: Files) -> str:
    """Add OpenLineage events of runs, jobs and datasets (JSON or JSON Lines); the same event again is ignored."""
    found: Sequence[ReadLineage] = CONNECTORS.get("lineage").read(payload.files)
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        recorded_at, new = append_lineage(cursor, [(read.key, read.event) for read in found], call.actor)
        if new:
            derive_events(
                cursor,
                [(key, recorded_at, stored(event.event_time), event.content) for key, event in new.items()],
            )
            files = [{"name": path.name, "sha256": sha256_of(path)} for path in payload.files]
            kinds = Counter(event.event_type or "other" for event in new.values())
            audit_context.after[SUBJECT] = {"files": files, "events_added": dict(kinds)}
    named = f"event {found[0].key}" if len(found) == 1 else f"{len(found)} events"
    return f"received {named}; added {len(new)}, ignored {len(found) - len(new)} that were there"
