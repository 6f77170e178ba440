"""The files of one model's log as counting reads them: which belong to a span, and which scores of a case count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dashboard.profiles.engine import Engine, Sources
from dashboard.profiles.in_charge import Charge
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import stored
from dashboard.store.log.files import LogFile

Span = tuple[datetime, datetime]
# What `known_until` is where labels are not read.
NO_LABELS = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Log:
    """The files of one model's log, and where they are."""

    home: Path
    predictions: Sequence[LogFile]
    labels: Sequence[LogFile]
    by_instant: bool = False
    # When each version was in production; only where several versions scored the same cases.
    charges: Sequence[Charge] = ()
    # Files that were withdrawn or brought back since the last run.
    turned: Sequence[LogFile] = ()

    def versions(self) -> list[str]:
        """The model versions that made predictions."""
        return sorted({file.version for file in self.predictions if file.version is not None})

    @property
    def shared(self) -> list[LogFile]:
        """The files with cases that another version had scored before."""
        return [file for file in self.predictions if file.shared]

    def sources(
        self, known_until: datetime, span: Span | None = None, version: str | None = None, shadow: bool | None = False
    ) -> Sources:
        """The files that can hold rows of a span and version, with the labels that may belong to them.

        `shadow`: only the rows that count (False), only other scores of the same cases (True), or both (None).
        """
        files = [
            file
            for file in self.predictions
            if (version is None or file.version == version) and (span is None or _overlaps(file, span))
        ]
        months = {file.month for file in files} | {"pending"}
        labels = [file for file in self.labels if file.month in months]
        root = self.home / "log"
        return Sources(
            [root / f.path for f in files],
            [root / f.path for f in labels],
            known_until,
            by_instant=self.by_instant,
            shadow=shadow,
        )

    def names(self, span: Span) -> list[str]:
        """The files that hold rows of a span or labels of such rows."""
        files = [file for file in (*self.predictions, *self.labels) if file.first_at is not None]
        return [file.path for file in files if _overlaps(file, span)]


def part_cases(engine: Engine, log: Log, card: ModelCard, made_until: datetime | None = None) -> None:
    """Tell the engine which prediction counts where several versions scored a case."""
    if log.shared:
        everything = replace(log.sources(made_until or NO_LABELS), made_until=made_until)
        shared = [log.home / "log" / file.path for file in log.shared]
        charges = [(charge.version, charge.start, charge.end) for charge in log.charges]
        engine.part_cases(everything, shared, [version.version for version in card.versions], charges)


def _overlaps(file: LogFile, span: Span) -> bool:
    assert file.first_at is not None
    assert file.last_at is not None
    return stored(file.first_at) < span[1] and stored(file.last_at) >= span[0]
