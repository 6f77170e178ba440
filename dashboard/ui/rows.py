"""Frames of views put side by side for one table or chart: names for ids, badges for statuses, small lines for volumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.look import STATUSES
from dashboard.charts.metrics import metric_name, metric_value, metric_words
from dashboard.charts.periods import period_end, period_start
from dashboard.schema.data import label_of
from dashboard.ui.address import Days
from dashboard.ui.answers import Subject
from dashboard.ui.tables import status_text
from dashboard.ui.terms import AREAS
from dashboard.words import mark, translate

if TYPE_CHECKING:
    from dashboard.schema.card import ModelCard

SPARK_PERIODS = 24
ALWAYS_SHOWN = ("performance", "drift")
SIMULATED = mark("{name} (simulated)")


def span(volumes: pd.DataFrame) -> tuple[date, date] | None:
    """The first and the last day of a model's predictions, from its `volumes`; None when there are none."""
    if volumes.empty:
        return None
    periods = volumes["period"]
    return min(period_start(period) for period in periods).date(), max(period_end(period) for period in periods)


def shown_names(cards: Mapping[str, ModelCard], language: str) -> dict[str, str]:
    """Model ids with the names that readers see; simulated models are marked."""
    names = {model: card.name.in_language(language) for model, card in cards.items()}
    marked = translate(SIMULATED, language)
    return {model: marked.format(name=name) if cards[model].simulated else name for model, name in names.items()}


def with_names(frame: pd.DataFrame, names: Mapping[str, str], column: str = "name") -> pd.DataFrame:
    """A frame with the model's name for readers as its first column."""
    named = frame.assign(**{column: [names.get(model, model) for model in frame["model"]]})
    return named[[column, *[other for other in frame.columns if other != column]]]


def attention(status: pd.DataFrame, names: Mapping[str, str], language: str) -> pd.DataFrame:
    """Areas on alert or warning with their reason, most urgent first: name, area, status, reason, model."""
    urgent = status[status["status"].isin(["alert", "warn"])]
    urgent = urgent.sort_values("status", kind="stable", key=lambda column: column.map(list(STATUSES).index))
    shown = with_names(urgent, names)
    shown["area"] = [translate(AREAS.get(area, area), language) for area in shown["area"]]
    return shown[["name", "area", "status", "reason", "model"]].reset_index(drop=True)


def changed(changes: pd.DataFrame, names: Mapping[str, str], language: str) -> pd.DataFrame:
    """Changes of status, newest first, with names and areas for readers."""
    shown = with_names(changes.sort_values("changed_at", ascending=False, kind="stable"), names)
    shown["area"] = [translate(AREAS.get(area, area), language) for area in shown["area"]]
    return shown[["name", "area", "status_before", "status", "changed_at", "reason"]].reset_index(drop=True)


def area_counts(status: pd.DataFrame, language: str) -> pd.DataFrame:
    """Models by area and status: area, status, models."""
    counted = status.groupby(["area", "status"]).size()
    pairs = [(area, word) for area in AREAS if area in set(status["area"]) for word in STATUSES]
    return pd.DataFrame(
        {
            "area": [translate(AREAS[area], language) for area, _ in pairs],
            "status": [word for _, word in pairs],
            "models": [int(counted.get(pair, 0)) for pair in pairs],
        }
    )


def shown_areas(status: pd.DataFrame) -> tuple[str, ...]:
    """The areas worth a column of the inventory: those that are measured for some model, performance and drift always."""
    measured = set(status.loc[status["status"] != "unknown", "area"]) | set(ALWAYS_SHOWN)
    return tuple(area for area in AREAS if area in measured)


def inventory(models: pd.DataFrame, status: pd.DataFrame, volumes: pd.DataFrame, names: Mapping[str, str], language: str) -> pd.DataFrame:
    """One row per model: open, name, status, a column per area, volume, process, owner, stage, version, last prediction."""
    rows = with_names(models, names)
    by_area = status.pivot_table(index="model", columns="area", values="status", aggfunc="first")
    lines = {model: list(part["predictions"].tail(SPARK_PERIODS)) for model, part in volumes.groupby("model", sort=False)}
    shown = pd.DataFrame({"open": translate("Open", language), "name": rows["name"]})
    shown["status"] = [[status_text(word, language)] for word in rows["status"]]
    for area in shown_areas(status):
        words = by_area[area].to_dict() if area in by_area else {}
        shown[area] = [[status_text(_word(words.get(model)), language)] for model in rows["model"]]
    shown["volume"] = [lines.get(model, []) for model in rows["model"]]
    for column in ("process", "accountable_executive", "stage", "version", "predictions", "last_prediction_at"):
        shown[column] = rows[column].to_numpy()
    return shown


def _word(status: object) -> str:
    return status if isinstance(status, str) else "unknown"


def matching(models: pd.DataFrame, names: Mapping[str, str], text: str, chosen: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Models whose name, id, process or owner contains `text`, and whose columns hold one of the chosen values."""
    kept = pd.Series(True, index=models.index)
    if text:
        searched = [models[column].fillna("").astype(str) for column in ("model", "process", "accountable_executive")]
        shown = pd.Series([names.get(model, "") for model in models["model"]], index=models.index)
        kept &= shown.str.cat(searched, sep=" ").str.casefold().str.contains(text.casefold(), regex=False)
    for column, values in chosen.items():
        if values:
            kept &= models[column].fillna("").isin(values)
    return models[kept].reset_index(drop=True)


def labelled_features(frame: pd.DataFrame, card: ModelCard, language: str) -> pd.DataFrame:
    """A frame with a column `feature` and, beside it, `label` for readers."""
    labels = [feature_label(card, feature, language) for feature in frame["feature"]]
    return frame.assign(label=labels)


def feature_label(card: ModelCard, feature: str, language: str) -> str:
    """What readers call a feature, the score or the outcome."""
    special = {"score": mark("Score of the model"), "actual": mark("Outcome")}
    if feature in special and feature not in card.data.features:
        return translate(special[feature], language)
    return label_of(card.data, feature, language)


def unit(card: ModelCard, language: str) -> str | None:
    """The unit of a regression's target for readers."""
    return card.data.unit.in_language(language) if card.data.unit else None


def metric_order(frame: pd.DataFrame, card: ModelCard) -> list[str]:
    """The metrics of a performance frame: the card's key metrics first, then those with words for readers, then the rest."""
    present = list(dict.fromkeys(frame["metric"]))
    key = [entry.metric for entry in card.business.key_metrics if entry.metric in present]
    return [*key, *sorted((name for name in present if name not in key), key=lambda name: metric_words(name).meaning == "")]


def groups(segments: pd.DataFrame) -> list[tuple[str, str]]:
    """The groups of cases that the `segments` view knows, as (column, value)."""
    pairs = {(str(row["column"]), str(row["group"])) for row in segments[["column", "group"]].to_dict("records")}
    return sorted(pairs)


def volume_lines(volumes: pd.DataFrame, names: Mapping[str, str], language: str, shown: int = 7) -> pd.DataFrame:
    """Volumes with a `label` per model; models beyond the `shown` busiest are added up."""
    totals = volumes.groupby("model")["predictions"].sum().sort_values(ascending=False)
    busiest = list(totals.index[:shown])
    others = translate(mark("all others"), language)
    labels = [names.get(model, model) if model in busiest else others for model in volumes["model"]]
    columns = ["label", "period"]
    summed = volumes.assign(label=labels).groupby(columns, sort=False)[["predictions", "labelled"]].sum().reset_index()
    order = [*(names.get(model, model) for model in busiest), others]
    return summed.sort_values("label", key=lambda column: column.map(order.index), kind="stable")


def holders(people: pd.DataFrame) -> dict[str, str]:
    """Who holds which role, from the `people` view: role to names."""
    held = people[people["role"].notna()]
    return {
        str(role): ", ".join(dict.fromkeys(name if isinstance(name, str) else str(person) for name, person in pairs))
        for role, part in held.groupby("role", sort=False)
        for pairs in [list(zip(part["name"], part["person"], strict=True))]
    }


def ranked(ranking: pd.DataFrame, card: ModelCard, language: str) -> pd.DataFrame:
    """Features with their label, most relevant first; the score and the outcome have places of their own."""
    features = ranking[~ranking["feature"].isin(["score", "actual"])]
    return labelled_features(features, card, language)


def score_and_outcome(drift: pd.DataFrame, card: ModelCard, language: str) -> pd.DataFrame:
    """Drift of the score and of the outcome over time."""
    return labelled_features(drift[drift["feature"].isin(["score", "actual"])], card, language)


def only_features(drift: pd.DataFrame, ranking: pd.DataFrame, card: ModelCard, language: str) -> pd.DataFrame:
    """Drift of the features over time, in the order of the ranking."""
    order = list(ranking["feature"])
    rows = drift[drift["feature"].isin(order)]
    ordered = rows.sort_values("feature", key=lambda column: column.map(order.index), kind="stable")
    return labelled_features(ordered, card, language)


def subject(card: ModelCard, language: str) -> Subject:
    """Whom the sentences of a page are about."""
    return Subject(shown_names({card.id: card}, language)[card.id], language, unit(card, language))


def present(models: pd.DataFrame, column: str) -> list[str]:
    """The values of a column, for a filter."""
    return sorted(models[column].dropna().unique())


def of_metric(performance: pd.DataFrame, estimate: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Realised figures of one metric with the estimate beside them."""
    realised = performance[performance["metric"] == metric]
    estimated = estimate.loc[estimate["metric"] == metric, ["period", "value"]].rename(columns={"value": "estimated"})
    return realised.merge(estimated, on="period", how="outer", sort=True)


def of_segments(segments: pd.DataFrame, metric: str, card: ModelCard, language: str) -> pd.DataFrame:
    """The groups of one metric, worst first, with the column's label for readers."""
    chosen = segments[segments["metric"] == metric].reset_index(drop=True)
    return chosen.assign(column=[label_of(card.data, column, language) for column in chosen["column"]])


def worst_segment(segments: pd.DataFrame, metric: str, subject: Subject) -> str:
    """The group that costs the metric most, in a sentence."""
    known = segments[segments["value"].notna()]
    name = metric_name(metric, subject.language)
    if known.empty:
        return subject.say("Every group is too small, or has no known outcome, to say how good the model is there.")
    first = known.iloc[0]
    value = metric_value(metric, first["value"], subject.language, subject.unit)
    return subject.say(
        "Most is lost where {column} is {group}: {metric} {value}, with {n} outcomes known.",
        column=first["column"], group=str(first["group"]), metric=name, value=value, n=int(first["labelled"]),
    )  # fmt: skip


def at_threshold(confusion: pd.DataFrame, threshold: float) -> pd.Series:
    """The row of the threshold next to the wanted one."""
    return confusion.loc[(confusion["threshold"] - threshold).abs().idxmin()]


def reference_days(card: ModelCard, reference: Days | str | None) -> Days | None:
    """The days of the picked reference; none are drawn for the year before, which differs by period."""
    if isinstance(reference, tuple):
        return reference
    days = card.data.reference
    return (days.start, days.end) if reference is None and days else None


def drift_choices(ranking: pd.DataFrame, card: ModelCard) -> list[str]:
    """What can be looked at then and now: the features by relevance, then the score and the outcome."""
    features = list(ranking["feature"]) or list(card.data.features)
    return [*features, "score", "actual"]
