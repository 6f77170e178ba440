"""One prediction of the log, found by its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.errors import NotFoundError, shorten
from dashboard.explanations.importance.sampling import SCORE, log_columns
from dashboard.profiles.engine import Engine
from dashboard.profiles.in_charge import Charge, list_charges
from dashboard.profiles.single_cases import Scored, list_scored, read_case
from dashboard.schema.canonical import canonical
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import stored, written
from dashboard.store.engine.database import Store
from dashboard.store.events import list_events
from dashboard.store.log.files import PREDICTIONS, check_log_files, file_path, list_log_files


@dataclass(frozen=True)
class Case:
    """A prediction: its id, version, instant (aware), score (None: there was none) and the features it was made from.

    A numeric feature is a number, another one a text, a missing one None; the score of several classes is a class.
    """

    prediction_id: str
    version: str
    at: datetime
    score: float | str | None
    features: Mapping[str, float | str | None]


def find_case(
    store: Store,
    card: ModelCard,
    prediction_id: str,
    version: str | None = None,
    as_of: datetime | None = None,
    at: datetime | None = None,
) -> Case:
    """The prediction of an id. Raises NotFoundError when there is none.

    Of several scorings of an id, the newest; where versions scored it at the same instant, that of the version that was
    in production, else of the one named first on the card. `version` and `at` (its instant) ask for another one.
    """
    files = [
        file
        for file in list_log_files(store, card.id, PREDICTIONS, as_of)
        if version is None or file.version == version
    ]
    by_path = {file_path(store, file): file for file in files}
    engine = Engine(store.home / "log")
    try:
        scored = [one for one in list_scored(engine, list(by_path), prediction_id) if at in (None, one.at)]
        if not scored:
            raise _unknown(card, prediction_id, version, at)
        chosen = _in_force(store, card, scored)
        check_log_files(store, [by_path[chosen.file]])
        values = read_case(engine, chosen, prediction_id, log_columns(card))
    finally:
        engine.close()
    score = values.pop(SCORE)
    name = canonical(prediction_id) or prediction_id
    return Case(name, chosen.version, chosen.at, score, values)


def _unknown(card: ModelCard, prediction_id: str, version: str | None, at: datetime | None) -> NotFoundError:
    which = f" of version {shorten(version)}" if version is not None else ""
    which += f" at {written(at)}" if at is not None else ""
    return NotFoundError(
        f"received {shorten(prediction_id)}; model {card.id} has no prediction{which} with this id; "
        f"look at the column {card.data.prediction_id} of its files"
    )


def _in_force(store: Store, card: ModelCard, scored: Sequence[Scored]) -> Scored:
    newest = [one for one in scored if one.at == scored[0].at]
    if len(newest) == 1:
        return newest[0]
    charges = list_charges(card, list_events(store, card.id, ["deployment"]))
    named = [version.version for version in card.versions]

    def rank(one: Scored) -> tuple[float, int]:
        place = named.index(one.version) if one.version in named else len(named)
        return -_in_charge_since(charges, one), place

    return min(newest, key=rank)


def _in_charge_since(charges: Sequence[Charge], one: Scored) -> float:
    """Seconds of the start of the version's last charge that holds at the instant; -inf when it was in none."""
    at = stored(one.at)
    starts = [
        charge.start.timestamp()
        for charge in charges
        if charge.version == one.version and charge.start <= at and (charge.end is None or charge.end > at)
    ]
    return max(starts, default=float("-inf"))
