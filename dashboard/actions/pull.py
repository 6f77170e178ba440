"""Read what is new from sources: each item is ingested as if somebody had sent it; what became of it is recorded."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dashboard.access.principal import Principal
from dashboard.actions.ingest import take_actuals, take_attributions, take_predictions
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import Call, Payload, Rights, action, run_action
from dashboard.connectors.incoming.sources.items import Item, Known
from dashboard.connectors.incoming.sources.reading import new_items
from dashboard.connectors.incoming.sources.standing import is_paused, readings_of, visible_sources
from dashboard.errors import DashboardError, InputRefusedError, Problem, shorten
from dashboard.schema.access import BUILDERS
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.sources import ROWS_OF_A_MODEL, Source
from dashboard.schema.texts import Label
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.source_records import Kind, append_source_record, newest_source_records
from dashboard.words import NOTE

# Characters of what was done or refused that are kept, of the sentence and of all.
LONGEST_SAID = 2_000
TAKERS = {"predictions": take_predictions, "actuals": take_actuals, "attributions": take_attributions}
_reading: defaultdict[tuple[Path, str], threading.Lock] = defaultdict(threading.Lock)


class Pulled(Payload):
    """Sources to read; none means all that are not paused."""

    sources: tuple[Label, ...] = ()


@dataclass
class Reading:
    """One reading of a source: how many items were taken, refused, and why the source failed."""

    counts: Counter[str]
    problems: list[str]
    models: set[str]


@action("pull", command="pull [SOURCE...]", rights=Rights(BUILDERS, scope="predictions"), long=True)
def pull(call: Call, payload: Pulled) -> str:
    """Read what is new from the sources of config/sources.yaml, and bring their models up to date.

    What is refused or fails is recorded and said; the other items and sources are read all the same. Raises
    InputRefusedError for a source that is not named there.
    """
    chosen = chosen_sources(call, payload.sources)
    counts, notes, models = Counter[str](), [], set[str]()
    for number, source in enumerate(chosen):
        call.progress(number / len(chosen), source.name)
        found = read_source(call.store, source, call.actor)
        counts += found.counts
        models |= found.models
        notes += [f"{NOTE}{source.name}: {problem}" for problem in found.problems]
    if models:
        run_action(call.store, "monitor", Models(models=tuple(sorted(models))), source_reader("pull"), call.progress)
    call.progress(1.0, "")
    said = (
        f"read {len(chosen)} sources; {counts['taken']} items taken, {counts['refused']} refused; "
        f"{counts['failed']} sources failed"
    )
    return "\n".join([said, *notes])


def chosen_sources(call: Call, names: Sequence[str]) -> list[Source]:
    """The sources of some names, or all that are not paused, as far as whoever asks sees their models.

    Raises InputRefusedError for a name that config/sources.yaml does not hold.
    """
    known = visible_sources(call.store.home, call.principal.sees)
    if unknown := [name for name in names if name not in known]:
        allowed = ", ".join(known) or "none, since config/sources.yaml names no source"
        message = f"received {shorten(unknown[0])}; allowed are {allowed}; correct the name"
        raise InputRefusedError([Problem(message, field="sources")])
    if names:
        return [known[name] for name in dict.fromkeys(names)]
    return [one for one in known.values() if not is_paused(newest_source_records(call.store, one.name))]


def read_source(store: Store, source: Source, actor: str) -> Reading:
    """Read what is new from one source; `actor` is who asked for it.

    Nobody reads a source that is being read: that says so and does nothing.
    """
    found = Reading(Counter(), [], set())
    lock = _reading[(store.home, source.name)]
    if not lock.acquire(blocking=False):
        found.problems.append("is being read already")
        return found
    try:
        _read(store, source, actor, found)
    finally:
        lock.release()
    return found


def _read(store: Store, source: Source, actor: str, found: Reading) -> None:
    try:
        card = _card(store, source)
        basis = _basis(source, card)
        taker = _Taker(store, source, card, actor, basis)
        for item in new_items(source, _known(store, source, basis)):
            for kind, said in taker.take(item):
                found.counts[kind] += 1
                if kind == "refused":
                    found.problems.append(said)
                elif source.model is not None:
                    found.models.add(source.model)
    except DashboardError as fault:
        found.counts["failed"] += 1
        found.problems.append(str(fault))
        _note_failure(store, source, actor, str(fault))


def _card(store: Store, source: Source) -> ModelCard | None:
    """The card of the source's model with the names that its columns have there; None where it is about no model.

    Raises InputRefusedError for a name that stands for no column of the card.
    """
    if source.model is None:
        return None
    card = get_card(store, source.model)
    data = card.data.model_copy(update={"columns": {**card.data.columns, **source.columns}})
    if faults := list(data.faults_of_renaming()):
        problems = [Problem(message, source.name, field=".".join(map(str, place))) for place, message, _ in faults]
        raise InputRefusedError(problems)
    return card.model_copy(update={"data": data})


def _basis(source: Source, card: ModelCard | None) -> str:
    """What was refused is tried again once the settings of the source or the card of its model are others."""
    written = source.model_dump_json() + (card.model_dump_json() if card is not None else "")
    return hashlib.sha256(written.encode()).hexdigest()


def _known(store: Store, source: Source, basis: str) -> Known:
    marks: dict[str, str] = {}
    places: list[Any] = []
    again: list[Any] = []
    for record in newest_source_records(store, source.name):
        content = record.content
        if record.kind == "taken" or (record.kind == "refused" and content["basis"] == basis):
            marks[content["item"]] = content["mark"]
        elif record.kind == "refused":
            again.append(content.get("begins"))
        if record.kind in ("taken", "refused") and content.get("place") is not None:
            places.append(content["place"])
    # What was refused and may now be right is asked for again, and all after it.
    if None in again and source.since is not None:
        return Known(marks)
    return Known(marks, min(again) if again else max(places, default=None))


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="source-") as name:
        yield Path(name)


@dataclass(frozen=True)
class _Taker:
    """Takes the items of one source."""

    store: Store
    source: Source
    card: ModelCard | None
    actor: str
    basis: str

    def take(self, item: Item) -> Iterator[tuple[Kind, str]]:
        """Ingest an item and record what became of it; refused rows of a query are parted until they are few."""
        try:
            with _folder() as folder:
                said = self._ingest(item.fetch(folder))
        except InputRefusedError as fault:
            if halves := item.halves():
                for half in halves:
                    yield from self.take(half)
                return
            problems = [replace(one, file=item.name) for one in fault.problems]
            lines = "; ".join(InputRefusedError(problems, fault.total).lines())[:LONGEST_SAID]
            self._record("refused", item, lines)
            yield "refused", lines
            return
        self._record("taken", item, said[:LONGEST_SAID])
        yield "taken", said

    def _ingest(self, path: Path) -> str:
        principal = source_reader(self.source.name)
        if self.card is not None and self.source.gives in ROWS_OF_A_MODEL:
            call = Call(self.store, principal, lambda share, doing: None, f"ingest_{self.source.gives}")
            return TAKERS[self.source.gives](call, self.card, (path,))
        return run_action(self.store, f"ingest_{self.source.gives}", Files(files=(path,)), principal)

    def _record(self, kind: Kind, item: Item, said: str) -> None:
        content: dict[str, Any] = {"item": item.name, "mark": item.mark, "basis": self.basis, "said": said}
        content |= {
            name: value for name, value in (("begins", item.begins), ("place", item.place)) if value is not None
        }
        record(self.store, self.source.name, kind, AuditContext("pull", self.actor), content)


def record(store: Store, source: str, kind: Kind, by: AuditContext, content: Mapping[str, Any]) -> None:
    """Record something about a source, in the trail too; `by` says who did what."""
    with store.writing(by) as cursor:
        append_source_record(cursor, source, kind, by.actor, content)
        shown = {name: content[name] for name in ("item", "said", "reason") if name in content}
        by.after[f"source {source}"] = {"became": kind, **shown}


def _note_failure(store: Store, source: Source, actor: str, said: str) -> None:
    """Record why a source cannot be read, once for as long as that stays so."""
    newest = newest_source_records(store, source.name)
    last = next(reversed(readings_of(newest)), None)
    if last is None or last.kind != "failed" or last.content["said"] != said[:LONGEST_SAID]:
        record(store, source.name, "failed", AuditContext("pull", actor), {"said": said[:LONGEST_SAID]})


def source_reader(source: str) -> Principal:
    """Who ingests what a source gives: the program, as whoever runs this machine has set it up."""
    return Principal(f"source:{source}", roles=frozenset({"data_scientist", "admin"}), operates=True)
