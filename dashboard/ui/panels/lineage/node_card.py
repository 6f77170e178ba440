"""The card of a node, beside the picture: what it is, how it is doing and why, who keeps it, what it touches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.lineage.names import kind_of, name_of
from dashboard.ui.panels.lineage import sight, touched
from dashboard.ui.panels.lineage.health import Health
from dashboard.ui.panels.lineage.names import KINDS, Names
from dashboard.ui.session.language import language, say
from dashboard.ui.session.lineage import Lineage
from dashboard.ui.widgets import badges, filters
from dashboard.words import day, number

if TYPE_CHECKING:
    from dashboard.lineage.facts import NodeFacts

COLUMNS_SHOWN = 60


@dataclass(frozen=True)
class Chosen:
    """What the page knows of the chosen node already."""

    node: str
    sentence: str
    health: Health | None
    facts: NodeFacts | None
    neighbours: tuple[Sequence[str], Sequence[str]]


def show(stated: Chosen, lineage: Lineage, names: Names, today: date, look_from: Callable[[str], None]) -> None:
    """Draw the card; `look_from` is the callback that makes the node the middle of the picture."""
    node, kind = stated.node, str(kind_of(stated.node))
    with st.container(border=True, key="node_card"):
        st.markdown(f":small[{say(KINDS[kind])}]  \n**{badges.escaped(names.of(node))}**")
        st.markdown(badges.escaped(stated.sentence))
        if stated.health is not None:
            st.markdown(f"{badges.badge(stated.health.status)} {badges.escaped(stated.health.reason)}")
        with st.container(horizontal=True, key="card_buttons"):
            st.button(
                say("Look from here"), key="look_from", on_click=look_from, args=(node,), icon=":material/adjust:"
            )
            if kind == "model":
                st.button(
                    say("Open the model"), key="open_model", on_click=filters.open_model, args=(name_of(node),),
                    icon=":material/deployed_code:",
                )  # fmt: skip
            st.button(
                say("Close"), key="close_card", on_click=sight.close_card, icon=":material/close:", type="tertiary"
            )
        if stated.facts is not None:
            _facts(stated.facts, lineage, names)
        _neighbours(stated.neighbours, names)
        touched.show(lineage, node, stated.health.since if stated.health else None, today, names)
        st.caption(badges.escaped(node))


def _facts(facts: NodeFacts, lineage: Lineage, names: Names) -> None:
    """What its producers say of it."""
    lines = []
    if facts.documentation:
        lines.append(facts.documentation)
    if facts.owners:
        lines.append(say("Kept by {owners}.", owners=", ".join(names.team(owner) for owner in facts.owners)))
    if facts.rows:
        last = max(facts.rows)
        rows = number(facts.rows[last], language())
        lines.append(say("{rows} rows on {day}.", rows=rows, day=last))
    if facts.source_code:
        lines.append(say("Source code: {place}", place=facts.source_code))
    for line in lines:
        st.markdown(badges.escaped(line))
    if facts.checks:
        with st.expander(say("{n} checks", n=len(facts.checks)), icon=":material/rule:"):
            severe = lineage.severe(facts.checks)
            for check in sorted(facts.checks, key=lambda one: (one.passed, one.column or "", one.assertion)):
                about = f"{check.column}: {check.assertion}" if check.column else check.assertion
                word = say("no longer checked") if check.unchecked else say("passed") if check.passed else say("failed")
                badge = badges.badge(severe[check], word)
                st.markdown(f"{badge} {badges.escaped(about)} :gray[{day(check.at, language())}]")
    if facts.columns:
        with st.expander(say("{n} columns", n=len(facts.columns)), icon=":material/view_column:"):
            shown = list(facts.columns.items())[:COLUMNS_SHOWN]
            st.markdown(badges.escaped(", ".join(f"{name} ({kind})" if kind else name for name, kind in shown)))


def _neighbours(sides: tuple[Sequence[str], Sequence[str]], names: Names) -> None:
    """The nodes before and behind it, each a button: the way through the picture without the picture."""
    arrows = (":material/arrow_back:", ":material/arrow_forward:")
    for side, title in enumerate((say("Comes from"), say("Goes to"))):
        nodes = sides[side]
        if not nodes:
            continue
        with st.expander(f"{title} ({len(nodes)})", icon=arrows[side]):
            for place, node in enumerate(nodes[: touched.SHOWN]):
                st.button(
                    badges.escaped(names.of(node)), key=f"near_{side}_{place}", type="tertiary",
                    on_click=sight.choose, args=(node,),
                )  # fmt: skip
