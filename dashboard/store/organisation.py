"""People, teams and processes in the store: every registered state is kept, the newest is in force."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from dashboard.schema.people import PeopleFile, Person, Process, Team
from dashboard.store.engine.clock import horizon, now, stored
from dashboard.store.engine.database import Store, rows

Subject = Person | Team | Process
KINDS: dict[str, type[Person] | type[Team] | type[Process]] = {"person": Person, "team": Team, "process": Process}


@dataclass(frozen=True)
class Organisation:
    """Everybody and everything that answers for models, by id."""

    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    def find(self, kind: str, subject_id: str) -> Subject | None:
        """The person, team or process of that id, or None."""
        subjects: dict[str, Mapping[str, Subject]] = {
            "person": self.people, "team": self.teams, "process": self.processes,
        }  # fmt: skip
        return subjects[kind].get(subject_id)

    def person_name(self, person_id: str) -> str:
        """The name of a person, or the id when nobody of that id is registered."""
        person = self.people.get(person_id)
        return person.name if person else person_id


def append_people(
    cursor: duckdb.DuckDBPyConnection, file: PeopleFile, actor: str, source_name: str | None
) -> list[tuple[str, Subject]]:
    """Record people, teams and processes that differ from what is in force; returns kind and state of the written."""
    parts = (("person", file.people), ("team", file.teams), ("process", file.processes))
    return [
        (kind, subject)
        for kind, subjects in parts
        for subject in subjects
        if _append(cursor, kind, subject, actor, source_name)
    ]


def _append(
    cursor: duckdb.DuckDBPyConnection, kind: str, subject: Subject, actor: str, source_name: str | None
) -> bool:
    from dashboard.schema.recorded import content_text, recorded_content, text_key

    content = content_text(recorded_content(subject))
    digest = text_key(content)
    latest = cursor.execute(
        "SELECT content_sha256 FROM organisation WHERE kind = ? AND subject_id = ? ORDER BY recorded_at DESC LIMIT 1",
        [kind, subject.id],
    ).fetchone()
    if latest and latest[0] == digest:
        return False
    cursor.execute(
        "INSERT INTO organisation VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [str(uuid.uuid4()), stored(now()), actor, kind, subject.id, content, digest, source_name],
    )
    return True


def get_organisation(store: Store, as_of: datetime | None = None) -> Organisation:
    """People, teams and processes as known at `as_of`; what is in force now is read once while nothing is recorded."""
    state = store.state_of("organisation") if as_of is None else None
    if state is None:
        return _read_organisation(store, as_of)
    known = _IN_FORCE.get(store.home)
    if known is None or known[0] != state:
        known = _IN_FORCE[store.home] = state, _read_organisation(store, None)
    return known[1]


# What is in force in a home, with what stands for the rows that it was read from.
_IN_FORCE: dict[Path, tuple[object, Organisation]] = {}


def _read_organisation(store: Store, as_of: datetime | None) -> Organisation:
    statement = (
        "SELECT kind, subject_id, content FROM organisation WHERE recorded_at <= ? "
        "QUALIFY row_number() OVER (PARTITION BY kind, subject_id ORDER BY recorded_at DESC) = 1 ORDER BY subject_id"
    )
    found = Organisation()
    with store.cursor() as cursor:
        for row in rows(cursor, statement, [horizon(as_of)]):
            subject = KINDS[str(row["kind"])].model_validate_json(str(row["content"]))
            if isinstance(subject, Person):
                found.people[subject.id] = subject
            elif isinstance(subject, Team):
                found.teams[subject.id] = subject
            else:
                found.processes[subject.id] = subject
    return found
