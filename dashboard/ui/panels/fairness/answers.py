"""How groups are treated, in sentences. Nothing here draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.charts.metrics import metric_value
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import label_of
from dashboard.ui.labels.fairness import ELSE, FIGURES, IN_UNIT, OF_A_HUNDRED
from dashboard.ui.panels.model.rows import OUTPUTS
from dashboard.ui.widgets.answers import PRESSING, Subject
from dashboard.views.records import records
from dashboard.words import mark, number, share, translate

# So well does a feature tell a group apart that it stands for it.
TELLS = 0.7
# So many groups are named in sentences; the table holds all.
SHOWN = 4


def pressing(found: pd.DataFrame) -> list[Mapping[str, Any]]:
    """The widest gap of each group beyond its limit, the worst first; of two groups in a column the smaller one."""
    rows = found[found["status"].isin(PRESSING)]
    widest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in records(rows):
        groups = found[found["column"] == row["column"]].drop_duplicates("group")
        larger = len(groups) == 2 and row["predictions"] == groups["predictions"].max()
        if not larger or groups["predictions"].nunique() == 1:
            widest.setdefault((row["column"], row["group"]), row)
    return list(widest.values())


def gap_sentence(row: Mapping[str, Any], card: ModelCard, subject: Subject) -> str:
    """One gap, as what it means for a hundred people where it is a share."""
    metric = row["metric"]
    values = {"column": label_of(card.data, row["column"], subject.language), "group": row["group"]}
    if metric in OF_A_HUNDRED:
        own, others = (number(round(100 * row[side]), subject.language) for side in ("value", "others"))
        return subject.say(OF_A_HUNDRED[metric], **values, own=own, others=others)
    own, others = (written(metric, row[side], subject) for side in ("value", "others"))
    figure = translate(FIGURES[metric], subject.language)
    return subject.say(ELSE, **values, figure=figure, own=own, others=others)


def written(metric: str, value: float, subject: Subject) -> str:
    """A figure of fairness as readers write it."""
    if metric in IN_UNIT:
        return metric_value(metric, value, subject.language, subject.unit)
    return share(value, subject.language)


def represented(found: pd.DataFrame, card: ModelCard, subject: Subject) -> tuple[str, ...]:
    """Who is rare in the reference, in a sentence for each column."""
    sentences = []
    for column, groups in found.groupby("column", sort=False):
        label = label_of(card.data, str(column), subject.language)
        least = records(groups.nsmallest(1, "rows"))[0]
        message = mark(
            "{column}: {n} groups; the smallest is {group} with {rows} of {total} rows ({share}) of the reference."
        )
        values = {"rows": int(least["rows"]), "total": int(groups["rows"].sum())}
        part = share(float(least["share"]), subject.language)
        sentences.append(
            subject.say(message, column=label, n=len(groups), group=str(least["group"]), share=part, **values)
        )
    return tuple(sentences)


def standing_for(found: pd.DataFrame, card: ModelCard, subject: Subject) -> str:
    """Which features stand for a group, in a sentence."""
    strong = found[(found["area_low"] > TELLS) & (found["feature"] != found["column"])]
    if strong.empty:
        message = mark("No feature tells any of these groups apart well enough to stand for it.")
        return subject.say(message)
    names = list(
        dict.fromkeys(
            subject.say(
                "{feature} for {column}",
                feature=feature_word(card, str(row["feature"]), subject.language),
                column=label_of(card.data, str(row["column"]), subject.language),
            )
            for row in records(strong)
        )
    )
    message = mark(
        "Some features tell groups apart and may stand for them, so that leaving the group out of the model changes "
        "little: {names}."
    )
    shown = names[: 2 * SHOWN]
    return subject.say(message, names=", ".join(shown) + (" …" if len(names) > len(shown) else ""))


def feature_word(card: ModelCard, feature: str, language: str) -> str:
    """What readers call a feature, or the score of the model."""
    name = feature.removeprefix("_")
    return translate(OUTPUTS[name], language) if name in OUTPUTS and feature != name else label_of(
        card.data, feature, language
    )  # fmt: skip
