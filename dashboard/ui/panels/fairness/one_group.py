"""One group through the periods, and what a threshold of its own would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.fairness import group_over_time
from dashboard.ui.labels.fairness import FIGURES, IN_UNIT, OWN_THRESHOLD
from dashboard.ui.layout import layout, provenance
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.fairness.panels import group_labels, in_words
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.selection import Picked, usual_period
from dashboard.ui.widgets import badges, filters
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.schema.card.card import ModelCard


@part
def one_group(found: pd.DataFrame, card: ModelCard) -> None:
    """A group that the reader picks (the worst first): its figures over time, and a threshold of its own."""
    layout.section(say("One group through the periods"))
    labels = group_labels(found, card)
    figures = list(dict.fromkeys(found["metric"]))
    with layout.filter_bar(2, "filters_of_group"):
        chosen = filters.pick_one("fair_group", say("Group"), list(labels), lambda one: labels[one])
        metric = filters.pick_one("fair_over_time", say("Figure"), figures, lambda one: say(FIGURES[one]))
    column, _, group = chosen.partition("=")
    picked = Picked(card.id, by=usual_period(card.period), segment=(column, group))
    known = data.read("group-history", picked.query(metric=metric))
    if known.empty:
        st.caption(say("This group has no predictions in the periods that are kept."))
    else:
        names = (labels[chosen], say("everybody else"))
        figure = group_over_time(known, names, metric not in IN_UNIT, layout.look())
        title = f"{say(FIGURES[metric])} – {labels[chosen]}"
        layout.chart(
            title,
            figure,
            in_words(known, card),
            "group-history",
            provenance.fairness_over_time(metric, card),
            "over_time",
        )
    _own_threshold(picked, labels[chosen], card)


def _own_threshold(picked: Picked, group: str, card: ModelCard) -> None:
    found = data.read("group-thresholds", picked.query(by=None))
    if found.empty:
        return
    with st.expander(say("What if this group had a threshold of its own?")):
        st.markdown(badges.escaped(say("{group}, in the periods {first} to {last} together:", **_ends(found, group))))
        st.markdown("\n".join(f"- {badges.escaped(_sentence(row))}" for row in records(found)))
        st.caption(
            say(
                "This is a what-if; nothing is decided by it. Whether people may be decided about by different "
                "thresholds is a question of law, and a rate that is made equal makes others unequal."
            )
        )
        table(in_words(found, card), "group-thresholds", "own_threshold", say("Thresholds of its own"))


def _ends(found: pd.DataFrame, group: str) -> dict[str, str]:
    return {"group": group, "first": str(found["first_period"].iloc[0]), "last": str(found["last_period"].iloc[0])}


def _sentence(row: Mapping[str, Any]) -> str:
    """What a threshold of its own would change, for a hundred people."""
    of_hundred = {name: number(round(100 * row[name]), language()) for name in ("before", "after", "others")}
    own, usual = (number(round(float(row[name]), 3), language()) for name in ("own_threshold", "threshold"))
    if not row["changed"]:
        return say("{figure}: no other threshold brings this group nearer.", figure=say(FIGURES[row["metric"]]))
    more = int(row["more_right"])
    changed = say("{n} cases would be decided otherwise.", n=int(row["changed"]))
    right = (
        say("{n} more would be decided rightly.", n=more)
        if more >= 0
        else say("{n} fewer would be decided rightly.", n=-more)
    )
    return " ".join([say(OWN_THRESHOLD[row["metric"]], own=own, usual=usual, **of_hundred), changed, right])
