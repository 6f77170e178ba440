"""Count some profiles anew from the log and compare them with those that are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.governance.verification.blocks import same_block
from dashboard.profiles.count import Plan, recount
from dashboard.profiles.update import read_recorded_log
from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.verify import UNCLAIMED, Fault
from dashboard.store.cards import list_cards
from dashboard.store.engine.clock import as_utc
from dashboard.store.engine.database import Store
from dashboard.store.profile_sample import sample_periods
from dashboard.store.profiles import PERIOD, SHADOW, ProfileRow, find_layout, last_run, list_profiles

Place = tuple[str, str, datetime, str | None, str | None]


@dataclass(frozen=True)
class Recounted:
    """How many blocks were counted anew, and of how many models the next `monitor` counts all anew in any case."""

    blocks: int
    left_out: int
    faults: list[Fault]


def check_counts(store: Store, number: int) -> Recounted:
    """Count at least so many profiles anew, if there are, chosen at random, with all others of their periods.

    They are counted as the last run of `monitor` saw the log: what came later is left out. A model whose card changed
    since is not compared: its profiles are superseded by the next `monitor`.
    """
    blocks = left_out = 0
    faults: list[Fault] = []
    cards = list_cards(store)
    for model_id, periods in sample_periods(store, number).items():
        found = _recounted(store, cards[model_id].card, periods) if model_id in cards else None
        if found is None:
            left_out += 1
            continue
        kept, counted = found
        blocks += len(kept.keys() | counted.keys())
        faults += _differences(model_id, kept, counted)
    return Recounted(blocks, left_out, faults)


def _recounted(
    store: Store, card: ModelCard, periods: set[datetime]
) -> tuple[dict[Place, ProfileRow], dict[Place, ProfileRow]] | None:
    """The profiles of some periods as kept, and as counted anew; None when the model waits for the next `monitor`."""
    layout, run = find_layout(store, card.id), last_run(store, card.id)
    if layout is None or run is None or run.layout_id != layout[0]:
        return None
    log = read_recorded_log(store, card, as_utc(run.known_until))
    counted = recount(Plan(card, log, run.known_until, layout, run), sorted(periods))
    if counted is None:
        return None
    segments: list[tuple[str, None] | None] = [None, *((segment.column, None) for segment in counted.layout.segments)]
    kept = {
        _place(row): row
        for start in sorted(periods)
        for scope in (PERIOD, SHADOW)
        for segment in segments
        for row in _kept(store, layout[0], scope, start, segment)
    }
    return kept, {_place(row): row for row in counted.profiles}


def _kept(
    store: Store, layout_id: str, scope: str, start: datetime, segment: tuple[str, None] | None
) -> Iterator[ProfileRow]:
    for row in list_profiles(store, layout_id, scope=scope, span=(start, start), segment=segment):
        values: dict[str, Any] = {name: row[name] for name in ProfileRow.__dataclass_fields__}
        yield ProfileRow(**values)


def _place(row: ProfileRow) -> Place:
    return row.scope, row.version, row.period_start, row.segment_column, row.segment_value


def _differences(
    model_id: str, kept: Mapping[Place, ProfileRow], counted: Mapping[Place, ProfileRow]
) -> Iterator[Fault]:
    for place in sorted(kept.keys() | counted.keys(), key=str):
        here, there = kept.get(place), counted.get(place)
        if here is None or there is None:
            message = "kept, and the log has no such rows" if there is None else "missing, and the log has such rows"
        elif (here.predictions, here.labelled) != (there.predictions, there.labelled):
            message = (
                f"{here.predictions} predictions and {here.labelled} labels are kept; "
                f"the log has {there.predictions} and {there.labelled}"
            )
        elif not (same_block(here.features, there.features) and same_block(here.outcomes, there.outcomes)):
            message = "the log gives other counts than those that are kept"
        else:
            continue
        _, version, start, column, value = place
        of_segment = f", {column}={value}" if column is not None else ""
        named = f"profiles of {model_id}, {start.isoformat(timespec='hours')}, version {version}{of_segment}"
        yield Fault(UNCLAIMED, "profiles", model_id, f"{named}: {message}")
