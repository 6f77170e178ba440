"""The same as the picture, as a list: a heading for each stage, a sentence for each step."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.charts.look import STATUSES
from dashboard.ui.panels.lineage import sight
from dashboard.ui.panels.lineage.folding import Folded, Item
from dashboard.ui.panels.lineage.health import Health
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.panels.lineage.stages import STAGES
from dashboard.ui.session.language import say
from dashboard.ui.widgets import badges

SHOWN = 40


def show(folded: Folded, sentences: Mapping[str, str], health: Mapping[str, Health], names: Names) -> None:
    """Draw the list: of each stage the boxes, those that are not well first."""
    for stage, title in enumerate(STAGES):
        items = sorted(
            (item for item in folded.items.values() if item.stage == stage),
            key=lambda item: (_rank(health.get(item.id)), names.of_item(item).casefold()),
        )
        if not items:
            continue
        st.markdown(f"##### {say(title)} ({sum(item.count for item in items)})")
        with st.container(key=f"stage_{stage}", gap="small"):
            for number, item in enumerate(items[:SHOWN]):
                _line(f"{stage}_{number}", item, sentences.get(item.id, ""), health.get(item.id), names)
        if len(items) > SHOWN:
            st.caption(say("{n} more; search by name, or choose a direction.", n=len(items) - SHOWN))


def _rank(health: Health | None) -> int:
    return STATUSES.index(health.status) if health else len(STATUSES)


def _line(key: str, item: Item, sentence: str, health: Health | None, names: Names) -> None:
    stated = f" {badges.badge(health.status)} :gray[{badges.escaped(health.reason)}]" if health else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.button(
            badges.escaped(names.of_item(item)), key=f"line_{key}", type="tertiary", on_click=sight.choose,
            args=(item.id,), icon=":material/unfold_more:" if item.is_fold else None,
        )  # fmt: skip
        st.markdown(f"{badges.escaped(sentence)}{stated}", width="stretch")
