"""What the reader explores on the page about explanations: one case, its reasons, and what if it were another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.explanations import panels, picking, trying
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import say
from dashboard.ui.session.selection import Picked

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard


@part
def show(card: ModelCard) -> None:
    """The picker and everything that follows from the picked case."""
    if not reader.may_read("cases"):
        layout.empty(
            say("Single cases are not open to your role"),
            say("What holds for all cases together is shown above and below."),
            ":material/lock:",
        )
        return
    prediction, known = picking.pick(card)
    if prediction is None:
        return
    panels.facts_of_case(card, prediction, known)
    if not panels.one_explanation(card, prediction):
        return
    st.caption(say("The address of this page shows this case to whoever you send it to and who may see it."))
    trying.flips(card, prediction)
    panels.similar(card, prediction)
    trying.what_if(card, prediction, data.read("explain", Picked(card.id).query(prediction=prediction)))
