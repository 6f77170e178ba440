"""A subject over all models that a reader sees, kept: after a new fact only what was judged since then is read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import pandas as pd

from dashboard.governance.judgements.registry import Lane
from dashboard.governance.judgements.renewal import Question
from dashboard.governance.judgements.worker import renew
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models
from dashboard.store.judgement_cells import read_cells
from dashboard.store.judgements import Search
from dashboard.views.coded_rows import CodedRows, coded_rows
from dashboard.views.judged import Marks, frame_of, judged_rows, marks_of, models_of, outdated, question_of
from dashboard.views.kinds import Columns
from dashboard.views.query import Query

# Frames of a store that are kept, those asked for last.
MOST_KEPT = 32


@dataclass(frozen=True)
class Kept:
    """The rows of a subject as they were read, and the marks of the models at that time."""

    marks: Marks
    rows: CodedRows


@dataclass
class _KeptFrames:
    frames: OrderedDict[Hashable, Kept] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_FRAMES: WeakKeyDictionary[Store, _KeptFrames] = WeakKeyDictionary()


def judged_frame(
    store: Store,
    query: Query,
    subject: str,
    columns: Columns,
    *,
    statuses: tuple[str, ...] = (),
    lane: Lane = "present",
) -> pd.DataFrame:
    """The rows of a subject in the reader's language as a frame of a view, by model and position.

    Of some `statuses`, those in the first one come first; the view has a column `status` then. What was read for all
    models that the reader sees is kept, and renewed for the models that were judged since.
    """
    if query.model is not None or not _is_kept(store, query):
        searches = [Search(status=status) for status in statuses] or [Search()]
        rows = [row for search in searches for row in judged_rows(store, query, subject, lane=lane, search=search)]
        return frame_of(rows, columns)
    found = _coded_rows(store, query, _Wanted(subject, tuple(columns.names), lane, statuses)).frame(columns)
    if not statuses:
        return found
    places = found["status"].map(statuses.index).to_numpy(dtype=int)
    return found.take(places.argsort(kind="stable")).reset_index(drop=True)


def judged_counts(
    store: Store, query: Query, subject: str, names: Sequence[str], *, sums: Sequence[str] = (), lane: Lane = "present"
) -> pd.DataFrame:
    """How many rows of a subject there are of each combination of some cells, and the sums of further whole numbers.

    Columns: the cells, `number`, the sums; in the order in which the combinations come first.
    """
    wanted = _Wanted(subject, (*names, *sums), lane)
    return _coded_rows(store, query, wanted).counted(names, sums)


@dataclass(frozen=True)
class _Wanted:
    """Which cells are read of which rows."""

    subject: str
    names: tuple[str, ...]
    lane: Lane
    statuses: tuple[str, ...] = ()


def _is_kept(store: Store, query: Query) -> bool:
    """Whether what is read of all models may be asked for again."""
    return query.among is None and store.writer.transaction is None


def _coded_rows(store: Store, query: Query, wanted: _Wanted) -> CodedRows:
    models, question = models_of(store, query), question_of(query)
    renew(store, question, wanted.lane, models, waits=query.waits)
    reading = _Reading(store, question, wanted, query.language)
    if query.model is not None or not _is_kept(store, query):
        return reading.rows_of(models)
    # The marks come first: what is judged after them is read now, and once more next time.
    marks = marks_of(store, question, wanted.lane, models)
    kept_frames = _FRAMES.setdefault(store, _KeptFrames())
    place = (question, wanted, query.language, models)
    with kept_frames.lock:
        kept = kept_frames.frames.get(place)
    kept = reading.all_of(marks, models) if kept is None else reading.renewed(kept, marks)
    with kept_frames.lock:
        kept_frames.frames[place] = kept
        kept_frames.frames.move_to_end(place)
        while len(kept_frames.frames) > MOST_KEPT:
            kept_frames.frames.popitem(last=False)
    return kept.rows


@dataclass(frozen=True)
class _Reading:
    """How the rows of a subject are read."""

    store: Store
    question: Question
    wanted: _Wanted
    language: str

    def all_of(self, marks: Marks, models: Models) -> Kept:
        """Read the rows of all models."""
        return Kept(marks, self.rows_of(models))

    def renewed(self, kept: Kept, marks: Marks) -> Kept:
        """What was kept, with the rows of the models anew that were judged since."""
        changed = outdated(kept.marks, marks)
        if not changed:
            return kept
        if 2 * len(changed) > len(marks):
            return self.all_of(marks, list(marks))
        return Kept(marks, kept.rows.replaced(changed, self.rows_of(changed)))

    def rows_of(self, models: Models) -> CodedRows:
        """Read the rows of some models."""
        wanted = self.wanted
        cells = read_cells(self.store, self.question.name, wanted.subject, wanted.names, models, wanted.statuses)
        return coded_rows(cells, self.language)
