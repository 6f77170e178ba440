"""What changed between two days, line by line: what is new, and what ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard.ui.panels.lineage.flows import Flow
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.session.language import say
from dashboard.ui.widgets import badges

SHOWN = 30


def show(flow: Flow, against: date, names: Names) -> None:
    """The links that only one of the two days has."""
    new = sorted(link for link, state in flow.links.items() if state == "new")
    gone = sorted(link for link, state in flow.links.items() if state == "gone")
    with st.container(border=True, key="differences"):
        if not new and not gone:
            st.markdown(say("Nothing has changed here since {day}.", day=against))
            return
        counts = {"new": say("{n} new links", n=len(new)), "gone": say("{n} ended links", n=len(gone))}
        st.markdown(f"**{say('Since {day}: {new}, {gone}.', day=against, **counts)}**")
        _listed(new, ":green-badge[:material/add: {word}]".format(word=say("new")), names)
        _listed(gone, ":red-badge[:material/remove: {word}]".format(word=say("ended")), names)


def _listed(links: Sequence[tuple[str, str]], badge: str, names: Names) -> None:
    for source, target in links[:SHOWN]:
        st.markdown(f"{badge} {badges.escaped(names.of(source))} → {badges.escaped(names.of(target))}")
    if len(links) > SHOWN:
        st.caption(say("{n} more", n=len(links) - SHOWN))
