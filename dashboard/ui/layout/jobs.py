"""Long work that is under way: its progress in the frame of every page, and the button that begins it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, submit
from dashboard.words import mark

if TYPE_CHECKING:
    from dashboard.actions.jobs import Job

SECONDS = 5
MONITOR = "monitor"
# What a reader calls the actions that take long; the sidebar says nothing about others.
DOING = {
    MONITOR: mark("Updating the figures"),
    "correct_actuals": mark("Outcomes are being corrected"),
    "ingest_actuals": mark("Outcomes are being added"),
    "ingest_predictions": mark("Predictions are being added"),
    "pull": mark("Sources are being read"),
    "reinstate_file": mark("A file is being brought back"),
    "start_retraining": mark("A training is being started"),
    "withdraw_file": mark("A file is being withdrawn"),
    data.REPORT: mark("An Evidently report is being built"),
}
SEEN = "jobs_seen_running"


def under_way() -> None:
    """Tell what is under way, every few seconds anew; call it within the sidebar."""
    st.fragment(_under_way, run_every=SECONDS)()


def _under_way() -> None:
    known = [job for job in data.jobs() if job.action in DOING]
    running = [job for job in known if job.state == "running"]
    for job in running:
        share = say("{what}: {share}%", what=say(DOING[job.action]), share=round(100 * job.share))
        st.progress(job.share, share)
        st.caption(badges.escaped(_details(job)))
    seen: set[str] = st.session_state.get(SEEN, set())
    for job in known:
        if job.job_id in seen and job.state == "failed":
            message = say("Failed: {what}. {reason}", what=say(DOING[job.action]), reason=job.outcome)
            st.error(badges.escaped(message), icon=":material/error:")
        elif job.job_id in seen and job.state == "done" and job.action != data.REPORT:
            st.caption(f":material/check: {badges.escaped(say('Done: {what}.', what=say(DOING[job.action])))}")
            if st.button(say("Show the new figures"), key=f"show_{job.job_id}", type="tertiary"):
                st.session_state[SEEN] = seen - {job.job_id}
                st.rerun()
    st.session_state[SEEN] = seen | {job.job_id for job in running}


def _details(job: Job) -> str:
    person = data.organisation().people.get(job.person) if job.person else None
    who_wants = person.name if person is not None else job.person or job.actor
    values = {"since": f"{job.since:%H:%M}", "who": who_wants}
    listed = data.models().get(job.doing)
    if listed is None:
        return say("since {since} UTC, {who}", **values)
    return say("{model}, since {since} UTC, {who}", **values, model=listed.name.in_language(language()))


def offer_monitor(model: str | None = None) -> None:
    """The button that brings the figures of one model, or of all, up to date; nothing for readers without the right."""
    if not reader.may(MONITOR, model):
        return
    running = [job for job in data.jobs() if job.action == MONITOR and job.state == "running"]
    same = [job for job in running if model is None or not job.models or model in job.models]
    pressed = st.button(
        say("Update the figures"),
        key="monitor",
        icon=":material/update:",
        disabled=bool(same),
        help=say("It is running; the sidebar shows its progress.") if same else None,
    )
    if pressed:
        submit.begin(MONITOR, {"models": [model] if model else []})
