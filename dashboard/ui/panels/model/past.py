"""Parts of a model's history: how much it is used, what happened to it, and its versions."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.charts.volume import volume_over_time
from dashboard.ui.layout import layout, provenance
from dashboard.ui.session.language import say
from dashboard.ui.widgets.tables import download, lines_of, table
from dashboard.views.columns import SHARED
from dashboard.views.records import records


def volume(volumes: pd.DataFrame, events: pd.DataFrame) -> None:
    """How much a model is used, with what happened to it; or how its predictions get here."""
    if volumes.empty:
        message = say(
            "Send them with “python -m dashboard ingest predictions MODEL FILE”, then run “python "
            "-m dashboard monitor”."
        )
        layout.empty(say("No predictions have been logged"), message)
        return
    figure = volume_over_time(volumes, layout.look(), events)
    layout.chart(say("Predictions over time"), figure, volumes, "volumes", provenance.volumes(), "model_volumes")


def timeline(events: pd.DataFrame) -> None:
    """Deployments, incidents and other events."""
    if events.empty:
        layout.empty(
            say("Nothing has happened yet"),
            say("Deployments and incidents are sent with “ingest events”."),
            ":material/event:",
        )
        return
    further = events[["title", "version", "detail"]]
    words = [" · ".join(part for part in row.values() if isinstance(part, str) and part) for row in records(further)]
    lines_of(events[["from", "to"]].assign(title=pd.Series(words, index=events.index, dtype=object)), "timeline")
    download(events.drop(columns="kind"), "timeline")


def versions(known: pd.DataFrame) -> None:
    """The versions and where each came from."""
    narrow = {"artifact": st.column_config.TextColumn(say(SHARED["artifact"].label), width="small")}
    table(known, "versions", "versions", say("Versions of the model"), narrow)
