"""The Evidently report of a window: asked for on the drift page, built in a process of its own, kept as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.explanations.evidently_report import Comparison, Report
from dashboard.ui import data, past
from dashboard.ui.language import language, say
from dashboard.ui.picked import Picked, Reference

if TYPE_CHECKING:
    from dashboard.schema.card import ModelCard


def offer(card: ModelCard, picked: Picked, reference: Reference) -> None:
    """A button that builds the report, its progress, and the download when it is there."""
    if picked.segment is not None:
        st.caption(say("The report is about all cases, not only about the chosen segment."))
    if past.day() is not None:
        st.caption(say("The report is built from the rows that are logged now; go back to today."))
    if not st.button(
        say("Build the report"), key="build_report", icon=":material/lab_research:", disabled=past.day() is not None
    ):
        return
    bar = st.progress(0.0, say("Building the report"))
    comparison = Comparison(picked.window, reference, picked.version, language())
    report = data.build_report(card, comparison, lambda share, step: _show(bar, share, step))
    bar.empty()
    _download(report)


def _show(bar: st.delta_generator.DeltaGenerator, share: float, step: str) -> None:
    bar.progress(share, say(step))


def _download(report: Report) -> None:
    counts = {"rows": report.rows[0], "whole": report.whole[0], "then": report.rows[1], "whole_then": report.whole[1]}
    st.caption(
        say("Samples: {rows} of {whole} predictions of the window, {then} of {whole_then} of the reference.", **counts)
    )
    st.download_button(
        say("Download the report"),
        report.path.read_bytes(),
        file_name=report.name,
        mime="text/html",
        key="download_report",
        icon=":material/download:",
        on_click="ignore",
    )
