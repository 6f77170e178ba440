"""Further choices that stand in the address like those of `filters.py`: a day, one of some options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from dashboard.ui.session.language import day_pattern, say
from dashboard.ui.session.url_state import get_param, read_day, set_param, written_days
from dashboard.ui.widgets.filters import open_model
from dashboard.ui.widgets.narrowing import few_of, search_options

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def pick_day(name: str, today: date) -> date | None:
    """The day that a page looks at, or None for today."""
    day = read_day(get_param(name)) or today
    day = min(max(day, FIRST_DAY), LAST_DAY)
    key = f"pick_{name}_{day.isoformat()}"
    st.date_input(
        say("Day"), value=day, min_value=FIRST_DAY, max_value=LAST_DAY, key=key, on_change=_take_day, args=(name, key),
        format=day_pattern(), help=say("The state on that day, based on everything that is known now."),
    )  # fmt: skip
    set_param(name, None if day == today else day.isoformat())
    return None if day == today else day


def pick_one(name: str, label: str, shown: Mapping[str, str]) -> str:
    """One of some options from a list; `shown` gives what readers see, the first is the default."""
    chosen = _begin(name, shown)
    offered = few_of(list(shown), shown.__getitem__, name, [chosen])
    st.selectbox(
        label, offered, format_func=lambda option: shown.get(option, option), key=f"pick_{name}",
        on_change=_take, args=(name,),
    )  # fmt: skip
    search_options(name, label, len(shown))
    return chosen


def pick_view(name: str, label: str, shown: Mapping[str, str]) -> str:
    """One of a few ways to look at something, side by side."""
    chosen = _begin(name, shown)
    st.segmented_control(
        label, list(shown), format_func=lambda option: shown.get(option, option), key=f"pick_{name}",
        on_change=_take, args=(name,), required=True,
    )  # fmt: skip
    return chosen


def pick_dragged() -> str:
    """Whether dragging across the time line picks the current window or the reference."""
    shown = {"window": say("the current window"), "reference": say("the reference window")}
    return pick_view("drag", say("Dragging across the timeline selects"), shown)


def picked_case() -> str | None:
    """The id of the prediction that the reader looks at, as it stands in the address."""
    return get_param("prediction")


def pick_case(prediction: str) -> None:
    """Callback: look at a prediction."""
    set_param("prediction", prediction)


def pick_case_by_id() -> None:
    """The field for the id of a prediction."""
    st.text_input(
        say("Id of a prediction"), key="pick_case_id", on_change=_take_case, placeholder=say("Id, as in your files")
    )


def pick_clicked_case(key: str, predictions: Sequence[str]) -> None:
    """Callback of a table: look at the prediction of the row that was clicked."""
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        set_param("prediction", predictions[rows[0]])


def _take_case() -> None:
    typed = str(st.session_state["pick_case_id"]).strip()
    if typed:
        set_param("prediction", typed)


def clicked_mark(key: str, known: Sequence[str]) -> str | None:
    """What the mark stands for that was clicked on a chart; None where none was, or one of nothing known."""
    points = st.session_state[key]["selection"]["points"]
    found = [str(point["customdata"][0]) for point in points if point.get("customdata")]
    return found[0] if found and found[0] in known else None


def open_clicked_model(key: str, models: Sequence[str], url_path: str) -> None:
    """Callback of a chart: open a page about the model of the mark that was clicked."""
    model = clicked_mark(key, models)
    if model is not None:
        open_model(model, url_path)


def take_dragged(key: str, name: str) -> None:
    """Callback of the time line: the dragged range becomes the window called `name`."""
    selection = st.session_state[key]["selection"]
    if not selection["box"]:
        return
    edges = sorted(date.fromisoformat(str(edge)[:10]) for edge in selection["box"][0]["x"])
    set_param(name, written_days((edges[0], edges[-1])))


def _begin(name: str, shown: Mapping[str, str]) -> str:
    options: Sequence[str] = list(shown)
    wanted = get_param(name)
    chosen = wanted if wanted is not None and wanted in options else options[0]
    st.session_state[f"pick_{name}"] = chosen
    set_param(name, None if chosen == options[0] else chosen)
    return chosen


def _take(name: str) -> None:
    set_param(name, str(st.session_state[f"pick_{name}"]))


def _take_day(name: str, key: str) -> None:
    day = st.session_state[key]
    set_param(name, day.isoformat() if day else None)
