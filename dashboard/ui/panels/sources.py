"""Sources for readers: how each does, what needs a hand, what was read, and the buttons that read, pause and resume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.ui.labels.sources import BECAME, EXAMPLE, GIVES, KINDS, STATES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.discussion.forms import behind
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, filters, submit
from dashboard.ui.widgets.tables import table
from dashboard.views.query import Query
from dashboard.views.records import records

PULL = "pull"
# States that need a hand, with the colour of their badge.
COLOURS = {"fails": "red", "refuses": "orange", "paused": "gray", "never_read": "gray", "works": "green"}


def sentence(found: pd.DataFrame) -> str:
    """How many sources there are, and which of them need a hand."""
    if found.empty:
        return say("Nothing is fetched by itself yet: every row has to be sent.")
    said = [say("{n} sources are read on schedule.", n=int((found["state"] != "paused").sum()))]
    names = {state: ", ".join(map(str, part["source"])) for state, part in found.groupby("state", sort=False)}
    wrong = ", ".join(names[state] for state in ("fails", "refuses") if state in names)
    if wrong:
        said.append(say("They need a hand: {names}.", names=wrong))
    if "never_read" in names:
        said.append(say("Nothing read yet from: {names}.", names=names["never_read"]))
    elif not wrong and "works" in names:
        said.append(say("Nothing was refused."))
    return " ".join(said)


def none_yet() -> None:
    """What to write where."""
    layout.empty(
        say("No source is named"),
        say("Name folders and databases in config/sources.yaml; the server reads them on schedule. For example:"),
        ":material/input:",
    )
    st.code(EXAMPLE, language="yaml")


def needing_a_hand(found: pd.DataFrame) -> None:
    """Each source that cannot be read or whose content is refused, with the reason."""
    for row in records(found[found["state"].isin(("fails", "refuses"))]):
        with st.container(border=True, key=f"source_{row['source']}"):
            st.markdown(_line(row))
            st.caption(badges.escaped(str(row["problem"])))


def _line(row: Mapping[str, Any]) -> str:
    state = f":{COLOURS[row['state']]}-badge[{say(STATES[row['state']])}]"
    return f"{state} **{badges.escaped(str(row['source']))}**"


def listed(found: pd.DataFrame) -> None:
    """All sources as a table."""
    shown = found.assign(
        kind=[say(KINDS[one]) for one in found["kind"]],
        gives=[say(GIVES[one]) for one in found["gives"]],
        state=[say(STATES[one]) for one in found["state"]],
    )
    table(shown, "sources", "sources", say("Sources"))


def buttons(found: pd.DataFrame) -> None:
    """Read what is new at once; pause or resume a source."""
    with layout.filter_bar(3, "source_buttons"):
        _read_now()
        if reader.may("pause_source"):
            _pause([row["source"] for row in records(found) if row["state"] != "paused"])
            _resume([row["source"] for row in records(found) if row["state"] == "paused"])


def _read_now() -> None:
    if not reader.may(PULL):
        submit.not_open()
        return
    running = any(job.action == PULL and job.state == "running" for job in data.jobs())
    if st.button(say("Read now"), key="pull", icon=":material/download:", disabled=running):
        submit.begin(PULL, {"sources": []})


def _pause(names: list[str]) -> None:
    if not names:
        return
    with behind(say("Pause a source"), ":material/pause:", "pause_source"):
        name = st.selectbox(say("Source"), names, key="paused_source")
        reason = st.text_input(say("Why"), key="paused_because")
        if st.form_submit_button(say("Pause"), type="primary"):
            submit.submit("pause_source", {"source": name, "reason": reason}, say("The source is paused."))


def _resume(names: list[str]) -> None:
    if not names:
        return
    with behind(say("Resume a source"), ":material/play_arrow:", "resume_source"):
        name = st.selectbox(say("Source"), names, key="resumed_source")
        if st.form_submit_button(say("Resume"), type="primary"):
            submit.submit("resume_source", {"source": name}, say("The source is read again."))


@part
def readings(names: list[str]) -> None:
    """What was read, newest first, of one source or all."""
    layout.section(say("What was read"))
    found = data.read("source-readings", Query(language=language()))
    with layout.filter_bar(2):
        source = filters.pick_one("source", say("Source"), ["", *names], lambda one: one or say("all"), usual="")
        became = filters.pick_one(
            "became", say("What became of it"), ["", *BECAME], lambda one: say(BECAME[one]) if one else say("all"),
            usual="",
        )  # fmt: skip
    found = found[(found["source"] == source) | (source == "")]
    found = found[(found["became"] == became) | (became == "")]
    if found.empty:
        st.caption(say("Nothing was read yet."))
        return
    shown = found.assign(became=[say(BECAME[one]) for one in found["became"]])
    table(shown, "source-readings", "source_readings", say("What was read"))
