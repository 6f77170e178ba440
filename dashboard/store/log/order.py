"""What a call of ingestion is to do and what comes of it, as values that can go to another process and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from dashboard.schema.card.card import ModelCard
from dashboard.store.log.files import LogFile
from dashboard.store.log.pending import PendingLabels


@dataclass(frozen=True)
class LogState:
    """The log of a model as a call finds it: its files in the order of their recording, none of withdrawn deliveries.

    `any_withdrawn` tells that there are such.
    """

    home: Path
    files: tuple[LogFile, ...]
    any_withdrawn: bool

    def of_kind(self, kind: str) -> list[LogFile]:
        """The files of predictions, or of labels."""
        return [file for file in self.files if file.kind == kind]


@dataclass(frozen=True)
class Order:
    """Files to read, against which card and log, in the name of whom, and the private directory to work in.

    `action` is the name of the action; `began_at` is UTC without zone; `reason` is why known labels are corrected. A
    trial goes as far as the log.
    """

    action: str
    card: ModelCard
    files: tuple[Path, ...]
    actor: str
    space: Path
    log: LogState
    began_at: datetime
    reason: str | None = None
    is_trial: bool = False


@dataclass(frozen=True)
class Ingested:
    """What a call did, or would have done as a trial.

    `files` counts the input files; labels are actuals, wherever they came with; ignored is what the log had already
    or the call brought twice; a row without label has an empty actual; notes say what was taken for granted in reading.
    Of the labels added, `corrected` take the place of another one; `unscored` of the rows added have no score.
    `pending` are the labels of the call that meet no prediction, `examples` some of their ids.
    """

    files: int
    rows_received: int
    rows_added: int
    rows_ignored: int
    labels_added: int
    labels_ignored: int
    rows_without_label: int
    notes: tuple[str, ...] = ()
    corrected: int = 0
    unscored: int = 0
    pending: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Staged:
    """A finished file that is not yet part of the log; instants in UTC without zone.

    `source` is the place of its input file among those of the call; None for labels that the log knew, and then
    `delivery` is what they were delivered with.
    """

    path: Path
    kind: str
    version: str | None
    month: str
    rows: int
    labels: int
    first_at: datetime | None
    last_at: datetime | None
    source: int | None
    delivery: str | None = None
    shared: bool = False


@dataclass(frozen=True)
class Addition:
    """A staged file with its hash, and what its rows came with."""

    staged: Staged
    sha256: str
    delivery: str
    source_name: str | None
    source_sha256: str | None


@dataclass(frozen=True)
class Outcome:
    """What a call found: the files to add, all labels that then meet no prediction, and what its record says."""

    ingested: Ingested
    additions: tuple[Addition, ...]
    pending: tuple[PendingLabels, ...]
    before: dict[str, object]
    after: dict[str, object]


# As JSON, for another process.
ORDERS = TypeAdapter(Order)
OUTCOMES = TypeAdapter(Outcome)
