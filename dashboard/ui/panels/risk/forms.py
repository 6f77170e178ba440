"""Rating a risk: the steps in words while choosing, the evidence beside them, a reason where it says more."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.ui.labels.risks import RISKS
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.risk import panels as risk_panels, rows as risk_rows
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import day_pattern, language, say
from dashboard.ui.widgets import badges, submit
from dashboard.ui.widgets.confirmation import Confirmation, ask

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard


@part
def assess(card: ModelCard, risks: pd.DataFrame, steps: pd.DataFrame) -> None:
    """The form to rate one of a model's risks, or why this reader cannot."""
    if not reader.may("assess_risk", card.id):
        submit.not_open()
        return
    risk = st.segmented_control(
        say("Which risk?"), list(RISKS), format_func=_word, key="assess_which", default=next(iter(RISKS)), required=True
    )
    row = risk_rows.one(risks, str(risk))
    with st.container(border=True, key="assess"):
        st.markdown(risk_panels.evidence_words(row))
        left, right = st.columns(2)
        with left:
            likelihood = _pick(say("Likelihood"), steps, row, "likelihood")
        with right:
            impact = _pick(say("Impact"), steps, row, "impact")
        values = {"likelihood": likelihood, "impact": impact, **_further(row)}
        level = row["evidence_level"]
        if level is not None and likelihood < level:
            difference = say(
                "The evidence says {level}, you rate {likelihood}.", level=int(level), likelihood=likelihood
            )
            st.warning(badges.escaped(difference), icon=":material/compare_arrows:")
        values["reason"] = _reason(row, needed=level is not None and likelihood < level)
        _record(card, row, values)


def _word(risk: str) -> str:
    return say(RISKS[risk])


def _pick(label: str, steps: pd.DataFrame, row: dict[str, Any], scale: str) -> int:
    """A step, chosen by its words; what holds now is chosen first."""
    texts = risk_rows.steps_of(steps, row["risk"], scale)
    words = {number: f"{number} – {badges.escaped(text)}" for number, text in enumerate(texts, 1)}
    now = int(row[scale]) if row[scale] is not None else 3
    chosen = st.radio(
        label, list(words), format_func=lambda number: words.get(number, str(number)), index=now - 1,
        key=f"assess_{scale}_{row['model']}_{row['risk']}",
    )  # fmt: skip
    return int(chosen or now)


def _further(row: dict[str, Any]) -> dict[str, Any]:
    key = f"{row['model']}_{row['risk']}"
    people = {person.id: person.name for person in data.organisation().people.values() if person.end is None}
    ordered = sorted(people, key=lambda person: people[person].casefold())
    left, right = st.columns(2)
    mitigation = left.text_area(
        say("What is done about it"), value=row["mitigation"] or "", key=f"assess_mitigation_{key}", max_chars=5_000
    )
    with right:
        owner = st.selectbox(
            say("Owner of the risk"), ordered, format_func=lambda person: people.get(person, person),
            index=ordered.index(row["owner"]) if row["owner"] in ordered else None, key=f"assess_owner_{key}",
            placeholder=say("nobody"),
        )  # fmt: skip
        review = st.date_input(
            say("Next review (empty: as the risk class requires)"), value=None, key=f"assess_review_{key}",
            format=day_pattern(),
        )  # fmt: skip
    return {"mitigation": mitigation, "owner": owner, "next_review": review if isinstance(review, date) else None}


def _reason(row: dict[str, Any], *, needed: bool) -> str:
    label = say("Why is the risk lower than the evidence says? (required)") if needed else say("Reason")
    return st.text_area(label, key=f"assess_reason_{row['model']}_{row['risk']}", max_chars=5_000) or ""


def _record(card: ModelCard, row: dict[str, Any], values: dict[str, Any]) -> None:
    """The button that asks to confirm the rating as a sentence: a rating stays in the history."""
    if not st.button(say("Record the rating"), type="primary", key="assess_record"):
        return
    details = {
        "risk": say(RISKS[row["risk"]]),
        "model": card.name.in_language(language()),
        "likelihood": values["likelihood"],
        "impact": values["impact"],
        "score": values["likelihood"] * values["impact"],
    }
    message = say("I rate {risk} of {model}: likelihood {likelihood} x impact {impact} = {score}.", **details)
    stays = say("The rating stays in the history; a later one takes its place.")
    chosen = {name: value for name, value in values.items() if value not in (None, "")}
    payload = {"model": card.id, "risk": row["risk"], **chosen}
    ask(
        Confirmation(
            say("Record the rating"), (badges.escaped(message), stays), "assess_risk", payload,
            say("The rating is recorded."),
        )
    )  # fmt: skip
