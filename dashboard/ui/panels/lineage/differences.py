"""What changed between two days, line by line: what is new, what ended, and what is doing otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboard.charts.look import STATUSES
from dashboard.ui.panels.lineage.flows import Flow
from dashboard.ui.panels.lineage.health import Health
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.session.language import say
from dashboard.ui.widgets import badges

SHOWN = 30


@dataclass(frozen=True)
class Turned:
    """A node that is doing otherwise than on the day compared with."""

    node: str
    before: Health
    now: Health


def turned(before: Mapping[str, Health], now: Mapping[str, Health]) -> list[Turned]:
    """The nodes whose status differs, those that fail now first."""
    found = [Turned(node, before[node], now[node]) for node in now if node in before]
    changed = [one for one in found if one.before.status != one.now.status]
    return sorted(changed, key=lambda one: (STATUSES.index(one.now.status), one.node))


def show(flow: Flow, against: date, names: Names, others: Sequence[Turned]) -> None:
    """The links that only one of the two days has, and the nodes that are doing otherwise."""
    new = sorted(link for link, state in flow.links.items() if state == "new")
    gone = sorted(link for link, state in flow.links.items() if state == "gone")
    with st.container(border=True, key="differences"):
        if not new and not gone and not others:
            st.markdown(say("Nothing has changed here since {day}.", day=against))
            return
        counts = {"new": say("{n} new links", n=len(new)), "gone": say("{n} ended links", n=len(gone))}
        st.markdown(f"**{say('Since {day}: {new}, {gone}.', day=against, **counts)}**")
        _listed(new, ":green-badge[:material/add: {word}]".format(word=say("new")), names)
        _listed(gone, ":red-badge[:material/remove: {word}]".format(word=say("ended")), names)
        for one in others[:SHOWN]:
            was, now = badges.badge(one.before.status), badges.badge(one.now.status)
            st.markdown(f"{was} → {now} {badges.escaped(f'{names.of(one.node)}: {one.now.reason}')}")
        if len(others) > SHOWN:
            st.caption(say("{n} more", n=len(others) - SHOWN))


def _listed(links: Sequence[tuple[str, str]], badge: str, names: Names) -> None:
    for source, target in links[:SHOWN]:
        st.markdown(f"{badge} {badges.escaped(names.of(source))} → {badges.escaped(names.of(target))}")
    if len(links) > SHOWN:
        st.caption(say("{n} more", n=len(links) - SHOWN))
