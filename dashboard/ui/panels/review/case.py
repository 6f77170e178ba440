"""What one case looks like: the decision, the inputs in plain labels with units, and what may be said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.ui.panels.explanations import panels
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import UNKNOWN_NUMBER

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard
    from dashboard.views.query import Query

# So many inputs are shown large; all of them stand in the table below.
SHOWN = 18
REASONS, CORRECTED, REMARK = "review_reasons", "review_corrected", "review_remark"


def decision(card: ModelCard, rows: pd.DataFrame) -> None:
    """The question that the model answers, and what it said, in large letters."""
    if card.business.question is not None:
        st.markdown(badges.escaped(card.business.question.in_language(language())))
    (row,) = records(rows[rows["part"] == "decision"])
    st.markdown(f"#### {badges.escaped(say('The model says: {value}', value=_value(row)))}")


def inputs(card: ModelCard, rows: pd.DataFrame) -> None:
    """The inputs with labels and units, those that matter most first; the rest in a table."""
    listed = records(_by_weight(card, rows[rows["part"] != "decision"]))
    with st.grid(3, min_column_width=135, gap="small") as grid:
        for row in listed[:SHOWN]:
            with grid.cell():
                st.markdown(f":small[{badges.escaped(str(row['label']))}]  \n**{badges.escaped(_value(row))}**")
    if len(listed) > SHOWN:
        with st.expander(say("All {n} inputs", n=len(listed)), icon=":material/table:"):
            table(rows[["label", "value", "unit"]], "review-case", "case", say("Inputs"))


def _by_weight(card: ModelCard, rows: pd.DataFrame) -> pd.DataFrame:
    weights: dict[str, float] = dict(card.versions[-1].importance or {})
    order = sorted(range(len(rows)), key=lambda place: -weights.get(str(rows["name"].iloc[place]), 0.0))
    return rows.iloc[order]


def _value(row: dict[str, Any]) -> str:
    if not isinstance(row["value"], str):
        return UNKNOWN_NUMBER
    return f"{row['value']} {row['unit']}" if isinstance(row["unit"], str) else row["value"]


def explanation(card: ModelCard, asked: Query, *, judged: bool) -> None:
    """Why the model said so in the case that is asked for.

    Hidden until the case is judged where the card says so, so that it sways nobody.
    """
    if card.feedback_rules.hide_explanation_until_judged and not judged:
        st.caption(f":material/visibility_off: {say('The reasons of the model are shown once you have judged.')}")
        return
    assert asked.prediction is not None
    panels.one_explanation(card, asked.prediction, asked.version, asked.predicted_at)


def further(card: ModelCard, name: str, rows: pd.DataFrame) -> None:
    """What may be said beside a verdict: reasons, the right value, a remark; all of it may be left out."""
    with st.expander(
        say("Reasons, right value, remark (may be left out)"), icon=":material/edit_note:", key="review_further"
    ):
        reasons = {reason.in_language("en"): reason.in_language(language()) for reason in card.feedback_rules.reasons}
        if reasons:
            st.pills(
                say("Reasons"), list(reasons), format_func=lambda one: reasons[one], selection_mode="multi",
                key=f"{REASONS}_{name}",
            )  # fmt: skip
        (row,) = records(rows[rows["part"] == "decision"])
        if card.task == "regression":
            unit = f" ({row['unit']})" if isinstance(row["unit"], str) else ""
            st.number_input(badges.escaped(say("What it should be") + unit), value=None, key=f"{CORRECTED}_{name}")
        elif card.task == "multiclass_classification":
            st.text_input(say("What it should be"), key=f"{CORRECTED}_{name}")
        st.text_area(say("Remark"), key=f"{REMARK}_{name}", height=68)


def said(card: ModelCard, name: str, verdict: str) -> dict[str, object]:
    """What was filled in beside a verdict, as fields of the action."""
    state = st.session_state
    found: dict[str, object] = {
        "reasons": tuple(state.get(f"{REASONS}_{name}") or ()),
        "comment": state.get(f"{REMARK}_{name}") or "",
    }
    corrected = state.get(f"{CORRECTED}_{name}")
    if verdict != "right" and corrected not in (None, ""):
        found["corrected"] = corrected
    return found
