"""What judgements prove so far: agreement with its interval, over time and by group, and where experts disagree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.ui.layout import layout
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.selection import Picked, usual_period
from dashboard.ui.widgets.answers import Answer
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import number, period_name

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

SHOWN_SPOTS = 3
COLUMNS = ["judged", "agreed", "share", "low", "high", "judged_all", "kappa", "shared", "status", "reason"]


def part(card: ModelCard) -> None:
    """The answer in words, then periods and groups as tables."""
    query = Picked(card.id).query(by=usual_period(card.period))
    found = data.read("agreement", query)
    if found.empty:
        return
    layout.section(say("What the judgements prove"))
    whole = records(found[found["period"].isna() & found["segment"].isna()])[0]
    further = [*_of_experts(whole), *_of_outcomes(whole), *_spots(card)]
    layout.answer(Answer(whole["status"], str(whole["reason"]), tuple(further)))
    periods = found[found["period"].notna()]
    if len(periods):
        with st.expander(say("Over time and by group"), icon=":material/table:"):
            named = periods.assign(period=[period_name(str(one), language()) for one in periods["period"]])
            table(named[["period", *COLUMNS]], "agreement", "agreement_periods", say("Agreement over time"))
            groups = found[found["segment"].notna()]
            table(groups[["segment", *COLUMNS]], "agreement", "agreement_groups", say("Agreement by group"))


def _of_experts(row: Mapping[str, Any]) -> list[str]:
    values = [row[name] for name in ("kappa", "kappa_low", "kappa_high")]
    if any(value is None or pd.isna(value) for value in values):
        return [say("Whether experts agree with each other is not known: too few cases were judged by several.")]
    kappa, low, high = (number(value, language()) for value in values)
    return [
        say(
            "Experts agree with each other with a kappa of {kappa} (95% interval {kappa_low} to {kappa_high}) on {n} "
            "cases; 1 is complete agreement, 0 is chance.",
            n=row["shared"], kappa=kappa, kappa_low=low, kappa_high=high,
        )
    ]  # fmt: skip


def _of_outcomes(row: Mapping[str, Any]) -> list[str]:
    if not row["labelled"]:
        return []
    return [
        say(
            "Of {n} random cases the outcome is known: the model was right in {model_right}, the experts in "
            "{experts_right}.",
            n=row["labelled"], model_right=row["model_right"], experts_right=row["experts_right"],
        )
    ]  # fmt: skip


def _spots(card: ModelCard) -> list[str]:
    found = data.read("disagreements", Picked(card.id).query())
    return [str(row["text"]) for row in records(found.head(SHOWN_SPOTS)) if row["stands_out"]]
