"""Frames about one model made ready for a chart or a table: labels, words for events, the order of metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.look import STATUSES
from dashboard.charts.metrics import metric_value, metric_words
from dashboard.governance.causes.outside import CATEGORY_WORDS, OUTSIDE
from dashboard.periods import period_end, period_start
from dashboard.profiles.layout import OWN_NAMES
from dashboard.schema.card.data import label_of
from dashboard.store.engine.clock import now
from dashboard.ui.labels.models import ENVIRONMENTS
from dashboard.ui.session.url_state import Days
from dashboard.ui.widgets.answers import Subject
from dashboard.ui.widgets.model_lists import shown_names
from dashboard.views.records import records
from dashboard.words import Sentence, mark, number, translate

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard
    from dashboard.store.organisation import Organisation

OUTPUTS = {"score": mark("Score of the model"), "actual": mark("Outcome")}


def today() -> date:
    """The day of this machine, as the day that pages look at by default."""
    return datetime.now(UTC).date()


def subject(card: ModelCard, language: str) -> Subject:
    """Whom the sentences of a page are about."""
    unit = card.data.unit.in_language(language) if card.data.unit else None
    return Subject(shown_names({card.id: card}, language)[card.id], language, unit)


def span(volumes: pd.DataFrame) -> Days:
    """The first and the last day of a model's predictions, from its `volumes`."""
    periods = volumes["period"]
    first: date = min(period_start(period) for period in periods).date()
    return first, max(period_end(period) for period in periods)


def groups(known: pd.DataFrame) -> list[tuple[str, str]]:
    """The groups of cases of the view `groups`, as (column, value)."""
    return sorted((str(row["column"]), str(row["group"])) for row in records(known))


def metric_order(performance: pd.DataFrame, targets: pd.DataFrame, card: ModelCard) -> list[str]:
    """The metrics that were measured: the card's key metrics, most urgent first, then those with words for readers."""
    present = list(dict.fromkeys(performance["metric"]))
    statuses = dict(zip(targets["metric"], targets["status"], strict=True))
    named = [entry.metric for entry in card.business.key_metrics if entry.metric in present]
    key = sorted(named, key=lambda name: STATUSES.index(statuses.get(name, "unknown")))
    rest = sorted((name for name in present if name not in key), key=lambda name: metric_words(name).meaning == "")
    return [*key, *rest]


def overall(models: pd.DataFrame, card: ModelCard) -> str:
    """The model's own status in the `models` view."""
    return str(models.loc[models["model"] == card.id, "status"].iloc[0])


def key_metrics(targets: pd.DataFrame, card: ModelCard) -> pd.DataFrame:
    """The metrics that the card names; without any, the first of the task, which has no target then."""
    named = targets[targets["metric"].isin([entry.metric for entry in card.business.key_metrics])]
    return targets.head(1) if named.empty else named


def of_metric(performance: pd.DataFrame, estimate: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Realised figures of one metric with the estimate beside them."""
    realised = performance[performance["metric"] == metric]
    estimated = estimate.loc[estimate["metric"] == metric, ["period", "value"]].rename(columns={"value": "estimated"})
    return realised.merge(estimated, on="period", how="outer", sort=True)


def compared(performance: pd.DataFrame, estimate: pd.DataFrame, metric: str) -> int:
    """The number of periods in which a metric was both measured and estimated."""
    both = of_metric(performance, estimate, metric)
    return int((both["value"].notna() & both["estimated"].notna()).sum())


def of_segments(segments: pd.DataFrame, metric: str, card: ModelCard, language: str) -> pd.DataFrame:
    """The groups of one metric, worst first, with the column's label for readers and ours in their language."""
    chosen = segments[segments["metric"] == metric].reset_index(drop=True)
    return chosen.assign(
        column=[label_of(card.data, column, language) for column in chosen["column"]],
        group=[translate(group, language) if group in OWN_NAMES else group for group in chosen["group"]],
    )


def by_class(found: pd.DataFrame, language: str) -> pd.DataFrame:
    """The figures of each class in one row, each with its interval in words; the class that is found worst comes first.

    `found` has the columns of the view `classes`.
    """
    lines: dict[str, dict[str, object]] = {}
    worst: dict[str, float] = {}
    for row in records(found):
        cases = number(row["of_class"], language)
        # Few columns are read on a narrow screen: the cases stand with the name.
        line = lines.setdefault(row["class"], {"class": f"{row['class']} (n = {cases})", "recall": None})
        line[row["metric"]] = _with_interval(row, language)
        if row["metric"] == "recall" and row["value"] is not None:
            worst[row["class"]] = row["value"]
    order = sorted(lines, key=lambda name: worst.get(name, 2.0))
    return pd.DataFrame([lines[name] for name in order], dtype=object)


def _with_interval(row: dict[Any, Any], language: str) -> str:
    value, low, high = (metric_value("recall", row[name], language) for name in ("value", "low", "high"))
    if row["value"] is None:
        return value
    return translate(mark("{value} ({low} to {high})"), language).format(value=value, low=low, high=high)


def at_threshold(confusion: pd.DataFrame, threshold: float) -> pd.Series:
    """The row of the threshold next to the wanted one."""
    return confusion.iloc[int((confusion["threshold"] - threshold).abs().argmin())]


def feature_label(card: ModelCard, feature: str, language: str) -> str:
    """What readers call a feature, the score or the outcome."""
    if feature in OUTPUTS and feature not in card.data.features:
        return translate(OUTPUTS[feature], language)
    return label_of(card.data, feature, language)


def labelled_features(frame: pd.DataFrame, card: ModelCard, language: str) -> pd.DataFrame:
    """A frame with a column `feature` and, before it, `label` for readers."""
    labels = [feature_label(card, feature, language) for feature in frame["feature"]]
    return frame.assign(label=labels)[["label", *frame.columns]]


def stacked(parts: Sequence[pd.DataFrame], card: ModelCard, language: str) -> pd.DataFrame:
    """Frames of the `drift` view one below the other, with labels for readers."""
    filled = [part for part in parts if not part.empty]
    return labelled_features(pd.concat(filled, ignore_index=True) if filled else parts[0], card, language)


def ordered_by(ranking: pd.DataFrame, drift: pd.DataFrame, card: ModelCard, language: str) -> pd.DataFrame:
    """Drift of the features over time, in the order of the ranking."""
    order = list(ranking["feature"])
    rows = drift[drift["feature"].isin(order)]
    ordered = rows.sort_values("feature", key=lambda column: column.map(order.index), kind="stable")
    return labelled_features(ordered, card, language)


def drift_choices(ranking: pd.DataFrame, card: ModelCard) -> list[str]:
    """What can be looked at then and now: the features by relevance, then the score and the outcome."""
    features = list(ranking["feature"]) or list(card.data.features)
    return [*features, *(name for name in OUTPUTS if name not in features)]


def reference_days(card: ModelCard, reference: Days | str | None) -> Days | None:
    """The days of the picked reference; none for the year before, which differs by period."""
    if isinstance(reference, tuple):
        return reference
    days = card.data.reference
    return (days.start, days.end) if reference is None and days else None


def holders(people: pd.DataFrame) -> dict[str, str]:
    """Who holds which role today, from the `people` view: role to names."""
    today = now().date().isoformat()
    ended = [pd.notna(last) and str(last) < today for last in people["to"]]
    held = people[people["role"].notna() & ~pd.Series(ended, index=people.index, dtype=bool)]
    return {
        str(role): ", ".join(
            dict.fromkeys(row["name"] if isinstance(row["name"], str) else row["person"] for row in records(part))
        )
        for role, part in held.groupby("role", sort=False)
    }


def process_name(card: ModelCard, organisation: Organisation, language: str) -> str | None:
    """What readers call the business process of a model."""
    process = organisation.processes.get(card.business.process or "")
    return process.name.in_language(language) if process else card.business.process


def history(timeline: pd.DataFrame, language: str) -> pd.DataFrame:
    """Deployments and incidents with instants for the time axis (UTC), in the reader's words."""
    descriptions = [_event_words(row, language) for row in records(timeline)]
    return timeline.assign(
        at=_instants(timeline["at"]),
        until=_instants(timeline["until"]),
        title=[title for title, _ in descriptions],
        detail=[detail for _, detail in descriptions],
    )


def _instants(moments: pd.Series) -> pd.Series:
    return pd.to_datetime(moments, utc=True).dt.tz_localize(None)


def _event_words(row: Mapping[str, object], language: str) -> tuple[str, str]:
    title, detail = (str(row[name]) if isinstance(row[name], str) else "" for name in ("title", "detail"))
    if row["kind"] == "deployment":
        message, values = mark("Version {version} goes live"), {"version": str(row["version"])}
        place = translate(ENVIRONMENTS.get(detail.casefold(), detail), language)
        if detail.casefold() not in ("", "production"):
            message, values = mark("Version {version} is deployed: {environment}"), {**values, "environment": place}
        return Sentence(message, values).render(language), place
    if row["kind"] == "incident":
        severity = Sentence(mark("severity {n} of 5"), {"n": detail})
        return title or translate(mark("Incident"), language), severity.render(language)
    if row["kind"] == OUTSIDE:
        return title, translate(CATEGORY_WORDS[detail], language)
    return title, detail
