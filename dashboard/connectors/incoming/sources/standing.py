"""How a source does, by what was recorded of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from dashboard.schema.config.sources import Source, load_sources
from dashboard.store.source_records import SourceRecord

State = Literal["works", "never_read", "paused", "refuses", "fails"]
PAUSES = ("paused", "resumed")


def visible_sources(home: Path, sees: Callable[[str], bool]) -> dict[str, Source]:
    """The sources of a home whose model somebody sees, and those that name none; raises InputRefusedError."""
    return {name: one for name, one in load_sources(home).items() if one.model is None or sees(one.model)}


def is_paused(records: Sequence[SourceRecord]) -> bool:
    """Whether somebody has paused a source and nobody resumed it; records of one source, oldest first."""
    pauses = [record.kind for record in records if record.kind in PAUSES]
    return bool(pauses) and pauses[-1] == "paused"


def readings_of(records: Sequence[SourceRecord]) -> list[SourceRecord]:
    """The records that are about readings."""
    return [record for record in records if record.kind not in PAUSES]


def standing_of(records: Sequence[SourceRecord]) -> tuple[State, str | None]:
    """How a source does and what is wrong; records of one source, oldest first."""
    readings = readings_of(records)
    newest = {record.content.get("item"): record for record in readings if record.kind != "failed"}
    refusals = [record for record in newest.values() if record.kind == "refused"]
    state: State = "refuses" if refusals else "works" if readings else "never_read"
    problem = str(refusals[-1].content["said"]) if refusals else None
    if readings and readings[-1].kind == "failed":
        state, problem = "fails", str(readings[-1].content["said"])
    return ("paused" if is_paused(records) else state), problem
