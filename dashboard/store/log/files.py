"""The files of the prediction log: what the store lists, where they lie, whether they are what was recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote
from uuid import uuid4

import duckdb

from dashboard.errors import StoreDamagedError
from dashboard.store.engine.clock import as_utc, horizon
from dashboard.store.engine.database import Store

PREDICTIONS = "predictions"
LABELS = "labels"
PENDING = "pending"
# Contributions to scores that came from outside.
ATTRIBUTIONS = "attributions"
LONGEST_PART = 120
BLOCK_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class LogFile:
    """One immutable file of the log. A file that the store does not list does not exist.

    `path` is relative to the log directory; `version` is None and `month` may be `pending` for labels; `labels` counts
    the rows with an actual; `first_at` and `last_at` are the first and last instant of prediction, None when pending.
    `delivery_id` stands for the input file of a call that its rows came with; labels that are repeated for further rows
    of their case keep the one that brought them. `shared`: another version had scored the cases of its rows before.
    """

    fact_id: str
    recorded_at: datetime
    actor: str
    model_id: str
    kind: str
    version: str | None
    month: str
    path: str
    sha256: str
    rows: int
    labels: int
    first_at: datetime | None
    last_at: datetime | None
    source_name: str | None
    source_sha256: str | None
    delivery_id: str | None = None
    shared: bool | None = None

    @property
    def call(self) -> str:
        """The call that wrote it, by its instant in UTC, like 20130401T093000.000000."""
        return f"{self.recorded_at:%Y%m%dT%H%M%S.%f}"

    @property
    def delivery(self) -> str:
        """What it was delivered with; for files from before deliveries were kept, their whole call."""
        return self.delivery_id or self.call


class InHome(Protocol):
    """Something that knows its home: a store, or what was read from one."""

    @property
    def home(self) -> Path:
        """The directory of the deployment."""


COLUMNS = ", ".join(field.name for field in fields(LogFile))
# As `LogFile.delivery`.
DELIVERY = "coalesce(delivery_id, strftime(recorded_at, '%Y%m%dT%H%M%S.%f'))"
# A condition on rows of `log_files`: not withdrawn as known at the instant that is bound to it.
IN_FORCE = f"""(model_id, {DELIVERY}) NOT IN (
    SELECT (model_id, delivery_id) FROM (
        SELECT model_id, delivery_id, withdrawn FROM withdrawals WHERE recorded_at <= ?
        QUALIFY row_number() OVER (PARTITION BY model_id, delivery_id ORDER BY recorded_at DESC) = 1
    ) WHERE withdrawn
)"""


def log_directory(store: InHome) -> Path:
    """The directory that holds the prediction log of a store."""
    return store.home / "log"


def file_path(store: InHome, file: LogFile) -> Path:
    """Return the path of a file of the log."""
    return log_directory(store) / file.path


def new_path(model_id: str, kind: str, version: str | None, month: str) -> str:
    """A fresh path relative to the log directory: model, kind, version (predictions only), month, random name."""
    parts = [model_id, kind, *([] if version is None else [version]), month]
    return "/".join([*(safe_part(part) for part in parts), f"{uuid4()}.parquet"])


def safe_part(text: str) -> str:
    """Any text as one harmless path part: percent-encoded, never empty, hidden, `..` or too long for a file system."""
    part = quote(text, safe="") or "%"
    if part.startswith("."):
        part = "%2E" + part[1:]
    if len(part) <= LONGEST_PART:
        return part
    return f"{part[: LONGEST_PART - 17]}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def list_log_files(
    store: Store, model_id: str, kind: str | None = None, as_of: datetime | None = None
) -> list[LogFile]:
    """The files of a model's log in the order of their recording, without those of withdrawn deliveries.

    `kind` is `predictions`, `labels` or `attributions`, None for all; `as_of` leaves out what was recorded, and
    withdrawn, later; instants are aware.
    """
    return _list_files(store, model_id, (kind, as_of), f"AND {IN_FORCE}", [horizon(as_of)])


def list_all_log_files(
    store: Store, model_id: str, kind: str | None = None, as_of: datetime | None = None
) -> list[LogFile]:
    """As `list_log_files`, with the files of withdrawn deliveries."""
    return _list_files(store, model_id, (kind, as_of), "", [])


def _list_files(
    store: Store, model_id: str, asked: tuple[str | None, datetime | None], condition: str, values: list[datetime]
) -> list[LogFile]:
    kind, as_of = asked
    statement = f"""
        SELECT {COLUMNS} FROM log_files
        WHERE model_id = ? AND recorded_at <= ? AND (? IS NULL OR kind = ?) {condition}
        ORDER BY recorded_at, month, version, fact_id
    """
    with store.cursor() as cursor:
        found = cursor.execute(statement, [model_id, horizon(as_of), kind, kind, *values]).fetchall()
    return [_aware(LogFile(*row)) for row in found]


def _aware(file: LogFile) -> LogFile:
    first, last = (None if value is None else as_utc(value) for value in (file.first_at, file.last_at))
    return replace(file, recorded_at=as_utc(file.recorded_at), first_at=first, last_at=last)


def record_log_files(cursor: duckdb.DuckDBPyConnection, files: Sequence[LogFile]) -> None:
    """Insert the rows of new files, with instants as stored (UTC without zone). Call it inside `store.writing()`."""
    marks = ", ".join("?" for _ in fields(LogFile))
    for file in files:
        cursor.execute(f"INSERT INTO log_files ({COLUMNS}) VALUES ({marks})", list(astuple(file)))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file as hexadecimal digits, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def check_log_file(store: InHome, file: LogFile) -> None:
    """Read a file of the log and compare its SHA-256 with the recorded one.

    Raises StoreDamagedError naming the file when it is missing, unreadable or not what was recorded.
    """
    try:
        received = sha256_of(file_path(store, file))
    except OSError as fault:
        raise StoreDamagedError(
            f"log file {file.path} cannot be read ({fault.strerror}); restore it from a backup"
        ) from fault
    if received != file.sha256:
        raise StoreDamagedError(
            f"log file {file.path} has SHA-256 {received[:16]}…; {file.sha256[:16]}… was recorded; "
            "restore it from a backup"
        )


_Checked = tuple[str, str, int, int, int]
_checked: set[_Checked] = set()


def check_log_files(store: InHome, files: Sequence[LogFile]) -> None:
    """`check_log_file` for each file that this process has not yet checked since it last changed on disk."""
    for file in files:
        seen = _fingerprint(store, file)
        if seen is None or seen not in _checked:
            check_log_file(store, file)
            _checked.update([seen] if seen else [])


def _fingerprint(store: InHome, file: LogFile) -> _Checked | None:
    path = file_path(store, file)
    try:
        state = path.stat()
    except OSError:
        return None
    return str(path), file.sha256, state.st_size, state.st_mtime_ns, state.st_ino
