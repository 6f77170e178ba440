"""Parts of the tab about fairness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.charts.fairness import gaps, hundred_people
from dashboard.schema.card.data import label_of
from dashboard.ui.labels.fairness import FIGURES, OF_A_HUNDRED
from dashboard.ui.layout import layout, provenance
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.fairness import answers
from dashboard.ui.panels.model import rows
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, filters
from dashboard.ui.widgets.tables import table

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

GAPS = "group-gaps"


def labelled(found: pd.DataFrame, card: ModelCard) -> pd.DataFrame:
    """Rows about groups with `label`, which names column and group for readers."""
    labels, pairs = group_labels(found, card), zip(found["column"], found["group"], strict=True)
    return found.assign(label=[labels[f"{column}={group}"] for column, group in pairs])


def group_labels(found: pd.DataFrame, card: ModelCard) -> dict[str, str]:
    """Each group as addresses name it (COLUMN=VALUE), in the order of its first row, with its name for readers."""
    labels = {column: label_of(card.data, column, language()) for column in set(found["column"])}
    pairs = zip(found["column"], found["group"], strict=True)
    return {f"{column}={group}": f"{labels[column]}: {group}" for column, group in pairs}


def in_words(found: pd.DataFrame, card: ModelCard) -> pd.DataFrame:
    """Rows about groups with the labels of their columns."""
    labels = {column: label_of(card.data, column, language()) for column in set(found["column"])}
    return found.assign(column=found["column"].map(labels))


def no_columns() -> None:
    """What to do where the card names no protected column."""
    layout.empty(
        say("Nobody is compared yet"),
        say(
            "Name the columns by which people must not be treated differently on the card (data.protected), such as "
            "sex or age group. They need not be features: it is enough that the log holds them."
        ),
        ":material/diversity_3:",
    )


def treated_differently(found: pd.DataFrame, card: ModelCard) -> None:
    """Who is treated differently: each group in a sentence, the worst with a picture of a hundred people."""
    subject = rows.subject(card, language())
    pressing = answers.pressing(found)
    if not pressing:
        return
    layout.section(say("Who is treated differently"))
    for place, row in enumerate(pressing[: answers.SHOWN]):
        with st.container(border=True):
            st.markdown(f"{badges.badge(row['status'])} {badges.escaped(answers.gap_sentence(row, card, subject))}")
            if place == 0 and row["metric"] in OF_A_HUNDRED:
                names = (f"{label_of(card.data, row['column'], language())}: {row['group']}", say("everybody else"))
                picture = hundred_people(row["value"], row["others"], names, layout.look())
                layout.draw(picture, answers.gap_sentence(row, card, subject), "hundred_people")
            st.caption(badges.escaped(row["reason"]))
    if len(pressing) > answers.SHOWN:
        st.caption(say("{n} more groups in the table below.", n=len(pressing) - answers.SHOWN))


@part
def compared(found: pd.DataFrame, card: ModelCard) -> None:
    """Every group beside everybody else by one figure, and the table of all."""
    layout.section(say("Every group beside everybody else"))
    figures = list(dict.fromkeys(found["metric"]))
    with layout.filter_bar(2):
        metric = filters.pick_one("fair_metric", say("Figure"), figures, lambda one: say(FIGURES[one]))
        columns = list(dict.fromkeys(found["column"]))
        column = filters.pick_one(
            "fair_column", say("Attribute"), ["", *columns],
            lambda one: say("all attributes") if not one else label_of(card.data, one, language()),
        )  # fmt: skip
    shown = labelled(found[(found["metric"] == metric) & (found["column"].eq(column) if column else True)], card)
    origin = provenance.fairness(metric, card)
    layout.chart(
        say(FIGURES[metric]),
        gaps(shown, layout.look()),
        in_words(shown.drop(columns="label"), card),
        GAPS,
        origin,
        "gaps",
    )
    with st.expander(say("All figures of all groups")):
        table(in_words(found, card), GAPS, "all_gaps", say("All figures of all groups"))


def reference(known: pd.DataFrame, features: pd.DataFrame, card: ModelCard) -> None:
    """What the reference says of groups, before the model decides about anybody."""
    layout.section(say("Before the model decides: groups in the reference"))
    if known.empty:
        layout.empty(
            say("The reference says nothing of groups"),
            say("Name a reference on the card whose rows hold the protected columns, then run “monitor”."),
        )
        return
    subject = rows.subject(card, language())
    for sentence in answers.represented(known, card, subject):
        st.markdown(badges.escaped(sentence))
    table(in_words(known, card), "representation", "representation", say("Groups in the reference"))
    if not features.empty:
        st.markdown(badges.escaped(answers.standing_for(features, card, subject)))
        names = [answers.feature_word(card, str(one), language()) for one in features["feature"]]
        table(
            in_words(features.assign(feature=names), card), "proxies", "proxies", say("Features that tell groups apart")
        )
