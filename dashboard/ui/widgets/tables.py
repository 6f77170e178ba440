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
from dashboard.ui.labels.columns import COLUMNS
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import downloads
from dashboard.ui.widgets.badges import badge, escaped, status_text
from dashboard.words import day

MEASURED = ("metric", "method")
INSTANTS = (
    "acknowledged_at", "at", "changed_at", "closed_at", "created_at", "deployed_at", "granted_at", "last_prediction_at",
    "opened_at", "period_start", "reopened_at", "revoked_at", "trained_at", "until",
)  # fmt: skip
ROWS_WITHOUT_SCROLLING = 15


def status_column(label: str, pinned: bool = False) -> Any:
    """A table column of lists of `status_text`, shown as coloured badges."""
    return st.column_config.MultiselectColumn(
        label,
        options=[status_text(status, language()) for status in STATUSES],
        color=[STATUS_COLOURS[status] for status in STATUSES],
        pinned=pinned,
    )


def day_column(name: str) -> Any:
    """A table column of days in the reader's order."""
    pattern = "DD.MM.YYYY" if language() == "de" else "D MMM YYYY"
    return st.column_config.DateColumn(say(COLUMNS[name]), format=pattern)


def table(frame: pd.DataFrame, key: str, alt: str, config: Mapping[str, Any] | None = None) -> None:
    """A frame with translated column names and status badges, and its download as CSV under it."""
    shown = frame.copy()
    columns: dict[str, Any] = {name: say(COLUMNS.get(name, name)) for name in frame.columns}
    for name in [column for column in frame.columns if column in INSTANTS]:
        shown[name] = pd.to_datetime(shown[name], utc=True).dt.tz_localize(None)
        columns[name] = day_column(name)
    for name in [column for column in frame.columns if column in MEASURED]:
        shown[name] = [metric_name(metric, language()) for metric in frame[name]]
    for name in [column for column in ("status", "status_before") if column in frame]:
        shown[name] = [[status_text(status, language())] if status in STATUSES else [] for status in frame[name]]
        columns[name] = status_column(say(COLUMNS[name]))
    st.dataframe(
        shown, column_config={**columns, **(config or {})}, hide_index=True, alt=alt, key=key,
        placeholder="–", height="content" if len(frame) <= ROWS_WITHOUT_SCROLLING else "auto",
    )  # fmt: skip
    download(frame, key)


def list_of(frame: pd.DataFrame, key: str, alt: str) -> None:
    """A short frame whose sentences are read in full: lines wrap, statuses are badges; its download stands under it."""
    shown = frame.copy().astype(object)
    for name in frame.columns:
        shown[name] = [_format_cell(name, value) for value in frame[name]]
    shown.columns = pd.Index([say(COLUMNS.get(name, name)) for name in frame.columns])
    st.table(shown, hide_index=True, border="horizontal", alt=alt)
    download(frame, key)


def _format_cell(column: str, value: Any) -> str:
    if column == "status" and value in STATUSES:
        return badge(str(value))
    if pd.isna(value):
        return "–"
    if column in INSTANTS:
        return escaped(day(pd.Timestamp(str(value)).to_pydatetime(), language()))
    return escaped(str(value))


def download(frame: pd.DataFrame, name: str) -> None:
    """A button that saves the frame as CSV."""
    downloads.offer(say("Download as CSV"), lambda: safe_csv(frame), f"{name}.csv", "text/csv", f"csv_{name}")


def safe_csv(frame: pd.DataFrame) -> bytes:
    """CSV in UTF-8 with a byte order mark, its texts guarded against spreadsheets (see `schema/formulas.py`)."""
    shown = frame.copy()
    for name in shown.columns:
        if any(isinstance(value, str) for value in frame[name]):
            # A mapped column would turn its whole numbers into fractions.
            shown[name] = pd.Series([_guarded(value) for value in frame[name]], index=frame.index, dtype=object)
    shown.columns = pd.Index([guarded(str(name)) for name in shown.columns])
    text = io.StringIO()
    # With both signs in the line end, a cell that holds one of them is quoted.
    shown.to_csv(text, index=False, lineterminator="\r\n")
    return text.getvalue().encode("utf-8-sig", "replace")


def _guarded(value: object) -> object:
    return guarded(value) if isinstance(value, str) else value
