"""Model cards in the store: every registered state is kept, the newest is in force."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING

import duckdb

from dashboard.errors import NotFoundError, shorten
from dashboard.store.audit.insert_tracking import insert_row
from dashboard.store.engine.clock import as_utc, horizon, now, stored
from dashboard.store.engine.database import Store, rows
from dashboard.store.engine.selection import Models, of_models

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard


@dataclass(frozen=True)
class RecordedCard:
    """A card as it was registered: when, by whom, from which file."""

    card: ModelCard
    recorded_at: datetime
    actor: str
    source_name: str | None


def append_card(cursor: duckdb.DuckDBPyConnection, card: ModelCard, actor: str, source_name: str | None) -> bool:
    """Record a card unless the one in force is equal; True when something was written."""
    from dashboard.schema.recorded import content_text, recorded_content, text_key

    value = recorded_content(card)
    # The order of keys is the author's and is kept; it makes no difference to what the card says.
    digest = text_key(content_text(value))
    content = json.dumps(value, ensure_ascii=False)
    latest = cursor.execute(
        "SELECT content_sha256 FROM cards WHERE model_id = ? ORDER BY recorded_at DESC LIMIT 1", [card.id]
    ).fetchone()
    if latest and latest[0] == digest:
        return False
    insert_row(cursor, "cards", [str(uuid.uuid4()), stored(now()), actor, card.id, content, digest, source_name])
    return True


def list_cards(store: Store, as_of: datetime | None = None) -> dict[str, RecordedCard]:
    """The card in force of every model, by id, as known at `as_of`."""
    state = store.state_of("cards") if as_of is None else None
    if state is not None and (settled := _IN_FORCE.get((str(store.home), state))) is not None:
        return dict(settled)
    with store.cursor() as cursor:
        if as_of is not None:
            return _cards_at(cursor, horizon(as_of))
        # Cards are appended only; a row that was undone and written again has another instant.
        newest = state or cursor.execute("SELECT count(*), max(recorded_at) FROM cards").fetchone()
        place = (str(store.home), newest)
        known = _IN_FORCE.get(place)
        if known is None:
            if len(_IN_FORCE) >= _MOST_IN_FORCE:
                _IN_FORCE.clear()
            known = _IN_FORCE[place] = _cards_at(cursor, horizon(None))
    return dict(known)


def cards_of(store: Store, models: Collection[str], as_of: datetime | None = None) -> dict[str, RecordedCard]:
    """The cards in force of some models, by id, as known at `as_of`; who is not known is left out.

    For whoever asks about few of many models: parsing ten thousand cards takes ten seconds and much memory.
    """
    if not models:
        return {}
    state = store.state_of("cards") if as_of is None else None
    if state is not None and (settled := _IN_FORCE.get((str(store.home), state))) is not None:
        return {model: settled[model] for model in sorted(models) if model in settled}
    place = (str(store.home), state, frozenset(models))
    if state is not None and (known := _SOME_IN_FORCE.get(place)) is not None:
        return dict(known)
    only, chosen = of_models(frozenset(models))
    with store.cursor() as cursor:
        found = _cards_at(cursor, horizon(as_of), only, chosen)
    if state is not None:
        if len(_SOME_IN_FORCE) >= _MOST_IN_FORCE:
            _SOME_IN_FORCE.clear()
        _SOME_IN_FORCE[place] = found
    return dict(found)


_IN_FORCE: dict[tuple[str, object], dict[str, RecordedCard]] = {}
_SOME_IN_FORCE: dict[tuple[str, object, frozenset[str]], dict[str, RecordedCard]] = {}
_MOST_IN_FORCE = 16


def _cards_at(
    cursor: duckdb.DuckDBPyConnection, latest: datetime, only: str = "TRUE", chosen: Sequence[object] = ()
) -> dict[str, RecordedCard]:
    statement = (
        f"SELECT model_id, content, recorded_at, actor, source_name FROM cards WHERE recorded_at <= ? AND {only} "
        "QUALIFY row_number() OVER (PARTITION BY model_id ORDER BY recorded_at DESC) = 1 ORDER BY model_id"
    )
    return {str(row["model_id"]): _recorded(row) for row in rows(cursor, statement, [latest, *chosen])}


def card_histories(store: Store, models: Models = None, as_of: datetime | None = None) -> dict[str, list[RecordedCard]]:
    """Every registered state of each model's card, oldest first, as known at `as_of`."""
    only, chosen = of_models(models)
    values: list[object] = [horizon(as_of), *chosen]
    statement = (
        f"SELECT model_id, content, recorded_at, actor, source_name FROM cards WHERE recorded_at <= ? AND {only}"
    )
    with store.cursor() as cursor:
        known = rows(cursor, statement, values)
    found: dict[str, list[RecordedCard]] = {}
    # Quicker than in the store where they are few.
    for row in sorted(known, key=itemgetter("model_id", "recorded_at")):
        found.setdefault(str(row["model_id"]), []).append(_recorded(row))
    return found


def models_with_later_cards(store: Store, models: Models = None, as_of: datetime | None = None) -> set[str]:
    """The models whose card was registered more than once, as known at `as_of`."""
    only, chosen = of_models(models)
    statement = f"SELECT model_id FROM cards WHERE recorded_at <= ? AND {only} GROUP BY model_id HAVING count(*) > 1"
    with store.cursor() as cursor:
        return {str(row[0]) for row in cursor.execute(statement, [horizon(as_of), *chosen]).fetchall()}


def get_card(store: Store, model_id: str, as_of: datetime | None = None) -> ModelCard:
    """The card in force of one model; raises NotFoundError naming near ids when there is none."""
    statement = "SELECT * FROM cards WHERE model_id = ? AND recorded_at <= ? ORDER BY recorded_at DESC LIMIT 1"
    with store.cursor() as cursor:
        found = rows(cursor, statement, [model_id, horizon(as_of)])
        if found:
            return _recorded(found[0]).card
        known = [str(row["model_id"]) for row in rows(cursor, "SELECT DISTINCT model_id FROM cards ORDER BY 1")]
    if model_id in known:
        raise NotFoundError(f"model {shorten(model_id)} was not registered by then; choose a later instant")
    from difflib import get_close_matches

    near = get_close_matches(model_id[:100], known, n=3) or known[:10]
    hint = f"known are {', '.join(near)}" if near else "no model is registered; register a card first"
    raise NotFoundError(f"model {shorten(model_id)} is not known; {hint}")


def first_registration(store: Store) -> datetime | None:
    """Return when the first card of all was registered; None when there is none."""
    with store.cursor() as cursor:
        found = cursor.execute("SELECT min(recorded_at) FROM cards").fetchone()
    return as_utc(found[0]) if found and found[0] is not None else None


def first_card(store: Store, model_id: str) -> RecordedCard:
    """The first card registered for a model; raises NotFoundError when there is none."""
    with store.cursor() as cursor:
        found = rows(cursor, "SELECT * FROM cards WHERE model_id = ? ORDER BY recorded_at LIMIT 1", [model_id])
    if not found:
        raise NotFoundError(f"model {shorten(model_id)} is not known; register its card first")
    return _recorded(found[0])


def _recorded(row: dict[str, object]) -> RecordedCard:
    recorded_at = row["recorded_at"]
    assert isinstance(recorded_at, datetime)
    source = row["source_name"]
    return RecordedCard(
        _parsed(str(row["content"])), as_utc(recorded_at), str(row["actor"]), None if source is None else str(source)
    )


_PARSED: dict[str, ModelCard] = {}
_MOST_PARSED = 5000


def _parsed(content: str) -> ModelCard:
    """Parse a stored card once; cards are immutable texts and a portfolio is read on every page."""
    card = _PARSED.get(content)
    if card is None:
        # Whoever reads what is kept of models needs no card, and the parts of a card take long to load.
        from dashboard.schema.card.card import ModelCard

        card = ModelCard.model_validate_json(content)
        if len(_PARSED) >= _MOST_PARSED:
            _PARSED.clear()
        _PARSED[content] = card
    return card
