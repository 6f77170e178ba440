"""The cell of the risk matrix that was picked, by a click on a mark or from a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.charts.harmless import harmless
from dashboard.ui.session.language import say
from dashboard.ui.session.url_state import get_param, set_param
from dashboard.ui.widgets import choices

CELL = "cell"
KEY = "pick_cell"


def pick_cell(cells: Mapping[str, str]) -> str | None:
    """One cell of the risk matrix, or None for all."""
    shown = {"": say("all cells")} | dict(cells)
    wanted = get_param(CELL) or ""
    st.session_state[KEY] = wanted if wanted in shown else ""
    set_param(CELL, st.session_state[KEY] or None)
    st.selectbox(say("Cell of the matrix"), list(shown), format_func=shown.__getitem__, key=KEY, on_change=_take)
    return st.session_state[KEY] or None


def _take() -> None:
    set_param(CELL, st.session_state[KEY] or None)


def draw_with_cells(figure: Any, alt: str, cells: Sequence[str], config: dict[str, Any]) -> None:
    """The risk matrix, on which a click picks the cell of a mark."""
    key = "chart_matrix"
    st.plotly_chart(
        harmless(figure),
        key=key,
        config=config,
        alt=alt,
        selection_mode="points",
        on_select=lambda: _take_clicked(key, cells),
    )


def _take_clicked(key: str, cells: Sequence[str]) -> None:
    set_param(CELL, choices.clicked_mark(key, cells))
