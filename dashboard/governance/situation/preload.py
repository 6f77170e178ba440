"""The profiles of many models, read together: whoever asks model by model causes one query for a hundred of them.

What is needed of a model follows from its counts of rows alone (`Need`). The first model that is asked for is read by
itself; when a second one follows, so will the others, and each is read with its neighbours in the order of the cards.
What nobody foresaw is read by a query of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import cast

from dashboard.governance.situation.situation import Situation
from dashboard.profiles.layout import Layout
from dashboard.profiles.periods import BASE, Grain, floor
from dashboard.profiles.windows import Profile, Profiles, asked_for, unpacked
from dashboard.schema.card.card import ModelCard
from dashboard.store.profiles import layouts_in_force, profiles_within, with_block

MODELS_PER_READ = 128
Days = tuple[date, date]
Span = tuple[datetime, datetime]
Rows = list[dict[str, object]]
EVER: Span = (datetime(1, 1, 1), datetime(9999, 12, 31))


@dataclass(frozen=True)
class ReadPlan:
    """A reading that is made of many models: which profiles with which block, and of which days of a model.

    `scope` None stands for periods and references, `days` None for all days, a `days` that gives None for nothing at
    all. With `any_day` it is the same whatever day is asked about.
    """

    name: str
    scope: str | None
    part: str | None = None
    grouped: bool = False
    days: Callable[[Situation, str], Days | None] | None = None
    any_day: bool = False

    def span(self, situation: Situation, model_id: str, base: Grain) -> Span | None:
        """The local starts of the base periods that are read, both inclusive; None for no reading."""
        if self.days is None:
            return EVER
        days = self.days(situation, model_id)
        if days is None:
            return None
        return floor(datetime.combine(days[0], time()), base), datetime.combine(days[1], time()) + timedelta(
            days=1, microseconds=-1
        )


# What stands in the store of a model as a whole: whatever is read of that begins here.
ROWS = ReadPlan("rows", None, any_day=True)


@dataclass
class Batch:
    """What was read last for one need, by model and still packed, and what was unpacked last."""

    rows: dict[str, tuple[Span, Rows]] = field(default_factory=dict)
    begun: bool = False
    opened: tuple[Rows, list[tuple[object, Profile]]] | None = None


@dataclass
class Preload:
    """The situations that are asked about one after the other, by model, and the batches that serve them all."""

    situations: dict[str, list[Situation]] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)

    @staticmethod
    def of(situation: Situation) -> Preload:
        """Return the preload of a situation; by itself a situation stands alone."""
        return situation.cached("together", Preload)

    def add(self, model_id: str, situation: Situation) -> None:
        """Ask about a model in one more situation."""
        situation.cached("together", lambda: self)
        self.situations.setdefault(model_id, []).append(situation)

    def batch(self, situation: Situation, need: ReadPlan) -> Batch:
        """Return the batch of a need."""
        if need.any_day:
            return situation.cached(("batch", need.name), Batch, any_day=True)
        return self.batches.setdefault(need.name, Batch())

    def span(self, situation: Situation, need: ReadPlan, model_id: str) -> Span | None:
        """Return the days that are read of a model for all situations."""
        base = BASE[situation.cards[model_id].period]
        asked = self.situations.get(model_id) or [situation]
        spans = [span for one in asked if (span := need.span(one, model_id, base)) is not None]
        return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


class PreloadedProfiles(Profiles):
    """The profiles of one model of a situation, read together with those of its neighbours."""

    def __init__(self, situation: Situation, card: ModelCard, layout: Layout, needs: Sequence[ReadPlan]) -> None:
        """Use `whole_profiles`; of `needs` the first that covers a reading serves it."""
        super().__init__(situation.store, card, layout, situation.as_of)
        self._situation, self._needs = situation, needs

    def _stored(
        self,
        scope: str,
        parts: Sequence[str],
        span: Span | None,
        version: str | None,
        segment: tuple[str, str | None] | None,
    ) -> list[Profile]:
        wanted = span or EVER
        found = self._preloaded((scope, *parts), segment is not None, wanted)
        if found is None:
            return super()._stored(scope, parts, span, version, segment)
        return asked_for(found, span, version, segment)

    def _preloaded(self, kind: tuple[str, ...], grouped: bool, wanted: Span) -> list[tuple[object, Profile]] | None:
        """Return the profiles with their segment column from the batch that covers the request, else None."""
        for need in self._needs:
            if (need.scope, *([need.part] if need.part else [])) != kind or need.grouped != grouped:
                continue
            if _covers(need.span(self._situation, self.card.id, self.layout.base), wanted):
                batch = Preload.of(self._situation).batch(self._situation, need)
                covered, rows = _filled(self._situation, batch, need, self.card.id)
                return _unpacked(batch, rows, kind[1:]) if _covers(covered, wanted) else None
        return None


def _covers(span: Span | None, wanted: Span) -> bool:
    return span is not None and span[0] <= wanted[0] and wanted[1] <= span[1]


def _filled(situation: Situation, batch: Batch, need: ReadPlan, model_id: str) -> tuple[Span | None, Rows]:
    """Return the profiles of a model, read now with its neighbours where none are loaded."""
    rows = batch.rows
    if model_id not in rows:
        models = _neighbours(situation, model_id) if batch.begun else [model_id]
        batch.begun = True
        batch.rows = rows = _read(situation, need, models)
    return rows.get(model_id, (None, []))


def _read(situation: Situation, need: ReadPlan, models: Sequence[str]) -> dict[str, tuple[Span, Rows]]:
    layouts, together, spans = layouts_of(situation), Preload.of(situation), {}
    for model_id in models:
        span = together.span(situation, need, model_id)
        if span is not None:
            spans[layouts[model_id][0]] = span
    if need is not ROWS and not need.grouped:
        read = _of_rows(situation, need, spans, models)
    else:
        read = profiles_within(
            situation.store, spans, scope=need.scope, column=need.part, grouped=need.grouped, as_of=situation.as_of
        )
    return {model_id: (spans[key], read[key]) for model_id in models if (key := layouts[model_id][0]) in spans}


def _of_rows(situation: Situation, need: ReadPlan, spans: Mapping[str, Span], models: Sequence[str]) -> dict[str, Rows]:
    """The profiles within spans, by layout: which they are is known, so that at most their blocks are read."""
    layouts = layouts_of(situation)
    wanted = [
        row
        for model_id in models
        if (span := spans.get(layouts[model_id][0])) is not None
        for row in stored_rows(situation, model_id)
        if row["scope"] == need.scope and span[0] <= cast(datetime, row["period_start"]) <= span[1]
    ]
    found: dict[str, Rows] = {key: [] for key in spans}
    for row in with_block(situation.store, wanted, need.part) if need.part else wanted:
        found[str(row["layout_id"])].append(row)
    return found


def stored_rows(situation: Situation, model_id: str) -> Rows:
    """The profiles in force of a model as a whole, of its periods and its reference, without their blocks.

    Raises KeyError for a model without a layout.
    """
    return _filled(situation, Preload.of(situation).batch(situation, ROWS), ROWS, model_id)[1]


def _unpacked(batch: Batch, rows: Rows, parts: Sequence[str]) -> list[tuple[object, Profile]]:
    """The profiles of some rows; those of the last model are kept, since they are read several times in a row."""
    opened = batch.opened
    if opened is None or opened[0] is not rows:
        batch.opened = opened = (rows, [(row["segment_column"], unpacked(row, parts)) for row in rows])
    return opened[1]


def layouts_of(situation: Situation) -> dict[str, tuple[str, str]]:
    """The layout in force of every model, id and content."""
    return situation.cached(
        "layouts", lambda: layouts_in_force(situation.store, situation.as_of, situation.seen), any_day=True
    )


def _neighbours(situation: Situation, model_id: str) -> list[str]:
    """The models that are read together with one, itself among them."""
    order = situation.cached("order of profiles", lambda: _order(situation), any_day=True)
    place = order[model_id] // MODELS_PER_READ * MODELS_PER_READ
    return [other for other, position in order.items() if place <= position < place + MODELS_PER_READ]


def _order(situation: Situation) -> dict[str, int]:
    known = layouts_of(situation)
    models = [model_id for model_id in situation.cards if model_id in known]
    return {model_id: position for position, model_id in enumerate(models)}
