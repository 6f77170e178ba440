"""Evidently's drift report of a window: a second opinion, built once in a process of its own from stated samples."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.errors import DashboardError
from dashboard.explanations.importance.sampling import SCORE, SEED, Sample, files_of, read_sample
from dashboard.explanations.report.report_page import ReportFrame, finished_page, harmless
from dashboard.processes.child import ChildProcess, ChildStoppedError
from dashboard.profiles.periods import YEAR, day_span, months_later
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import label_of
from dashboard.store.engine.database import Store
from dashboard.store.log.files import LogFile
from dashboard.words import mark, translate

Days = tuple[date, date]
Progress = Callable[[float, str], None]

SAMPLE_ROWS = 5_000
FEWEST_ROWS = 20
SECONDS = 60.0
PRIVATE = 0o700
# One process of this size at a time.
_building = threading.Lock()


class ReportError(DashboardError):
    """There is no Evidently report, with the reason."""

    exit_code = 2


@dataclass(frozen=True)
class Comparison:
    """What is compared: days inclusive in the model's time zone, one version of the current side or all.

    `current` None = everything after the card's reference; `reference` None = the card's reference, `last_year` = the
    same days of the year before.
    """

    current: Days | None = None
    reference: Days | Literal["last_year"] | None = None
    version: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class Report:
    """A report on disk: how many rows of each side's sample, out of how many, and the columns that had no values."""

    path: Path
    name: str
    rows: tuple[int, int]
    whole: tuple[int, int]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """One side of the comparison: its days and the files that hold them."""

    days: Days
    files: list[LogFile]


def build_report(store: Store, card: ModelCard, comparison: Comparison, progress: Progress | None = None) -> Report:
    """The report of a comparison; the second time it is there at once.

    `progress` receives the share done (0 to 1) and the step as a catalogue key. Raises ReportError with the reason when
    there is none, StoreDamagedError when a file of the log is not what was recorded.
    """
    sides = _sides(store, card, comparison)
    place = store.home / "reports" / f"{_key(card, comparison, sides)}.html"
    with _building:
        found = _kept(place)
        return found or _build(store, card, (comparison, sides), place, progress or _silent)


def _silent(share: float, doing: str) -> None:
    """Progress that nobody watches."""


def _sides(store: Store, card: ModelCard, comparison: Comparison) -> tuple[Side, Side]:
    logged = files_of(store, card.id, None, None)
    made = [card.local_day(instant) for file in logged for instant in (file.first_at, file.last_at) if instant]
    if not made:
        raise ReportError("no predictions have been logged; add predictions first")
    own = card.data.reference
    after = date.fromordinal(own.end.toordinal() + 1) if own else min(made)
    current = comparison.current or (after, max(after, *made))
    reference: Days | None = (own.start, own.end) if own else None
    if comparison.reference == "last_year":
        reference = (months_later(current[0], -YEAR), months_later(current[1], -YEAR))
    elif comparison.reference is not None:
        reference = comparison.reference
    if reference is None:
        raise ReportError("the card has no reference; compare with the year before or with days of your choice")
    return (
        Side(current, files_of(store, card.id, comparison.version, day_span(*current, card.zone))),
        Side(reference, files_of(store, card.id, None, day_span(*reference, card.zone))),
    )


def _key(card: ModelCard, comparison: Comparison, sides: tuple[Side, Side]) -> str:
    """A name for everything that the report depends on."""
    data = card.data.model_dump(mode="json")
    parts: list[object] = [card.id, card.task, card.time_zone, str(card.name.in_language(comparison.language)), data]
    parts += [comparison.version, comparison.language, SAMPLE_ROWS, SEED]
    parts += [[str(day) for day in side.days] + [file.sha256 for file in side.files] for side in sides]
    parts += [importlib.metadata.version("evidently")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _kept(place: Path) -> Report | None:
    facts = place.with_suffix(".json")
    if not (place.is_file() and facts.is_file()):
        return None
    known: dict[str, Any] = json.loads(facts.read_text(encoding="utf-8"))
    return Report(place, known["name"], tuple(known["rows"]), tuple(known["whole"]), tuple(known["left_out"]))


def _build(
    store: Store, card: ModelCard, asked: tuple[Comparison, tuple[Side, Side]], place: Path, progress: Progress
) -> Report:
    comparison, sides = asked
    progress(0.0, mark("Reading a sample of the log"))
    zone = card.zone
    samples = [read_sample(store, card, side.files, day_span(*side.days, zone), SAMPLE_ROWS) for side in sides]
    _check_rows(samples, sides)
    tables, kinds, left_out = _tables(card, comparison.language, [sample.rows for sample in samples])
    progress(0.2, mark("Evidently compares the samples"))
    content = _run(tables, kinds)
    days = [f"{side.days[0]}-{side.days[1]}" for side in sides]
    report = Report(
        path=place,
        name=f"{card.id}-evidently-{days[0]}.html",
        rows=(samples[0].rows.num_rows, samples[1].rows.num_rows),
        whole=(samples[0].whole, samples[1].whole),
        left_out=tuple(left_out),
    )
    frame = ReportFrame(
        str(card.name.in_language(comparison.language)), comparison.language, comparison.version,
        tuple(side.days for side in sides), report.rows, report.whole, SEED, report.left_out,
    )  # fmt: skip
    _keep(report, finished_page(content, frame, place.stem))
    progress(1.0, mark("The report is ready"))
    return report


def _check_rows(samples: list[Sample], sides: tuple[Side, Side]) -> None:
    for sample, side in zip(samples, sides, strict=True):
        if sample.rows.num_rows < FEWEST_ROWS:
            first, last = side.days
            raise ReportError(
                f"{first} to {last} has {sample.rows.num_rows} predictions; {FEWEST_ROWS} are needed; choose more days"
            )


def _tables(card: ModelCard, language: str, tables: list[pa.Table]) -> tuple[list[pa.Table], dict[str, str], list[str]]:
    """Both samples with labels as column names, the kinds of the columns, and the labels of columns without values."""
    kinds: dict[str, str] = {name: feature.kind for name, feature in card.data.features.items()}
    kinds[SCORE] = "categorical" if card.task == "multiclass_classification" else "numeric"
    columns: list[dict[str, pa.ChunkedArray]] = [{}, {}]
    kept, left_out = {}, []
    for name, kind in kinds.items():
        label = translate("Score of the model", language) if name == SCORE else label_of(card.data, name, language)
        label = harmless(label)
        label = label if label not in kept and label not in left_out else f"{label} ({harmless(name)})"
        values = [_harmless_values(table.column(name), kind) for table in tables]
        if any(column.null_count == len(column) for column in values):
            left_out.append(label)
            continue
        kept[label] = kind
        for side, column in zip(columns, values, strict=True):
            side[label] = column
    return [pa.table(side) for side in columns], kept, left_out


def _harmless_values(column: pa.ChunkedArray, kind: str) -> pa.ChunkedArray:
    """Numbers that are finite; texts that cannot be taken for markup, which Evidently would pass on."""
    if kind == "numeric":
        return pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    return pa.chunked_array([[None if text is None else harmless(text) for text in column.to_pylist()]], pa.string())


def _run(tables: list[pa.Table], kinds: dict[str, str]) -> str:
    """Evidently's HTML of the current and the reference sample, from a child process."""
    child = ChildProcess("dashboard.explanations.report.evidently_worker", start_seconds=SECONDS)
    with tempfile.TemporaryDirectory(prefix="ledger-") as directory:
        paths = {side: Path(directory) / f"{side}.parquet" for side in ("current", "reference")}
        for path, table in zip(paths.values(), tables, strict=True):
            pq.write_table(table, path)
        report = Path(directory) / "report.html"
        request = {side: str(path) for side, path in paths.items()} | {"kinds": kinds, "report": str(report)}
        try:
            answer = child.ask(request, SECONDS)
        except ChildStoppedError as fault:
            raise ReportError(f"the Evidently report could not be built; {fault}") from fault
        finally:
            child.close()
        if "refused" in answer or not report.is_file():
            raise ReportError(f"the Evidently report could not be built; {answer.get('refused', 'it is missing')}")
        return report.read_text(encoding="utf-8")


def _keep(report: Report, content: str) -> None:
    """Write the page, then the facts about it, each aside and renamed: a report without facts does not count."""
    report.path.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    facts = {name: value for name, value in asdict(report).items() if name != "path"}
    for place, text in ((report.path, content), (report.path.with_suffix(".json"), json.dumps(facts))):
        aside = place.with_name(f".{uuid4().hex}")
        aside.write_text(text, encoding="utf-8")
        aside.replace(place)
