"""What was sent to a model's log: each input file of each call, whether it counts, and finding one by what names it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.store.engine.database import Store
from dashboard.store.log.files import PREDICTIONS, LogFile, list_all_log_files
from dashboard.store.log.withdrawals import Withdrawal, list_withdrawals

# A SHA-256 may be given by its first digits.
FEWEST_DIGITS = 8


@dataclass(frozen=True)
class Delivery:
    """One input file of one call; files from before they were kept one by one stand together as their call.

    `predictions` and `labels` are the rows that it added to the log. `files` are those of the log that hold them.
    `last` is its last withdrawal, or that it was brought back. Instants are aware.
    """

    delivery: str
    call: str
    recorded_at: datetime
    actor: str
    name: str | None
    sha256: str | None
    predictions: int
    labels: int
    first_at: datetime | None
    last_at: datetime | None
    files: tuple[LogFile, ...]
    last: Withdrawal | None

    @property
    def withdrawn(self) -> bool:
        """Return whether its rows do not count."""
        return self.last is not None and self.last.withdrawn

    def is_called(self, word: str) -> bool:
        """Return whether a word names it: its call, its name, or its SHA-256 by eight digits or more."""
        digits = self.sha256 is not None and len(word) >= FEWEST_DIGITS and self.sha256.startswith(word.lower())
        return word in (self.call, self.name, self.delivery) or digits


def list_deliveries(store: Store, model_id: str, as_of: datetime | None = None) -> list[Delivery]:
    """What was sent to a model's log until `as_of`, the first one first."""
    files: dict[str, list[LogFile]] = {}
    for file in list_all_log_files(store, model_id, as_of=as_of):
        files.setdefault(file.delivery, []).append(file)
    last = {entry.delivery: entry for entry in list_withdrawals(store, model_id, as_of)}
    found = [_delivery(name, parts, last.get(name)) for name, parts in files.items()]
    return sorted(found, key=lambda one: (one.recorded_at, one.name or "", one.delivery))


def _delivery(name: str, files: Sequence[LogFile], last: Withdrawal | None) -> Delivery:
    first = min(files, key=lambda file: file.recorded_at)
    # Labels are laid down again for predictions that come later; these are no further rows.
    own = [file for file in files if file.recorded_at == first.recorded_at]
    times = [(file.first_at, file.last_at) for file in own if file.first_at and file.last_at]
    return Delivery(
        delivery=name,
        call=first.call,
        recorded_at=first.recorded_at,
        actor=first.actor,
        name=first.source_name,
        sha256=first.source_sha256,
        predictions=sum(file.rows for file in own if file.kind == PREDICTIONS),
        labels=sum(file.labels for file in own),
        first_at=min((start for start, _ in times), default=None),
        last_at=max((end for _, end in times), default=None),
        files=tuple(files),
        last=last,
    )


def find_deliveries(known: Iterable[Delivery], words: Sequence[str]) -> list[Delivery]:
    """The deliveries that words name, each once: a call names all of its files, a name or a SHA-256 one file.

    Raises InputRefusedError for a word that names none, or several files of different calls.
    """
    known = list(known)
    found: dict[str, Delivery] = {}
    problems = []
    for word in words:
        named = [one for one in known if one.is_called(word)]
        if not named:
            message = f"received {shorten(word)}; no such file; `show files` lists names, SHA-256 and calls; choose one"
            problems.append(Problem(message, field="names"))
        elif len(named) > 1 and any(one.call != word for one in named):
            choices = ", ".join(f"{one.call} ({(one.sha256 or '')[:FEWEST_DIGITS]})" for one in named)
            message = f"received {shorten(word)}, which names {len(named)} files; give the call or SHA-256: {choices}"
            problems.append(Problem(message, field="names"))
        found |= {one.delivery: one for one in named}
    if problems:
        raise InputRefusedError(problems)
    return list(found.values())
