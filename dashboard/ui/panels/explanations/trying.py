"""What if: other values of a case's features move its score, the decision and the reasons; and what would turn it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.schema.card.data import label_of
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.selection import Picked
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import number, share

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

SCORE, BASE = "(score)", "(base)"
# Features that can be changed at once without opening the others.
FIRST = 6
SHOWN = ["label", "before", "after", "contribution", "contribution_after", "outside"]
FLIPS = ["flip", "label", "before", "after", "score", "distance"]


@part
def what_if(card: ModelCard, prediction: str, explained: pd.DataFrame) -> None:
    """Fields for the features, the most important first; the score, the decision and the reasons that follow.

    `explained` has the columns of the `explain` view.
    """
    layout.section(say("What if?"))
    known = {row["feature"]: row for row in records(data.read("ranges", Picked(card.id).query()))}
    values = {row["feature"]: row["value"] for row in records(explained) if row["feature"] != BASE}
    st.caption(
        say("Change a value and see what the model would say. It shows how the model works, not what would happen.")
    )
    changes: dict[str, str] = {}
    names = list(values)
    with st.grid(3, min_column_width=200, gap="small") as grid:
        for name in names[:FIRST]:
            with grid.cell():
                changes |= _field(card, prediction, name, values[name], known.get(name, {}))
    if names[FIRST:]:
        with (
            st.expander(say("The other features ({n})", n=len(names) - FIRST)),
            st.grid(3, min_column_width=200) as more,
        ):
            for name in names[FIRST:]:
                with more.cell():
                    changes |= _field(card, prediction, name, values[name], known.get(name, {}))
    query = Picked(card.id).query(prediction=prediction, changes=tuple(changes.items()))
    _outcome(card, data.read("what-if", query))


def _field(card: ModelCard, prediction: str, name: str, value: str | None, known: Mapping[str, Any]) -> dict[str, str]:
    """A field for a feature; what was changed, as the view takes it."""
    feature = card.data.features[name]
    label, key = label_of(card.data, name, language()), f"what_if_{card.id}_{prediction}_{name}"
    if feature.kind == "numeric":
        unit = feature.unit.in_language(language()) if feature.unit else ""
        whole = bool(known.get("whole")) and (value is None or float(value).is_integer())
        start = None if value is None else int(float(value)) if whole else float(value)
        given = st.number_input(
            f"{label} ({unit})" if unit else label, value=start, key=key, help=_usual(known),
            step=1 if whole else _step(known), format="%d" if whole else None,
        )  # fmt: skip
        if given is None:
            return {} if value is None else {name: ""}
        return {} if value is not None and given == float(value) else {name: repr(float(given))}
    options = list(dict.fromkeys([*([value] if value is not None else []), *json.loads(known.get("values", "[]"))]))
    names = feature.category_labels
    chosen = st.selectbox(
        label, options, index=0 if value is not None else None, key=key, accept_new_options=True,
        format_func=lambda one: names[one].in_language(language()) if one in names else str(one),
    )  # fmt: skip
    return {} if chosen == value else {name: chosen or ""}


def _usual(known: Mapping[str, Any]) -> str | None:
    if known.get("lower") is None:
        return None
    low, high = (number(float(known[end]), language()) for end in ("lower", "upper"))
    return say("In the training data: {low} to {high}", low=badges.escaped(low), high=badges.escaped(high))


def _step(known: Mapping[str, Any]) -> float | None:
    if known.get("lower") is None:
        return None
    width = float(known["upper"]) - float(known["lower"])
    return float(f"{width / 50:.1g}") if width > 0 else None


def _outcome(card: ModelCard, found: pd.DataFrame) -> None:
    """The score before and then, what the model then says, and how the reasons moved."""
    head = records(found[found["feature"] == SCORE])[0]
    if head["after"] is None:
        layout.empty(say("Other values cannot be tried"), badges.escaped(str(head["text"])), ":material/help:")
        return
    with st.container(border=True, key="what_if_outcome"):
        before, after = (
            _score(card, head["contribution"], head["before"]),
            _score(card, head["contribution_after"], head["after"]),
        )
        st.markdown(f"**{badges.escaped(say('Score {before} → {after}', before=before, after=after))}**")
        st.markdown(badges.escaped(str(head["text"])))
        _outside(card, found)
    # Drawn in any case: what a part drew alone would stay when the page around it is drawn anew with less.
    with st.expander(say("How the reasons move"), icon=":material/table:"):
        shown = found[~found["feature"].isin([SCORE, BASE])]
        shown = shown.assign(label=[label_of(card.data, name, language()) for name in shown["feature"]])
        table(shown[SHOWN], "what-if", "what_if_table", say("How the reasons move"))


def _outside(card: ModelCard, found: pd.DataFrame) -> None:
    """Which values do not occur in the training data, or that all do."""
    outside = [label_of(card.data, row["feature"], language()) for row in records(found) if row["outside"] is True]
    if not outside:
        st.caption(say("All values occur in the training data."))
        return
    message = say(
        "Outside of the training data: {names}. The model has never seen such values; do not trust it there.",
        names=", ".join(outside),
    )
    st.warning(badges.escaped(message), icon=":material/warning:")


def _score(card: ModelCard, value: float | None, text: str | None) -> str:
    if value is None or pd.isna(value):
        return str(text)
    return share(float(value), language()) if card.task == "binary_classification" else number(float(value), language())


@part
def flips(card: ModelCard, prediction: str) -> None:
    """The smallest changes that would turn the decision, or that there are none."""
    with layout.card(say("What would turn the decision"), "flips"):
        found = data.read("flips", Picked(card.id).query(prediction=prediction))
        for reason in dict.fromkeys(found["reason"]):
            st.markdown(f"- {badges.escaped(reason)}")
        if found["flip"].notna().any():
            st.caption(
                say(
                    "The smallest changes of one or two features that the card calls changeable, to values that occur "
                    "in the reference; {tried} were tried. Whether both values occur together is not checked.",
                    tried=int(found["tried"].iloc[0]),
                )
            )
            labels = [label_of(card.data, name, language()) for name in found["feature"]]
            table(found.assign(label=labels)[FLIPS], "flips", "flips", say("What would turn the decision"))
