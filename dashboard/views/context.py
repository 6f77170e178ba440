"""What most views of one model start from: card, profiles, thresholds and the asked-for grain, checked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.measures.outcomes import is_counted
from dashboard.profiles.layout import Layout, written
from dashboard.profiles.periods import BASE, Grain, is_finer
from dashboard.profiles.windows import Profile, Profiles, open_profiles
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds, load_thresholds
from dashboard.store.cards import first_card, get_card
from dashboard.store.engine.clock import stored
from dashboard.store.engine.database import Store
from dashboard.views.query import Query


@dataclass(frozen=True)
class ModelContext:
    """One model as a view sees it; `profiles` is None while nothing has been monitored."""

    card: ModelCard
    profiles: Profiles | None
    thresholds: Thresholds
    by: Grain
    query: Query

    @property
    def layout(self) -> Layout:
        """The layout of the profiles; only where there are any."""
        assert self.profiles is not None
        return self.profiles.layout

    @property
    def span(self) -> tuple[date, date] | None:
        """The asked-for days; open ends reach as far as the calendar."""
        if self.query.start is None and self.query.end is None:
            return None
        return self.query.start or date(1900, 1, 1), self.query.end or date(2200, 1, 1)

    def read(self, parts: tuple[str, ...], span: tuple[date, date] | None = None) -> list[Profile]:
        """The profiles that the query asks for."""
        if self.profiles is None:
            return []
        return self.profiles.read(parts, span or self.span, self.query.version, self.query.segment)


def model_context(store: Store, query: Query) -> ModelContext:
    """The context of `query.model`; raises NotFoundError and InputRefusedError for what cannot be answered."""
    card = _card(store, query)
    by: Grain = query.by or card.period
    base = BASE[card.period]
    if is_finer(by, base):
        refuse("--by", f"received {by}; the model's finest period is {card.period}; choose {card.period} or longer")
    if query.start and query.end and query.end < query.start:
        refuse("--to", f"received {query.end}, before --from {query.start}; choose a later day")
    known = [version.version for version in card.versions]
    if query.version is not None and query.version not in known:
        refuse("--version", f"received {shorten(query.version)}; versions are {', '.join(known)}")
    if query.segment is not None and query.segment[0] not in (*card.data.groups, *card.data.pairs):
        allowed = ", ".join((*card.data.groups, *card.data.pairs)) or "none; name segments on the card"
        refuse("--segment", f"received column {shorten(query.segment[0])}; the card's segments are {allowed}")
    asked = replace(query, segment=_as_counted(card, query.segment))
    context = ModelContext(card, open_profiles(store, card, query.as_of), thresholds_of(card), by, asked)
    _check_threshold(context)
    return context


def _check_threshold(context: ModelContext) -> None:
    asked, card = context.query.threshold, context.card
    if asked is None or context.profiles is None or card.task != "binary_classification":
        return
    if not is_counted(context.layout, asked):
        allowed = f"hundredths, thousandths up to 0.05 and the card's {card.data.threshold}"
        refuse("--threshold", f"received {asked}; decisions are counted at {allowed}; choose {round(asked, 2)}")


def _as_counted(card: ModelCard, segment: tuple[str, str] | None) -> tuple[str, str] | None:
    """A group as profiles name it: a single number of a numeric column without trailing zeros."""
    if segment is None:
        return None
    column, value = segment
    feature = card.data.features.get(column)
    if feature is not None and feature.kind == "numeric":
        with suppress(ValueError):
            return column, written(float(value))
    return segment


def _card(store: Store, query: Query) -> ModelCard:
    assert query.model is not None
    if query.as_of is not None:
        first = first_card(store, query.model)
        # Before the ledger knew the model, its log can still be read as it was known then; the first card describes it.
        if stored(query.as_of) < stored(first.recorded_at):
            return first.card
    return get_card(store, query.model, query.as_of)


def refuse(option: str, message: str) -> None:
    """Refuse a query, naming the option."""
    raise InputRefusedError([Problem(message, field=option)])


@cache
def _default_thresholds() -> Thresholds:
    return load_thresholds()


def thresholds_of(card: ModelCard) -> Thresholds:
    """config/thresholds.yaml with the card's overrides."""
    defaults = _default_thresholds()
    return defaults.overridden(card.monitoring) if card.monitoring else defaults
