"""A subject over all models that a reader sees, kept: after a new fact only what was judged since then is read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from dashboard.governance.judgements.registry import Lane
from dashboard.governance.judgements.renewal import Question
from dashboard.governance.judgements.worker import renew
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models
from dashboard.store.judgements import judged_marks, read_judgements
from dashboard.views.judged import Marks, frame_of, in_words, judged_rows, models_of, outdated, question_of
from dashboard.views.kinds import Columns
from dashboard.views.query import Query

# Frames of a store that are kept, those asked for last.
MOST_KEPT = 32


@dataclass(frozen=True)
class Kept:
    """The rows of a subject as they were read, whose row each one is, and the marks of the models at that time."""

    marks: Marks
    owners: np.ndarray
    frame: pd.DataFrame


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
    return kept.frame.copy(deep=False)


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
        owners, frame = self._read(models)
        return Kept(marks, owners, frame)

    def renewed(self, kept: Kept, marks: Marks) -> Kept:
        """What was kept, with the rows of the models anew that were judged since."""
        changed = outdated(kept.marks, marks)
        if not changed:
            return kept
        if 2 * len(changed) > len(marks):
            return self.all_of(marks, list(marks))
        owners, frame = self._read(changed)
        stays = np.array([owner not in changed for owner in kept.owners], dtype=bool)
        together = np.concatenate([kept.owners[stays], owners])
        order = np.argsort(together, kind="stable")
        joined = pd.concat([kept.frame[stays], frame], ignore_index=True)
        return Kept(marks, together[order], joined.take(order).reset_index(drop=True))

    def _read(self, models: Models | Collection[str]) -> tuple[np.ndarray, pd.DataFrame]:
        found = read_judgements(self.store, self.question.name, self.subject, models)
        rows = [in_words(text, self.language) for _, text in found]
        owners = np.array([model_id for model_id, _ in found], dtype=object)
        return owners, frame_of(rows, self.columns)
