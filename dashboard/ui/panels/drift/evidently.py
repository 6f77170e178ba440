"""The Evidently report of a window: asked for on the drift page, built in a process of its own, kept as a file."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.explanations.report.evidently_report import Comparison, Report
from dashboard.ui.session import as_of, data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.selection import Picked, Reference
from dashboard.ui.widgets import badges, exports, refusals

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

SECONDS = 2
BEGUN = "report_begun"


def offer(card: ModelCard, picked: Picked, reference: Reference) -> None:
    """A button that lets the report be built, its progress, and the download when it is there."""
    if picked.segment is not None:
        st.caption(say("The report covers all cases, not only the chosen segment."))
    comparison = Comparison(picked.window, reference, picked.version, language())
    asked = (card.id, comparison)
    over = as_of.day() is not None
    if over:
        st.caption(say("The report is built from the rows that are logged now; go back to today."))
    if st.button(say("Build the report"), key="build_report", icon=":material/lab_research:", disabled=over):
        _begin(card, asked)
    begun, job_id = st.session_state.get(BEGUN, (None, ""))
    if begun == asked:
        st.fragment(_follow, run_every=SECONDS)(job_id)


def _begin(card: ModelCard, asked: tuple[str, Comparison]) -> None:
    try:
        job = data.start_report(card, asked[1])
    except DashboardError as error:
        refusals.show(error)
    else:
        st.session_state[BEGUN] = (asked, job.job_id)


def _follow(job_id: str) -> None:
    """How far the report is, then the report, or why there is none."""
    job = data.find_job(job_id)
    if job is None:
        return
    if job.state == "running":
        st.progress(job.share, say(job.doing) if job.doing else say("Building the report"))
    elif job.state == "failed":
        st.error(badges.escaped(job.outcome), icon=":material/error:")
    elif isinstance(job.result, Report):
        _download(job.result)


def _download(report: Report) -> None:
    counts = {"rows": report.rows[0], "whole": report.whole[0], "then": report.rows[1], "whole_then": report.whole[1]}
    st.caption(
        say("Samples: {rows} of {whole} predictions of the window, {then} of {whole_then} of the reference.", **counts)
    )
    st.download_button(
        say("Download the report"),
        # Browsers show what follows the document as its last line.
        report.path.read_bytes() + f"<footer>{html.escape(exports.footer())}</footer>".encode(),
        file_name=report.name,
        mime="text/html",
        key="download_report",
        icon=":material/download:",
        on_click="ignore",
    )
