"""The kept model file of a version, and the rows of the log that it is tried on and explained against."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from dashboard.errors import NotFoundError, shorten
from dashboard.explanations.importance.sampling import Span, files_of, read_sample
from dashboard.explanations.sandbox.model_file import ModelRefusedError, check_format
from dashboard.explanations.sandbox.model_worker import ModelFile, Sampler
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.versions import Version
from dashboard.store.artifacts import artifact_path
from dashboard.store.engine.database import Store
from dashboard.store.log.files import LogFile

# Enough rows to try a model on.
ENOUGH_ROWS = 500


@dataclass(frozen=True)
class Choice:
    """Which rows of a version's log may be drawn: files, span in UTC (None = all), and the words that name them."""

    files: Sequence[LogFile]
    span: Span | None
    words: str


@dataclass(frozen=True)
class Explainer:
    """A version's model file with what draws rows of its log."""

    file: ModelFile
    sampler: Sampler


def version_of(card: ModelCard, name: str) -> Version:
    """The version of a card by its name; raises NotFoundError."""
    for version in card.versions:
        if version.version == name:
            return version
    known = ", ".join(shorten(version.version) for version in card.versions)
    raise NotFoundError(f"received version {shorten(name)}; model {card.id} has {known}; choose one of them")


def kept_file(store: Store, version: Version) -> Path:
    """The path of a version's kept model file; raises ModelRefusedError with the reason when there is none."""
    if version.artifact_sha256 is None and version.artifact is not None:
        raise ModelRefusedError("the card names a model file without artifact_sha256; add the hash and register it")
    if version.artifact_sha256 is None:
        raise ModelRefusedError(
            f"version {shorten(version.version)} has no model file; name it on the card as artifact, or bring its "
            "contributions with `ingest attributions`"
        )
    path = artifact_path(store.home, version.artifact_sha256)
    if not path.is_file():
        raise ModelRefusedError("its model file was not beside the card; put it there and register the card again")
    check_format(path)
    return path


def choices(store: Store, card: ModelCard, version: str, enough: int) -> Iterator[Choice]:
    """Rows of the card's reference, then, where those are too few, of the files that were recorded first."""
    from dashboard.profiles.count import reference_span

    span = reference_span(card)
    if span is not None:
        files = files_of(store, card.id, version, span)
        yield Choice(files, span, f"the reference, {span[0].isoformat()} to {span[1].isoformat()} UTC")
    first: list[LogFile] = []
    for file in files_of(store, card.id, version, None):
        if sum(chosen.rows for chosen in first) < enough:
            first.append(file)
    yield Choice(first, None, "the files recorded first")


def explainer_of(store: Store, card: ModelCard, version_name: str) -> Explainer:
    """What explains and scores rows of a version. Raises ModelRefusedError, and NotFoundError for the version."""
    version = version_of(card, version_name)
    path = kept_file(store, version)
    usable = [choice for choice in choices(store, card, version_name, ENOUGH_ROWS) if choice.files]
    chosen = usable[0] if usable else Choice([], None, "no rows")
    listed = hashlib.sha256("".join(file.sha256 for file in chosen.files).encode()).hexdigest()

    def sample(rows: int) -> pa.Table:
        for choice in usable:
            found = read_sample(store, card, choice.files, choice.span, rows).rows
            if found.num_rows:
                return found
        return read_sample(store, card, [], None, rows).rows

    features: dict[str, str] = {name: feature.kind for name, feature in card.data.features.items()}
    basis = f"{chosen.words}; files {listed[:16]}"
    return Explainer(ModelFile(path, path.name, features, card.task, basis), sample)
