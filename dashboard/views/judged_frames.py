"""A subject over all models that a reader sees, kept: after a new fact only what was judged since then is read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import pandas as pd

from dashboard.governance.judgements.registry import Lane
from dashboard.governance.judgements.renewal import Question
from dashboard.governance.judgements.worker import renew
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models
from dashboard.store.judgement_cells import read_cells
from dashboard.store.judgements import judged_marks
from dashboard.views.coded_rows import CodedRows, coded_rows
from dashboard.views.judged import Marks, frame_of, judged_rows, models_of, outdated, question_of
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


def judged_frame(store: Store, query: Query, subject: str, columns: Columns, *, lane: Lane = "present") -> pd.DataFrame:
    """The rows of a subject in the reader's language as a frame of a view, by model and position.

    What was read for all models that the reader sees is kept, and renewed for the models that were judged since.
    """
    models = models_of(store, query)
    if isinstance(models, str) or query.among is not None or store.writer.transaction is not None:
        return frame_of(judged_rows(store, query, subject, lane=lane), columns)
    question = question_of(query)
    renew(store, question, lane, models, waits=query.waits)
    # The marks come first: what is judged after them is read now, and once more next time.
    marks = judged_marks(store, question.name, lane, models)
    kept_frames = _FRAMES.setdefault(store, _KeptFrames())
    place = (question, lane, subject, query.language, models)
    with kept_frames.lock:
        kept = kept_frames.frames.get(place)
    reading = _Reading(store, question, subject, query.language, columns)
    kept = reading.all_of(marks, models) if kept is None else reading.renewed(kept, marks)
    with kept_frames.lock:
        kept_frames.frames[place] = kept
        kept_frames.frames.move_to_end(place)
        while len(kept_frames.frames) > MOST_KEPT:
            kept_frames.frames.popitem(last=False)
    return kept.rows.frame(columns)


@dataclass(frozen=True)
class _Reading:
    """How the rows of a subject are read."""

    store: Store
    question: Question
    subject: str
    language: str
    columns: Columns

    def all_of(self, marks: Marks, models: Models) -> Kept:
        """Read the rows of all models."""
        return Kept(marks, self._read(models))

    def renewed(self, kept: Kept, marks: Marks) -> Kept:
        """What was kept, with the rows of the models anew that were judged since."""
        changed = outdated(kept.marks, marks)
        if not changed:
            return kept
        if 2 * len(changed) > len(marks):
            return self.all_of(marks, list(marks))
        return Kept(marks, kept.rows.replaced(changed, self._read(changed)))

    def _read(self, models: Models) -> CodedRows:
        cells = read_cells(self.store, self.question.name, self.subject, self.columns.names, models)
        return coded_rows(cells, self.language)
