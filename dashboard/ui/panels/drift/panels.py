"""Parts of the drift page: the time line on which windows are picked, one feature then and now, Evidently's report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.charts.drift import distribution_then_now
from dashboard.charts.volume import time_line
from dashboard.ui.layout import layout, provenance
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.drift import evidently
from dashboard.ui.panels.model import rows
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.selection import Picked, Reference
from dashboard.ui.widgets import choices, filters

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard


def windows(card: ModelCard, picked: Picked, reference: Reference, timeline: pd.DataFrame) -> None:
    """The volume of the model over time with both windows; dragging across it picks the one that is switched on."""
    dragged = choices.pick_dragged()
    shades = (rows.reference_days(card, reference), picked.window)
    volumes = data.read("volumes", Picked(card.id, by=picked.by).query())
    figure = time_line(volumes, shades, timeline, layout.look())
    layout.draw_selectable(figure, say("Predictions over time"), "time_line", dragged)


@part
def then_and_now(card: ModelCard, picked: Picked, reference: Reference, choices: Sequence[str]) -> None:
    """One feature's distribution in the reference and in the current window, with the choice of the feature."""
    with layout.card(say("Then and now"), "bins"):
        feature = filters.pick_feature(choices, lambda name: rows.feature_label(card, name, language()))
        label = rows.feature_label(card, feature, language())
        bins = data.read("distribution", picked.query(reference=reference, feature=feature))
        if bins.empty:
            layout.empty(say("No values to compare"), say("Widen the window, or choose another reference."))
            return
        figure = distribution_then_now(bins, label, layout.look())
        layout.sides(label, figure, bins, "distribution", provenance.distribution(label), "bins")


def evidently_report(card: ModelCard, picked: Picked, reference: Reference) -> None:
    """The button for an Evidently report of the window, its progress, and its download."""
    with layout.card(say("Evidently report for this window"), "evidently"):
        st.caption(
            say(
                "A second opinion from the Evidently library, computed in the background on a sample of the rows; "
                "it takes about a minute."
            )
        )
        evidently.offer(card, picked, reference)
