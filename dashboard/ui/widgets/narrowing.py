"""Long lists: pickers offer what fits a searched text, tables show one page of their rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from dashboard.ui.session.language import say

# Nobody reads a longer list in a picker, and every option is sent with the page.
OFFERED = 50
PAGE_ROWS = 100


def few_of(options: Sequence[str], shown: Callable[[str], str], name: str, always: Sequence[str]) -> Sequence[str]:
    """The options of the picker `name`: all of few; of many those that fit what the reader searches, and `always`.

    The search is `search_options`, which stands below the picker, so that pickers side by side are in one line.
    """
    if len(options) <= OFFERED:
        return options
    text = str(st.session_state.get(f"find_{name}") or "").casefold()
    fitting = (option for option in options if text in f"{shown(option)} {option}".casefold())
    first = [option for option, _ in zip(fitting, range(OFFERED), strict=False)]
    return list(dict.fromkeys([*(option for option in always if option in options), *first]))


def search_options(name: str, label: str, number: int) -> None:
    """The search in the options of the picker `name`, which has a number of them; nothing where all are offered."""
    if number > OFFERED:
        _searched(f"find_{name}", say("Find in “{picker}” ({number} options)", picker=label, number=number))


def one_page(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows of the page that the reader looks at, of those that hold the searched text; all of a short frame.

    Draws the search, the pages and how many rows there are, where it is called.
    """
    if len(frame) <= PAGE_ROWS:
        return frame
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"pages_of_{key}"):
        found = holding(frame, _searched(f"find_in_{key}", say("Search in all rows")))
        first = _first_row(len(found), key)
    return found.iloc[first : first + PAGE_ROWS].reset_index(drop=True)


def first_row(number: int, key: str) -> int:
    """The position of the first of `PAGE_ROWS` rows that the reader looks at, of a number of rows; draws the pages."""
    if number <= PAGE_ROWS:
        return 0
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"pages_of_{key}"):
        return _first_row(number, key)


def page_of_rows(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows of a frame that the reader looks at; draws the pages of a long one."""
    first = first_row(len(frame), key)
    return frame.iloc[first : first + PAGE_ROWS].reset_index(drop=True)


def _first_row(number: int, key: str) -> int:
    pages, place = max(-(-number // PAGE_ROWS), 1), f"page_{key}"
    # A page that there is no more gives way to the default; written into the session beside it, it would be warned of.
    gone = st.session_state.get(place, 1) > pages
    first = (st.pagination(pages, default=pages if gone else 1, key=place) - 1) * PAGE_ROWS
    last = min(first + PAGE_ROWS, number)
    st.caption(say("Rows {first} to {last} of {n}", first=first + bool(last), last=last, n=number))
    return first


def holding(frame: pd.DataFrame, text: str) -> pd.DataFrame:
    """The rows in which some text holds the searched one, in capitals or not; all of them where nothing is searched."""
    if not text:
        return frame
    wanted, kept = text.casefold(), pd.Series(False, index=frame.index)
    for name in frame.columns:
        kept |= pd.Series([isinstance(value, str) and wanted in value.casefold() for value in frame[name]], frame.index)
    return frame[kept]


def _searched(key: str, label: str) -> str:
    return st.text_input(label, key=key, type="search", live="300ms", placeholder=label, label_visibility="collapsed")
