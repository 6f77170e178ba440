"""How we know what a chart shows: what it means, where it comes from, what was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.metrics import metric_name, metric_words
from dashboard.ui.labels.fairness import FIGURES
from dashboard.ui.layout.layout import Origin
from dashboard.ui.session.language import language, say

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard


def performance(metric: str, frame: pd.DataFrame, card: ModelCard) -> Origin:
    """Of a metric over time."""
    rows = frame[frame["metric"] == metric]
    counted = say(
        "{labelled} predictions with a known outcome, of {predictions} predictions in {periods} periods.",
        labelled=int(rows["labelled"].sum()),
        predictions=int(rows["predictions"].sum()),
        periods=len(rows),
    )
    return Origin(
        meaning=" ".join([say(metric_words(metric).meaning), say("The band is a 95% interval."), _clusters(card)]),
        source=say(
            "Predictions and outcomes in the prediction log, summarised by “monitor”; the estimate "
            "comes from the scores "
            "alone, calibrated on the reference."
        ),
        counted=counted,
    )


def _clusters(card: ModelCard) -> str:
    if card.data.cluster:
        return say(
            "It resamples whole groups of rows that belong together ({cluster}), not single rows.",
            cluster=card.data.cluster,
        )
    return say("It resamples whole periods, not single rows.")


def calibration(card: ModelCard) -> Origin:
    """Of a calibration curve."""
    meaning = (
        say(
            "Predictions are grouped into bins by size; a point above the line means that the actual values were "
            "higher than predicted."
        )
        if card.task == "regression"
        else say(
            "Cases are grouped into ten bins of equal size by score; a point above the line means that the outcome "
            "happened more often than predicted. A model can rank well and still be miscalibrated."
        )
    )
    return Origin(meaning, say("Predictions with a known outcome in the selected window."), _clusters(card))


def threshold(card: ModelCard) -> Origin:
    """Of the confusion matrix."""
    return Origin(
        meaning=say(
            "A case is selected when its score reaches the threshold; the four cells count right and wrong decisions."
        ),
        source=say("Predictions with a known outcome in the selected window; the card's threshold is {threshold}.",
                   threshold=card.data.threshold),
    )  # fmt: skip


def segments(metric: str, card: ModelCard) -> Origin:
    """Of a metric by segment."""
    return Origin(
        meaning=" ".join(
            [
                say(metric_words(metric).meaning),
                say(
                    "Groups are ranked by what they cost the metric: how much better it would be if they performed "
                    "like the rest."
                ),
                _clusters(card),
            ]
        ),
        source=say(
            "The columns that the card names as segments or as protected; groups that are too small have no value."
        ),
    )


def fairness(metric: str, card: ModelCard) -> Origin:
    """Of a figure of fairness by group."""
    return Origin(
        meaning=" ".join(
            [
                say("{figure}: of a group, less the same of everybody else.", figure=say(FIGURES[metric])),
                say(
                    "All comparisons are corrected together, so that among many groups chance does not look like "
                    "unfairness; the green band is the limit."
                ),
                _clusters(card),
            ]
        ),
        source=say(
            "The latest periods with known outcomes together, by the columns that the card names as protected; the "
            "limits stand in config/thresholds.yaml or on the card."
        ),
    )


def fairness_over_time(metric: str, card: ModelCard) -> Origin:
    """Of a figure of fairness of one group by period."""
    return Origin(
        meaning=" ".join(
            [
                say("{figure}: of the group and of everybody else, period by period.", figure=say(FIGURES[metric])),
                say(
                    "The green band is as far as the group may lie from everybody else. Single periods are not judged: "
                    "they have few cases, and the status of the area rests on the latest ones together."
                ),
                _clusters(card),
            ]
        ),
        source=say("The counted outcomes of each period, by the columns that the card names as protected."),
    )


def drift(method: str, card: ModelCard) -> Origin:
    """Of drift by period."""
    return Origin(
        meaning=f"{metric_name(method, language())}: {say(metric_words(method).meaning)}",
        source=say("Summaries of each period compared with the reference; {reference}.", reference=_reference(card))
        + " "
        + say("Dotted is what chance hardly exceeds, from the rows of both sides; only drift beyond it counts."),
    )


def ranking(method: str, card: ModelCard) -> Origin:
    """Of the ranking of features."""
    found = drift(method, card)
    relevance = say(
        "Features are ranked by drift times importance. A feature that the model hardly uses (below 5%) never "
        "raises an alert."
    )
    return Origin(f"{found.meaning} {relevance}", found.source)


def distribution(feature: str) -> Origin:
    """Of one feature then and now."""
    return Origin(
        meaning=say(
            "How often values of “{feature}” fell into each range, in the reference and in the current window.",
            feature=feature,
        ),
        source=say("Summaries of the prediction log; missing values are a range of their own."),
    )


def volumes() -> Origin:
    """Of prediction volumes."""
    return Origin(
        meaning=say(
            "How many predictions were made in each period, and for how many of them the outcome is known by now."
        ),
        source=say("The prediction log: every row that was ingested and not refused."),
    )


def status() -> Origin:
    """Of the counts by area."""
    return Origin(
        meaning=say(
            "The number of models in which an area is OK, on warning, on alert or not measured. Not measured is "
            "never good news."
        ),
        source=say("The current status of each area, by the thresholds in the configuration and on the cards."),
    )


def workload() -> Origin:
    """Of the models by person."""
    return Origin(
        meaning=say(
            "The number of models in development or operation for which a person is accountable, is deputy, or works "
            "as an engineer or data scientist. When one person has too many, their absence hurts in many places."
        ),
        source=say(
            "The roles on the cards with everything that was assigned, ended and handed over since, as of the chosen "
            "day."
        ),
    )


def _reference(card: ModelCard) -> str:
    if card.data.reference is None:
        return say("the card names no reference")
    return say("the card's reference is {start} to {end}", start=card.data.reference.start, end=card.data.reference.end)
