"""What the reader looks at, all of it in the address: node, direction, level, day, day compared with, opened folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import streamlit as st

from dashboard.lineage.graph import Direction, Node
from dashboard.ui.panels.lineage import drawing
from dashboard.ui.panels.lineage.flows import Level
from dashboard.ui.panels.lineage.folding import ALL
from dashboard.ui.panels.lineage.names import KINDS, Names
from dashboard.ui.session.language import day_pattern, say
from dashboard.ui.session.lineage import Lineage
from dashboard.ui.session.page_registry import page_file
from dashboard.ui.session.url_state import clear_param, get_param, read_day, set_param, to_other_pages
from dashboard.ui.widgets import badges, choices

FOCUS, CHOSEN, OPENED, AGAINST, ONLY = "node", "card", "open", "against", "only"
FOUND = 8
BETWEEN = "|"
PAGE = "lineage"


@dataclass(frozen=True)
class Sight:
    """What is picked; `against` is the day compared with, `chosen` the box whose card is open."""

    way: Direction
    level: Level
    day: date | None
    against: date | None
    shape: str
    only_path: bool
    opened: tuple[str, ...]
    chosen: str | None


def pick(today: date) -> Sight:
    """Draw the choices and return what is picked."""
    way = choices.pick_one(
        "way", say("Direction"),
        {"both": say("both directions"), "up": say("where it comes from"), "down": say("what it reaches")},
    )  # fmt: skip
    level = choices.pick_one(
        "level", say("Level of detail"),
        {"overview": say("overview"), "tables": say("with processing steps"), "columns": say("with columns")},
    )  # fmt: skip
    day = choices.pick_day("on", today)
    against = _pick_against(today)
    shape = choices.pick_view("shape", say("Shown as"), {"picture": say("picture"), "outline": say("outline")})
    return Sight(
        cast(Direction, way), cast(Level, level), day, against, shape, get_param(ONLY) == "path", opened(),
        get_param(CHOSEN),
    )  # fmt: skip


def _pick_against(today: date) -> date | None:
    day = read_day(get_param(AGAINST))
    key = f"pick_{AGAINST}_{day}"
    st.date_input(
        say("Compare with"), value=day, max_value=today, key=key, on_change=_take_against, args=(key,),
        format=day_pattern(), help=say("Shows what has changed between this day and the day shown."),
    )  # fmt: skip
    set_param(AGAINST, day.isoformat() if day else None)
    return day


def _take_against(key: str) -> None:
    day = st.session_state[key]
    set_param(AGAINST, day.isoformat() if day else None)


def search(lineage: Lineage, names: Names) -> None:
    """A field that finds nodes by name; each finding is a button that jumps to its node."""
    text = st.text_input(
        say("Find a table, a step, a column or a model"), key="find_node", type="search", live="300ms",
        placeholder=say("part of a name"),
    )  # fmt: skip
    if not (text or "").strip():
        return
    found = lineage.search(text or "", FOUND)
    if not found:
        st.caption(say("Nothing of that name is here, or open to you."))
    with st.container(gap=None, key="found_nodes"):
        for number, node in enumerate(found):
            st.button(
                badges.escaped(_stated(node, names)), key=f"found_{number}", type="tertiary",
                icon=":material/my_location:", on_click=focus, args=(node.id,),
            )  # fmt: skip


def _stated(node: Node, names: Names) -> str:
    within = names.within(node.id)
    return f"{names.of(node.id)} · {say(KINDS[node.kind])}{f' · {within}' if within else ''}"


def opened() -> tuple[str, ...]:
    """The folds that are opened."""
    return tuple(part for part in (get_param(OPENED) or "").split(BETWEEN) if part)


def focus(node: str | None) -> None:
    """Callback: look from this node, with its card open; None: from no node in particular."""
    clear_param(OPENED)
    set_param(FOCUS, node)
    set_param(CHOSEN, node)
    st.session_state["find_node"] = ""


def choose(box: str) -> None:
    """Callback: open a fold, or the card of a node."""
    if box.startswith("fold"):
        set_param(OPENED, BETWEEN.join(dict.fromkeys((*opened(), box))))
    else:
        set_param(CHOSEN, box)


def choose_picked() -> None:
    """Callback of the picture."""
    box = drawing.picked()
    if box:
        choose(box)


def open_all() -> None:
    """Callback: open every fold."""
    set_param(OPENED, ALL)


def close_all() -> None:
    """Callback: fold everything again."""
    clear_param(OPENED)


def close_card() -> None:
    """Callback: no card is open."""
    clear_param(CHOSEN)


def toggle_path() -> None:
    """Callback: hide what is not on the path of the chosen box, or show it again."""
    set_param(ONLY, None if get_param(ONLY) == "path" else "path")


def look_from(node: str) -> None:
    """Callback: go to the page of the whole portfolio and look from this node."""
    focus(node)
    picks = {FOCUS: node, CHOSEN: node}
    st.switch_page(page_file(PAGE), query_params={**to_other_pages(), **picks})


def folded_note(count: int, opened_folds: Sequence[str]) -> None:
    """How many nodes are folded, with the buttons that open or close all."""
    with st.container(horizontal=True, vertical_alignment="center", key="folds"):
        if count:
            st.caption(say("{n} nodes are folded; click a box with a count to open it.", n=count))
            st.button(say("Open all"), key="open_folds", on_click=open_all, icon=":material/unfold_more:")
        if opened_folds:
            st.button(say("Fold again"), key="close_folds", on_click=close_all, icon=":material/unfold_less:")


def tell_focus(node: Node | None, wanted: str | None, names: Names) -> None:
    """Say from which node the reader looks, with the way back to all; and where the address names none."""
    if node is None and not wanted:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="focus"):
        if node is None:
            st.warning(say("There is no such node, or it is not open to you."), icon=":material/search_off:")
        else:
            st.markdown(f":material/adjust: **{badges.escaped(_stated(node, names))}**")
        st.button(say("Show everything"), key="no_focus", on_click=focus, args=(None,), icon=":material/zoom_out_map:")
