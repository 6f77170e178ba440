"""What a model costs as its card states it, and the figures that the business measures itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.charts.value import money
from dashboard.schema.card.data import label_of
from dashboard.ui.layout import layout
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.tables import list_of, table
from dashboard.words import mark

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

PARTS = {"running": mark("Running the model"), "feature": mark("Feature"), "training": mark("One training")}
EACH = {"month": mark("per month"), "training": mark("each time")}


def costs(found: pd.DataFrame, card: ModelCard) -> None:
    """Each cost that the card states, and what is not stated; `found` has the columns of `costs`."""
    layout.section(say("What it costs"))
    known = found[found["amount"].notna()]
    monthly = known[known["each"] == "month"]
    currency = found["currency"].iloc[0]
    if monthly.empty:
        st.markdown(badges.escaped(say("The card does not state what the model costs per month.")))
    else:
        amount = money(float(monthly["amount"].sum()), currency, language())
        st.markdown(badges.escaped(say("The card states {amount} per month.", amount=amount)))
    missing = [say(PARTS[part]) for part in found.loc[found["amount"].isna(), "part"]]
    if missing:
        st.caption(badges.escaped(say("Not stated: {parts}.", parts=", ".join(missing))))
    if known.empty:
        return
    names = [
        say(PARTS[part]) if pd.isna(feature) else f"{say(PARTS[part])}: {label_of(card.data, feature, language())}"
        for part, feature in zip(known["part"], known["feature"], strict=True)
    ]
    shown = known.assign(
        part=names,
        amount=[money(float(one), currency, language()) for one in known["amount"]],
        each=[say(EACH[one]) for one in known["each"]],
    )
    list_of(shown[["part", "amount", "each"]], "costs", "costs")


def business_figures(found: pd.DataFrame) -> None:
    """Figures that the business measures itself; `found` has the columns of `business-figures`."""
    if found.empty:
        return
    layout.section(say("Figures of the business"))
    st.caption(say("As the business reports them; the dashboard does not compute them."))
    table(found.drop(columns="model"), "business-figures", "business_figures", say("Figures of the business"))
