"""What a model costs as its card states it, budget and spending, and figures that the business measures itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.value import money
from dashboard.schema.card.data import label_of
from dashboard.ui.layout import layout
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.tables import list_of, table
from dashboard.views.records import records
from dashboard.words import day, mark

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

PARTS = {"running": mark("Running the model"), "feature": mark("Feature"), "training": mark("One training")}
SPENT = ("from", "to", "purpose", "amount", "text", "imported_by")
PURPOSES = {
    "development": mark("Development"),
    "operation": mark("Operation"),
    "features": mark("Features"),
    "training": mark("Training"),
    "other": mark("Other"),
}
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


def budget(found: pd.DataFrame, spending: pd.DataFrame) -> None:
    """How much of the budget is spent, and on what; `found` and `spending` have the columns of these views."""
    if found.empty:
        return
    layout.section(say("Budget and spending"))
    for row in records(found):
        beyond = row["left"] is not None and row["left"] < 0
        text = badges.escaped(budget_in_words(row))
        st.markdown(f":orange-badge[:material/warning: {say('Over budget')}] {text}" if beyond else text)
        if row["left"] is not None and row["budget"]:
            st.progress(min(1.0, row["spent"] / row["budget"]))
    if spending.empty:
        st.caption(say("Record what is spent as events of the kind “spending”."))
        return
    shown = spending.assign(
        purpose=[say(PURPOSES[one]) for one in spending["purpose"]],
        amount=[
            money(float(amount), currency, language())
            for amount, currency in zip(spending["amount"], spending["currency"], strict=True)
        ],
    )
    with st.expander(say("What it was spent on")):
        table(shown[list(SPENT)], "spending", "spending", say("What it was spent on"))


def budget_in_words(row: Mapping[str, Any]) -> str:
    """A row of `budget` as a sentence, with the days of the budget where it has some."""
    amounts = {name: money(row[name], row["currency"], language()) for name in ("budget", "spent")}
    if row["budget"] is None:
        return say("{spent} are spent; no budget is stated in this currency.", spent=amounts["spent"])
    if row["spent"] is None:
        text = say("{budget} are set aside; what is spent is not recorded.", budget=amounts["budget"])
    else:
        left = money(abs(row["left"]), row["currency"], language())
        if row["left"] < 0:
            text = say("{spent} are spent, {left} more than the {budget} set aside.", left=left, **amounts)
        else:
            text = say("{spent} of {budget} are spent; {left} are left.", left=left, **amounts)
    days = [day(date.fromisoformat(row[end]), language()) if row[end] else None for end in ("from", "to")]
    if all(days):
        return f"{text} {say('The budget is for {start} to {end}.', start=days[0], end=days[1])}"
    return text


def business_figures(found: pd.DataFrame) -> None:
    """Figures that the business measures itself; `found` has the columns of `business-figures`."""
    if found.empty:
        return
    layout.section(say("Figures of the business"))
    st.caption(say("As the business reports them; the dashboard does not compute them."))
    table(found.drop(columns="model"), "business-figures", "business_figures", say("Figures of the business"))
