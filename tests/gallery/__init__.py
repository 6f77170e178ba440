"""A gallery of example states, as frames with exactly the columns of the views: what the dashboard's tests look at.

`gallery("alarming")` gives a function in place of `dashboard.ui.session.data.read` and the cards behind it. A view's
rows come from the function of this package that is called as the view; their columns are those that the view declares.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard.schema.card.card import ModelCard
from dashboard.schema.people import Person, Process
from dashboard.schema.texts import LocalText
from dashboard.store.listed_models import ListedModel
from dashboard.store.organisation import Organisation
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS
from tests.gallery.states import FEATURES, MONTHS, STATES

__all__ = ["MONTHS", "ROWS", "STATES", "Gallery", "card", "gallery"]

Rows = Callable[[str, Query], list[tuple[Any, ...]]]
MODULES = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
ROWS: dict[str, Rows] = {
    name: getattr(module, name.replace("-", "_"))
    for name in VIEWS.all()
    for module in MODULES
    if hasattr(module, name.replace("-", "_"))
}


@dataclass(frozen=True)
class Gallery:
    """One state: what `read` returns, and the cards."""

    read: Callable[[str, Query], pd.DataFrame]
    cards: dict[str, ModelCard]
    organisation: Organisation

    @property
    def models(self) -> dict[str, ListedModel]:
        """The cards as lists name them."""
        return {model: listed(card) for model, card in self.cards.items()}


def listed(card: ModelCard) -> ListedModel:
    """A card as lists name it."""
    value = card.business.value
    return ListedModel(
        card.id, card.name, card.status, card.business.process, card.simulated, card.time_zone, card.task,
        value.currency if value else None,
    )  # fmt: skip


def gallery(state: str) -> Gallery:
    """The frames of one state; raises KeyError for a view that is not in the gallery."""

    def read(name: str, query: Query) -> pd.DataFrame:
        rows = [] if state == "empty" else ROWS[name](state, query)
        columns = VIEWS.get(name).columns
        return columns.typed(pd.DataFrame(rows, columns=columns.names))

    return Gallery(read, {} if state == "empty" else _cards(state), _organisation())


def card(model: str, name: str, simulated: bool = False, **more: Any) -> ModelCard:
    """A card like the demo's flight model."""
    return ModelCard.model_validate(
        {
            "id": model,
            "name": {"en": name, "de": f"{name} (de)"},
            "summary": {"en": "Warns of late departures.", "de": "Warnt vor verspäteten Abflügen."},
            "status": "production",
            "task": "binary_classification",
            "time_zone": "America/New_York",
            "period": "month",
            "simulated": simulated,
            "business": {
                "process": "crew-planning",
                "question": {"en": "Which departures will be late?", "de": "Welche Abflüge verspäten sich?"},
                "purposes": ["rebooking"],
                "automation": "decision_support",
                "key_metrics": [{"metric": "roc_auc", "target": 0.70, "limit": 0.65}],
            },
            "roles": {"accountable_executive": ["anna.keller"]},
            "versions": [{"version": "1", "algorithm": "HistGradientBoostingClassifier", "importance": FEATURES}],
            "data": {
                "prediction_id": "flight_id",
                "predicted_at": "scheduled_at",
                "score": "p_late",
                "actual": "late",
                "threshold": 0.35,
                "cluster": "flight_date",
                "features": {
                    "dep_hour": {
                        "kind": "numeric",
                        "label": {"en": "Departure hour", "de": "Abflugstunde"},
                        "unit": "h",
                    },
                    "carrier": {"kind": "categorical", "label": {"en": "Carrier", "de": "Fluggesellschaft"}},
                    "temp": {"kind": "numeric"},
                    "origin": {"kind": "categorical"},
                },
                "segments": ["carrier", "origin"],
                "protected": ["sex"],
                "labels": {"sex": {"en": "Sex", "de": "Geschlecht"}},
                "reference": {"from": date(2013, 1, 1).isoformat(), "to": date(2013, 3, 31).isoformat()},
            },
            **more,
        }
    )


def _organisation() -> Organisation:
    process = LocalText({"en": "Crew planning", "de": "Crewplanung"})
    return Organisation(
        people={"anna.keller": Person(id="anna.keller", name="Anna Keller", team="operations")},
        processes={"crew-planning": Process(id="crew-planning", name=process)},
    )


def _cards(state: str) -> dict[str, ModelCard]:
    return {
        "flight-delay": card("flight-delay", "Late departure warning", simulated=state == "simulated"),
        "calm": card("calm", "Calm model"),
    }
