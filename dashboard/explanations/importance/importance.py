"""Importance of a version's features, computed from its model file in a child process and recorded with its basis."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from dashboard.errors import shorten
from dashboard.explanations.cases.model_files import Choice, choices, kept_file
from dashboard.explanations.importance.sampling import SCORE, SEED, read_sample
from dashboard.explanations.importance.shares import FEWEST_ROWS
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.sandbox.model_worker import SAMPLE_ROWS, Importance, ModelWorker, Request
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.versions import Version
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.importances import append_importance, computed_importances

# Differences between the model's scores and the logged ones that are worth a word.
NOTABLE_DIFFERENCE = 0.01

Progress = Callable[[float, str], None]


def update_importances(
    store: Store, cards: Sequence[ModelCard], actor: str, progress: Progress | None = None
) -> list[str]:
    """Compute and record importance for each version with a kept model file, where it is not known for the same basis.

    A version whose card states shares is left alone. Returns a sentence for each version that got no importance, or
    whose scores differ from the log; nothing is recorded for those that got none, and their importance stays unknown.
    """
    said = []
    work = [(card, version) for card in cards for version in card.versions if version.importance is None]
    work = [(card, version) for card, version in work if version.artifact or version.artifact_sha256]
    with ModelWorker() as worker:
        for place, (card, version) in enumerate(work):
            if progress is not None:
                progress(place / len(work), f"{card.id} {version.version}")
            try:
                note = _update(store, card, version, worker, actor)
            except ModelRefusedError as refused:
                note = str(refused)
            if note:
                said.append(f"importance of {card.id} version {shorten(version.version)}: {note}")
    return said


def _update(store: Store, card: ModelCard, version: Version, worker: ModelWorker, actor: str) -> str:
    """Bring one version up to date; returns what is worth telling, or nothing."""
    path = kept_file(store, version)
    known = computed_importances(store, card.id).get(version.version, {})
    for choice in choices(store, card, version.version, SAMPLE_ROWS):
        basis = _basis(card, str(version.artifact_sha256), choice)
        if basis == known.get("basis") and known["intervals"] is not None:
            return ""
        sample = read_sample(store, card, choice.files, choice.span, SAMPLE_ROWS).rows
        if sample.num_rows < FEWEST_ROWS:
            continue
        found = _explain(worker, card, path, sample)
        written = AuditContext("monitor", actor, after={card.id: {"importance_of": version.version}}, computes=True)
        with store.writing(written) as cursor:
            append_importance(
                cursor, card.id, version.version, found.shares, found.intervals(),
                method=found.method, sample=found.rows, basis=basis, recorded_at=stored(now()),
            )  # fmt: skip
        return _warning(found, sample)
    raise ModelRefusedError(f"its log has fewer than {FEWEST_ROWS} rows; add predictions")


def _basis(card: ModelCard, sha256: str, choice: Choice) -> str:
    """What an importance rests on, as text: the hash of the model file and of everything that chose the sample."""
    features = {name: feature.kind for name, feature in card.data.features.items()}
    return json.dumps(
        {
            "artifact": sha256,
            "features": _digest(json.dumps(features)),
            "sample": f"at most {SAMPLE_ROWS} rows drawn with seed {SEED} from {choice.words}",
            "files": _digest("".join(file.sha256 for file in choice.files)),
        }
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _explain(worker: ModelWorker, card: ModelCard, path: Path, sample: pa.Table) -> Importance:
    import pyarrow.parquet as pq

    features: dict[str, str] = {name: feature.kind for name, feature in card.data.features.items()}
    # Made readable for its owner only.
    with tempfile.TemporaryDirectory(prefix="ledger-") as directory:
        place = Path(directory) / "sample.parquet"
        pq.write_table(sample, place)
        return worker.importance(Request(path, path.name, place, features))


def _warning(found: Importance, sample: pa.Table) -> str:
    """A word where the model file does not give the scores of the log: then it may be the file of another version."""
    score = sample.column(SCORE)
    spread = 1.0
    if pa.types.is_floating(score.type):
        spread = float(np.nanstd(score.to_numpy())) or 1.0
    if found.score_difference <= NOTABLE_DIFFERENCE * spread:
        return ""
    return f"computed, but the model file gives other scores than the log; mean difference {found.score_difference:.3g}"
