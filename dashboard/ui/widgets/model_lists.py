"""Frames about all models put side by side: names for ids, badges for statuses, small lines for volumes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.look import STATUSES
from dashboard.ui.labels.models import AREAS, STAGES
from dashboard.ui.widgets.badges import status_text
from dashboard.views.records import records
from dashboard.words import mark, translate

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard
    from dashboard.store.listed_models import ListedModel
    from dashboard.store.organisation import Organisation

# Before anything that a ledger holds.
FIRST_DAY = date(1990, 1, 1)
SPARK_PERIODS = 24
# Models with a line of their own in a chart of all.
LINES = 7
ALWAYS_SHOWN = ("performance", "drift")
SIMULATED = mark("{name} (simulated)")
SHOWN_BY_NAME = {"process": "process_name", "accountable_executive": "owner_name"}


def shown_names(models: Mapping[str, ListedModel | ModelCard], language: str) -> dict[str, str]:
    """Model ids with the names that readers see; simulated models are marked, and of models called alike the id."""
    names = {model: listed.name.in_language(language) for model, listed in models.items()}
    times = Counter(names.values())
    names = {model: name if times[name] == 1 else f"{name} ({model})" for model, name in names.items()}
    marked = translate(SIMULATED, language)
    return {model: marked.format(name=name) if models[model].simulated else name for model, name in names.items()}


def with_names(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """A frame with the model's name for readers as its first column."""
    named = frame.assign(name=[names.get(model, model) for model in frame["model"]])
    return named[["name", *[column for column in frame.columns if column != "name"]]]


def looked_up(values: pd.Series, find: Callable[[str], str | None]) -> pd.Series:
    """What is found for each value; a value that stands in many rows is looked up once."""
    found = {value: find(value) for value in values.unique()}
    return pd.Series([found[value] for value in values], values.index, object)


def with_people(models: pd.DataFrame, organisation: Organisation, language: str) -> pd.DataFrame:
    """Models with the names of their processes and of those who answer for them."""
    people, processes = organisation.people, organisation.processes
    owners = [
        ", ".join(people[person].name if person in people else person for person in persons.split(", "))
        if isinstance(persons, str)
        else None
        for persons in models["accountable_executive"]
    ]
    names = [
        processes[process].name.in_language(language) if process in processes else process
        for process in models["process"]
    ]
    return models.assign(process_name=pd.Series(names, dtype=object), owner_name=pd.Series(owners, dtype=object))


def attention(status: pd.DataFrame, names: Mapping[str, str], language: str) -> pd.DataFrame:
    """Areas on alert or warning with their reason, most urgent first: name, area, status, reason, known, model.

    What is known and accepted for a time (`known` says until when) comes last.
    """
    urgent = status[status["status"].isin(["alert", "warn"])]
    urgent = urgent.sort_values("status", kind="stable", key=lambda column: column.map(STATUSES.index))
    urgent = urgent.sort_values("known", kind="stable", key=lambda column: column != "")
    return _with_areas(urgent, names, language)[["name", "area", "status", "reason", "known", "model"]]


def changed(changes: pd.DataFrame, names: Mapping[str, str], language: str) -> pd.DataFrame:
    """Changes of status, newest first, with names and areas for readers."""
    newest = changes.sort_values("changed_at", ascending=False, kind="stable")
    return _with_areas(newest, names, language)[["name", "area", "status_before", "status", "changed_at", "reason"]]


def _with_areas(frame: pd.DataFrame, names: Mapping[str, str], language: str) -> pd.DataFrame:
    areas = [translate(AREAS.get(area, area), language) for area in frame["area"]]
    return with_names(frame, names).assign(area=areas).reset_index(drop=True)


def area_counts(counts: pd.DataFrame, language: str) -> pd.DataFrame:
    """Models by area and status: area, status, models; areas that nothing measures anywhere are left out.

    `counts` has the columns of the view.
    """
    counted = {(row["area"], row["status"]): row["models"] for row in records(counts)}
    pairs = [(area, word) for area in shown_areas(counts) for word in STATUSES]
    return pd.DataFrame(
        {
            "area": [translate(AREAS[area], language) for area, _ in pairs],
            "status": [word for _, word in pairs],
            "models": [int(counted.get(pair, 0)) for pair in pairs],
        }
    )


def shown_areas(status: pd.DataFrame) -> tuple[str, ...]:
    """The areas worth a column of the inventory: those measured for some model; performance and drift always."""
    measured = set(status.loc[status["status"] != "unknown", "area"]) | set(ALWAYS_SHOWN)
    return tuple(area for area in AREAS if area in measured)


def narrowed(frame: pd.DataFrame, chosen: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The rows whose columns hold one of the chosen values; none chosen means all."""
    kept = pd.Series(True, index=frame.index)
    for column, values in chosen.items():
        if values:
            kept &= frame[column].isin(values)
    return frame[kept].reset_index(drop=True)


def volume_lines(volumes: pd.DataFrame, names: Mapping[str, str], language: str, shown: int = LINES) -> pd.DataFrame:
    """Volumes with a `label` per model; models beyond the `shown` busiest are added up."""
    totals = volumes.groupby("model")["predictions"].sum().sort_values(ascending=False)
    busiest = list(totals.index[:shown])
    others = translate(mark("all others"), language)
    labels = [names.get(model, model) if model in busiest else others for model in volumes["model"]]
    columns = ["label", "period"]
    summed = volumes.assign(label=labels).groupby(columns, sort=False)[["predictions", "labelled"]].sum().reset_index()
    order = [*(names.get(model, model) for model in busiest), others]
    return summed.sort_values("label", key=lambda column: column.map(order.index), kind="stable")


def inventory(
    models: pd.DataFrame, status: pd.DataFrame, volumes: pd.DataFrame, names: Mapping[str, str], language: str
) -> pd.DataFrame:
    """One row per model: open, name, status, a column per area, volume, process, owner, stage, version, last use."""
    by_area = {area: part.set_index("model")["status"].to_dict() for area, part in status.groupby("area")}
    lines = {model: list(part["predictions"].tail(SPARK_PERIODS)) for model, part in volumes.groupby("model")}
    shown = pd.DataFrame({"open": translate(mark("Open"), language), "name": list(with_names(models, names)["name"])})
    shown["status"] = [[status_text(word, language)] for word in models["status"]]
    for area in shown_areas(status):
        words = by_area.get(area, {})
        shown[area] = [[status_text(words.get(model, "unknown"), language)] for model in models["model"]]
    shown["volume"] = [lines.get(model, []) for model in models["model"]]
    shown["process"], shown["accountable_executive"] = list(models["process_name"]), list(models["owner_name"])
    shown["stage"] = [translate(STAGES[stage], language) if stage in STAGES else None for stage in models["stage"]]
    for column in ("version", "predictions", "last_prediction_at"):
        shown[column] = list(models[column])
    return shown


def most_urgent_first(models: pd.DataFrame) -> pd.DataFrame:
    """Models by status, those with the highest risk first within one."""
    order = models.assign(worst=models["status"].map(STATUSES.index), graver=-pd.to_numeric(models["risk"]).fillna(0))
    places = order.sort_values(["worst", "graver"], kind="stable").index
    return models.loc[places].reset_index(drop=True)


def present(models: pd.DataFrame, column: str) -> list[str]:
    """The values of a column, for a filter."""
    return sorted(models[column].dropna().unique())


def naming(models: pd.DataFrame, column: str) -> Callable[[str], str]:
    """How an option of a filter is shown: processes and people by name."""
    names = dict(zip(models[column], models[SHOWN_BY_NAME[column]], strict=True))
    return lambda option: names.get(option) or option


def matching(
    models: pd.DataFrame, names: Mapping[str, str], text: str, chosen: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Models whose name, id, process or owner contains `text`, and whose columns hold one of the chosen values."""
    kept = pd.Series(True, index=models.index)
    if text:
        searched = models[["model", "process_name", "owner_name"]].fillna("").astype(str)
        searched["name"] = [names.get(model, "") for model in models["model"]]
        kept &= searched.agg(" ".join, axis="columns").str.casefold().str.contains(text.casefold(), regex=False)
    for column, values in chosen.items():
        if values:
            kept &= models[column].fillna("").isin(values)
    return models[kept].reset_index(drop=True)
