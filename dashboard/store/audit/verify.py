"""Is everything what was recorded? The chain, the journal, facts and figures, the log's files, the model files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dashboard.errors import SHOWN_PROBLEMS, StoreDamagedError
from dashboard.store.artifacts import MODEL_FILES
from dashboard.store.audit.chain import Entry, Head, read_entries
from dashboard.store.audit.facts import read_facts
from dashboard.store.audit.figures import HASHES
from dashboard.store.audit.journal import NAME, JournalLineError, parse_line, read_lines
from dashboard.store.audit.verify_figures import REBUILD, CheckedFigures, check_figures
from dashboard.store.audit.verify_surplus import faults_of_structure, notice_of_files, unlisted_files
from dashboard.store.engine.database import Store, opened_to_check
from dashboard.store.log.files import sha256_of

UNCLAIMED = 2**63


@dataclass(frozen=True, order=True)
class Fault:
    """Something that is not what was recorded; `seq` is the record it belongs to, UNCLAIMED for rows of none."""

    seq: int
    table: str
    fact_id: str
    message: str

    def __str__(self) -> str:
        """Record, table and key, then what is wrong."""
        record = "no record" if self.seq == UNCLAIMED else f"record {self.seq}"
        return f"{record}, table {self.table}, fact {self.fact_id}: {self.message}"


@dataclass
class Verified:
    """How much was checked, the head of the chain, what was found, first records first, and what is noticed besides."""

    records: int = 0
    facts: int = 0
    figures: CheckedFigures = field(default_factory=CheckedFigures)
    files: int = 0
    head: Head = field(default_factory=Head)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Summarise the checks in one sentence; what was not checked, and the whole head, follow on lines of theirs."""
        figures = self.figures
        checked = f"{self.records} records, {self.facts} facts, {figures.rows - figures.unhashed} rows of figures"
        lines = [f"verified {checked} and {self.files} files; the chain ends with {self.head}"]
        if figures.unhashed:
            lines.append(
                f"not checked: {figures.unhashed} rows of figures from before there were hashes; the next `monitor`, "
                "or the start of the server, hashes them as they are"
            )
        if figures.found and figures.found_at:
            lines.append(
                f"{figures.found} rows of figures are as they were found on {figures.found_at:%Y-%m-%d %H:%M} UTC, "
                "when hashes began; what happened to them before is not known"
            )
        if self.head.seq:
            lines.append(f"head to keep elsewhere, for `verify --head`: {self.head.seq}:{self.head.hash}")
        return "\n".join([*lines, *self.notices])


class LedgerBrokenError(StoreDamagedError):
    """The ledger is not what was recorded; `verified` names what differs."""

    def __init__(self, home: Path, verified: Verified) -> None:
        """Tell the first faults, one per line."""
        self.verified = verified
        shown = [str(fault) for fault in verified.faults[:SHOWN_PROBLEMS]]
        rest = len(verified.faults) - len(shown)
        more = [f"{rest} more faults; {len(verified.faults)} in total"] if rest else []
        repair = f"keep a copy of {home}, then restore a backup or rebuild from the journal"
        super().__init__("\n".join([*shown, *more, repair]))


@dataclass(frozen=True)
class _Claim:
    seq: int
    sha256: str


@dataclass(frozen=True)
class _Artifact:
    seq: int
    name: str


Claims = dict[tuple[str, str], _Claim]
Artifacts = dict[str, _Artifact]


def verify_home(home: Path, kept: Head | None = None) -> Verified:
    """Check a home that no other process holds; see `verify`.

    Raises LedgerBrokenError naming what is not what was recorded.
    """
    with opened_to_check(home) as store:
        return verify_store(store, kept)


def verify_store(store: Store, kept: Head | None = None) -> Verified:
    """Check an open store as it is now, while others go on writing; raises LedgerBrokenError as `verify_home`."""
    verified = verify(store, kept)
    if verified.faults:
        raise LedgerBrokenError(store.home, verified)
    return verified


def verify(store: Store, kept: Head | None = None) -> Verified:
    """Check an open store as it is now; others may go on writing.

    `kept` is a head that was kept elsewhere, of which the hash may be shortened: the chain has to lead over it.
    """
    found = Verified()
    with store.snapshot() as (cursor, _head, length):
        claims: Claims = {}
        hashes = _check_journal(store.home / NAME, length, claims, found)
        entries = read_entries(cursor)
        artifacts = _check_records(entries, hashes, claims, found)
        if kept is not None:
            found.faults += _faults_of_head(entries, kept)
        structure = faults_of_structure(cursor)
        found.faults += [Fault(UNCLAIMED, table, "-", message) for table, message in structure]
        _check_facts(store, cursor, claims, found)
        _check_figures(cursor, entries, claims, found)
    _check_artifacts(store.home, artifacts, found)
    found.faults.sort()
    return found


def _check_journal(path: Path, length: int, claims: Claims, found: Verified) -> list[tuple[str, str]]:
    """Key and hash of the journal's records, as far as it is whole."""
    records: list[tuple[str, str]] = []
    previous = Head()
    for text in read_lines(path, length):
        seq = previous.seq + 1
        try:
            line = parse_line(text)
        except JournalLineError as fault:
            found.faults.append(Fault(seq, "journal", f"line {seq}", f"the line {fault}"))
            break
        entry = line.entry
        if (entry.seq, entry.prev_hash) != (seq, previous.hash):
            message = f"the line holds record {entry.seq}, which does not follow on {previous}"
            found.faults.append(Fault(seq, "journal", entry.fact_id, message))
            break
        _claim(entry, claims)
        records.append((entry.fact_id, entry.hash))
        previous = entry.head
    return records


def _claim(entry: Entry, claims: Claims) -> None:
    for table, fact_id, sha256 in entry.claims():
        claims.setdefault((table, fact_id), _Claim(entry.seq, sha256))


def _check_records(
    entries: Sequence[Entry], journal: list[tuple[str, str]], claims: Claims, found: Verified
) -> Artifacts:
    """The records of the store: each in itself, after the one before it, and the same as in the journal.

    Returns the model files that they say were kept.
    """
    previous = Head()
    artifacts: Artifacts = {}
    for entry in entries:
        for message in _faults_of(entry, previous, journal):
            found.faults.append(Fault(min(entry.seq, previous.seq + 1), "audit", entry.fact_id, message))
        if entry.seq > len(journal) and entry.computed_hash() == entry.hash:
            _claim(entry, claims)
        artifacts.update(_kept_by(entry))
        found.records += 1
        previous = entry.head
    for place in range(previous.seq, len(journal)):
        message = "the record is missing in the store; the journal has it"
        found.faults.append(Fault(place + 1, "audit", journal[place][0], message))
    found.head = previous
    return artifacts


def _faults_of_head(entries: Sequence[Entry], kept: Head) -> Iterator[Fault]:
    """Whether the chain leads over a head that was kept elsewhere."""
    same = [entry for entry in entries if entry.seq == kept.seq]
    last = max((entry.seq for entry in entries), default=0)
    if not same:
        message = (
            f"this is an older copy: its chain ends with record {last}, and record {kept.seq} is known from elsewhere; "
            "what was recorded since is missing, changes of access among it"
        )
        yield Fault(last + 1, "audit", f"head {kept.seq}:{kept.hash}", message)
    elif not same[0].hash.startswith(kept.hash):
        message = f"the chain was written anew: record {kept.seq} has the hash {same[0].hash}; another is known"
        yield Fault(kept.seq, "audit", f"head {kept.seq}:{kept.hash}", message)


def _check_figures(
    cursor: duckdb.DuckDBPyConnection, entries: Sequence[Entry], claims: Claims, found: Verified
) -> None:
    """The rows of figures against the hashes in their records; a rebuild gives up those of all records before it."""
    rebuilt = max((entry.seq for entry in entries if entry.action == REBUILD), default=0)
    records = {fact_id: claim.seq for (table, fact_id), claim in claims.items() if table == HASHES}
    given_up = frozenset(fact_id for fact_id, seq in records.items() if seq < rebuilt)
    found.figures = check_figures(cursor, given_up)
    for wrong in found.figures.wrong:
        key = wrong.hashed_in
        found.faults.append(Fault(records.get(key or "", UNCLAIMED), wrong.table, key or "-", str(wrong)))


def _kept_by(entry: Entry) -> Artifacts:
    """The model files that a registration kept; a record that cannot be read is a fault of its own."""
    if entry.action != "register" or MODEL_FILES not in entry.after:
        return {}
    try:
        subjects = json.loads(entry.after).items()
        recorded = [(model, after[MODEL_FILES]) for model, after in subjects if MODEL_FILES in after]
        return {
            str(sha256): _Artifact(entry.seq, f"the model file of {model}, version {version},")
            for model, files in recorded
            for version, sha256 in files.items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}


def _faults_of(entry: Entry, previous: Head, journal: list[tuple[str, str]]) -> Iterator[str]:
    if entry.seq != previous.seq + 1:
        yield f"record {previous.seq + 1} is missing before record {entry.seq}"
    elif entry.prev_hash != previous.hash:
        yield f"the record does not follow on {previous}"
    if entry.computed_hash() != entry.hash:
        yield "the record has another content than its hash says"
    if entry.replayed_at is not None:
        if previous.seq and (previous.replayed_at is None or previous.replayed_at > entry.replayed_at):
            yield f"the record stands for {entry.replayed_at}, replayed after {previous}"
        if entry.replayed_at > entry.recorded_at:
            yield f"the record stands for {entry.replayed_at}, after it was written"
    if entry.seq > len(journal):
        yield "the journal does not have the record"
    elif entry.seq > 0 and journal[entry.seq - 1][1] != entry.hash:
        yield "the journal has another record of this number"


def _check_facts(store: Store, cursor: duckdb.DuckDBPyConnection, claims: Claims, found: Verified) -> None:
    left, listed = dict(claims), set[str]()
    for table in store.ledger.tables:
        for fact in read_facts(cursor, table):
            found.facts += 1
            claim = left.pop((table, fact.fact_id), None)
            if claim is None:
                found.faults.append(Fault(UNCLAIMED, table, fact.fact_id, "the row was not written by an action"))
                continue
            if claim.sha256 != fact.sha256:
                message = "the row has another content than was recorded"
                found.faults.append(Fault(claim.seq, table, fact.fact_id, message))
            if table == "log_files":
                content = (str(fact.content.get("path")), str(fact.content.get("sha256")))
                message = _fault_of_file(store.home / "log" / content[0], content[1])
                listed.add(content[0])
                found.files += 1
                if message:
                    found.faults.append(Fault(claim.seq, table, fact.fact_id, f"log file {content[0]} {message}"))
    for (table, fact_id), claim in left.items():
        found.faults.append(Fault(claim.seq, table, fact_id, "the row is missing"))
    found.notices += notice_of_files(unlisted_files(store, listed))


def _check_artifacts(home: Path, kept: Artifacts, found: Verified) -> None:
    """The model files that are there, and those that were kept at a registration and are not."""
    there = {path.name for path in (home / "artifacts").glob("[0-9a-f]*")}
    for sha256 in sorted(there | kept.keys()):
        found.files += 1
        known = kept.get(sha256, _Artifact(UNCLAIMED, "the model file"))
        message = _fault_of_file(home / "artifacts" / sha256, sha256) if sha256 in there else "is missing"
        if message:
            found.faults.append(Fault(known.seq, "artifacts", sha256, f"{known.name} {message}"))


def _fault_of_file(path: Path, sha256: str) -> str:
    try:
        received = sha256_of(path)
    except OSError as fault:
        return f"cannot be read ({fault.strerror})"
    return "" if received == sha256 else f"has SHA-256 {received[:16]}…; {sha256[:16]}… was recorded"
