"""Frames of the risk matrix made ready for readers: names, filters, the rows of one risk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.ui.widgets.model_lists import looked_up, with_names
from dashboard.views.records import records

if TYPE_CHECKING:
    from dashboard.store.listed_models import ListedModel
    from dashboard.store.organisation import Organisation


def portfolio(
    risks: pd.DataFrame, classes: pd.DataFrame, models: Mapping[str, ListedModel], organisation: Organisation
) -> pd.DataFrame:
    """The `risk` view with process, class and owner_name of each row."""
    first = classes.drop_duplicates("model")
    by_model = dict(zip(first["model"], first["class"], strict=True))
    people = organisation.people
    return risks.assign(
        process=looked_up(risks["model"], lambda model: models[model].process if model in models else None),
        risk_class=looked_up(risks["model"], lambda model: by_model.get(model) or "unclassified"),
        owner_name=looked_up(risks["owner"], lambda owner: people[owner].name if owner in people else owner),
    )


def named(risks: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """With the model's name first."""
    return with_names(risks, names)


def rated(risks: pd.DataFrame) -> pd.DataFrame:
    """The rows that are rated, with whole numbers."""
    found = risks[risks["likelihood"].notna() & risks["impact"].notna()]
    return found.assign(**{name: found[name].astype(int) for name in ("likelihood", "impact", "score")})


def in_cell(risks: pd.DataFrame, cell: str | None) -> pd.DataFrame:
    """The rated rows of a cell `LIKELIHOODxIMPACT`; all of them without a cell."""
    if cell is None:
        return risks
    likelihood, _, impact = cell.partition("x")
    return risks[(risks["likelihood"].astype(str) == likelihood) & (risks["impact"].astype(str) == impact)]


def cells(risks: pd.DataFrame) -> dict[str, int]:
    """The cells that hold ratings, highest score first, with how many."""
    counted = Counter(zip(risks["likelihood"].astype(int), risks["impact"].astype(int), strict=True))
    ordered = sorted(counted, key=lambda cell: (-cell[0] * cell[1], cell))
    return {f"{likelihood}x{impact}": counted[likelihood, impact] for likelihood, impact in ordered}


def one(frame: pd.DataFrame, risk: str) -> dict[str, Any]:
    """The row of one risk, absent values None."""
    return records(frame[frame["risk"] == risk])[0]


def step(steps: pd.DataFrame, risk: str, scale: str, number: int | None) -> str:
    """What a step of a risk means; empty without a step."""
    if number is None:
        return ""
    found = steps[(steps["risk"] == risk) & (steps["scale"] == scale) & (steps["step"] == number)]
    return str(found["text"].iloc[0]) if len(found) else ""


def steps_of(steps: pd.DataFrame, risk: str, scale: str) -> list[str]:
    """What the steps of one scale mean, in their order."""
    found = steps[(steps["risk"] == risk) & (steps["scale"] == scale)]
    return [str(text) for text in found.sort_values("step")["text"]]
