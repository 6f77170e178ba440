"""Tables: columns named for readers, search, and a download that no spreadsheet takes for a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.charts.look import STATUS_COLOURS, STATUSES
from dashboard.charts.metrics import metric_name
from dashboard.schema.formulas import guarded
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import downloads, exports
from dashboard.ui.widgets.badges import badge, escaped, status_text
from dashboard.ui.widgets.narrowing import one_page
from dashboard.views.columns import SHARED
from dashboard.views.kinds import FRACTIONS, INTEGERS, Column, Kind
from dashboard.views.query import Query
from dashboard.words import UNKNOWN_NUMBER, day, language_of, number, rounded_money, share

NUMBERS: tuple[Kind, ...] = (*FRACTIONS, *INTEGERS)
NUMBER_FORMATS: dict[Kind, str] = {"share": "percent", "count": "localized", "money": "localized"}
ROWS_WITHOUT_SCROLLING = 15


def columns_of(views: str) -> dict[str, Column]:
    """The columns of views, named with spaces between them, the first one deciding; and what pages add to frames."""
    from dashboard.views.registry import VIEWS

    declared = [column for name in reversed(views.split()) for column in VIEWS.get(name).columns]
    return SHARED | {column.name: column for column in declared}


def heading(column: Column) -> str:
    """What readers call a column, with the unit of its numbers and the time zone of its instants."""
    if column.kind == "local":
        return say("{label} (time of the model)", label=column.label)
    unit = "UTC" if column.kind == "instant" else column.unit
    return say("{label} ({unit})", label=column.label, unit=unit) if unit else say(column.label)


def status_column(label: str, pinned: bool = False) -> Any:
    """A table column of lists of `status_text`, shown as coloured badges."""
    return st.column_config.MultiselectColumn(
        label,
        options=[status_text(status, language()) for status in STATUSES],
        color=[STATUS_COLOURS[status] for status in STATUSES],
        pinned=pinned,
    )


def day_column(label: str) -> Any:
    """A table column of days in the reader's order."""
    return st.column_config.DateColumn(label, format=language_of(language()).table_day)


def instant_column(label: str) -> Any:
    """A table column of instants, to the minute."""
    return st.column_config.DatetimeColumn(label, format=f"{language_of(language()).table_day} HH:mm")


def instants(values: pd.Series) -> pd.Series:
    """The instants of a view in UTC."""
    return pd.to_datetime(values, utc=True, format="ISO8601").dt.tz_localize(None)


@st.fragment
def table(frame: pd.DataFrame, views: str, key: str, alt: str, config: Mapping[str, Any] | None = None) -> None:
    """A frame of views under headings for readers, values written by their kind, and its download as CSV under it.

    Of a long frame one page is sent; the download holds all rows. Raises KeyError for a column that no view declares.
    """
    rows_of_view(one_page(frame, key), views, key, alt, config)
    download(frame, key)


def rows_of_view(frame: pd.DataFrame, views: str, key: str, alt: str, config: Mapping[str, Any] | None = None) -> None:
    """The rows of a table, all of them, without a download. Raises KeyError for a column that no view declares."""
    shown, columns = readable(frame, views)
    st.dataframe(
        shown, column_config={**columns, **(config or {})}, hide_index=True, alt=alt, key=key,
        placeholder="–", height="content" if len(frame) <= ROWS_WITHOUT_SCROLLING else "auto",
    )  # fmt: skip


def readable(frame: pd.DataFrame, views: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A frame with its values as a table shows them, and the configuration of its columns."""
    known = columns_of(views)
    shown = frame.assign(**{name: _values(frame[name], known[name]) for name in frame.columns})
    return shown, {name: _config(frame[name], known[name], heading(known[name])) for name in frame.columns}


def _values(values: pd.Series, column: Column) -> Any:
    """The values of a column as a table takes them."""
    if column.kind == "instant":
        return instants(values)
    if column.kind in ("local", "day"):
        return pd.to_datetime(values, format="ISO8601")
    if column.kind == "metric":
        return [metric_name(metric, language()) for metric in values]
    if column.kind == "status":
        return [[status_text(status, language())] if status in STATUSES else [] for status in values]
    if column.kind == "money" and not _in_words(values):
        return pd.to_numeric(values).map(rounded_money)
    return values


def _config(values: pd.Series, column: Column, label: str) -> Any:
    """How a table writes the values of a column."""
    if column.kind in ("instant", "local"):
        return instant_column(label)
    if column.kind == "day":
        return day_column(label)
    if column.kind == "status":
        return status_column(label)
    if column.kind in NUMBERS and not _in_words(values):
        return st.column_config.NumberColumn(label, format=NUMBER_FORMATS.get(column.kind))
    return label


def _in_words(values: pd.Series) -> bool:
    """Whether a page has put words in the place of numbers."""
    return any(isinstance(value, str) for value in values)


def list_of(frame: pd.DataFrame, views: str, key: str) -> None:
    """A short frame whose sentences are read in full, on a narrow screen too; its download stands under it.

    Raises KeyError for a column that no view declares.
    """
    lines_of(frame, views)
    download(frame, key)


def lines_of(frame: pd.DataFrame, views: str) -> None:
    """The lines of a short list, without a download.

    Statuses are badges in front of what they are about, the column before them; a column without any value is left
    out. Raises KeyError for a column that no view declares.
    """
    known = columns_of(views)
    names = [name for name in frame.columns if frame[name].notna().any()]
    columns: dict[str, list[str]] = {}
    for name in names:
        cells = [_written(value, known[name]).replace("\n", " ") for value in frame[name]]
        if known[name].kind == "status" and columns:
            before = next(reversed(columns))
            columns[before] = [f"{sign} {cell}" for cell, sign in zip(columns[before], cells, strict=True)]
        else:
            columns[name] = cells
    lines = [[escaped(heading(known[name])) for name in columns], [":--" for _ in columns]]
    # Streamlit's tables wrap at 30 letters and run out of narrow screens; those of Markdown take the width there is.
    st.markdown("\n".join(f"| {' | '.join(cells)} |" for cells in (*lines, *zip(*columns.values(), strict=True))))


def _written(value: Any, column: Column) -> str:
    """A value as text; an instant as its day."""
    if pd.isna(value):
        return UNKNOWN_NUMBER
    if column.kind == "status" and value in STATUSES:
        return badge(str(value))
    if column.kind in ("instant", "day"):
        return escaped(day(pd.Timestamp(value).to_pydatetime(), language()))
    if column.kind not in NUMBERS or isinstance(value, str):
        return escaped(str(value))
    if column.kind == "share":
        return escaped(share(value, language()))
    return escaped(number(int(value) if column.kind in INTEGERS else value, language()))


def download(frame: pd.DataFrame, name: str, file_name: str | None = None) -> None:
    """A button that saves the frame as CSV; the file has the name of the button unless it has its own."""
    file, footer = f"{file_name or name}.csv", exports.footer()
    downloads.offer(say("Download as CSV"), lambda: safe_csv(frame, footer), file, "text/csv", f"csv_{name}")


def download_view(view: str, query: Query, name: str) -> None:
    """A button that saves all rows of a view as CSV, asked for when it is pressed."""
    from dashboard.ui.session import data

    frame, footer = data.read_later(view, query), exports.footer()
    make = lambda: safe_csv(frame(), footer)  # noqa: E731
    downloads.offer(say("Download as CSV"), make, f"{name}.csv", "text/csv", f"csv_{name}")


def safe_csv(frame: pd.DataFrame, footer: str = "") -> bytes:
    """CSV in UTF-8 with a byte order mark, its texts guarded against spreadsheets (see `schema/formulas.py`).

    The footer is a last line, which programs skip as a comment.
    """
    shown = frame.copy()
    for name in shown.columns:
        if any(isinstance(value, str) for value in frame[name]):
            # A mapped column would turn its whole numbers into fractions.
            shown[name] = pd.Series([_guarded(value) for value in frame[name]], index=frame.index, dtype=object)
    shown.columns = pd.Index([guarded(str(name)) for name in shown.columns])
    text = io.StringIO()
    # With both signs in the line end, a cell that holds one of them is quoted.
    shown.to_csv(text, index=False, lineterminator="\r\n")
    if footer:
        text.write(f"{footer}\r\n")
    return text.getvalue().encode("utf-8-sig", "replace")


def _guarded(value: object) -> object:
    return guarded(value) if isinstance(value, str) else value
