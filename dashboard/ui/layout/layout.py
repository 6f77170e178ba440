"""The frame of every page: heading, answer, cards with chart, table and origin, empty states, errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.harmless import harmless
from dashboard.charts.look import Look
from dashboard.charts.metrics import metric_name
from dashboard.schema.config.thresholds import load_thresholds
from dashboard.ui.labels.models import AREAS
from dashboard.ui.session import as_of, data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page, page_file
from dashboard.ui.session.url_state import to_other_pages
from dashboard.ui.widgets import badges, choices
from dashboard.ui.widgets.badges import status_text
from dashboard.ui.widgets.listing import listed
from dashboard.ui.widgets.tables import table

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from dashboard.schema.card.card import ModelCard
    from dashboard.store.listed_models import ListedModel
    from dashboard.ui.widgets.answers import Answer


@dataclass(frozen=True)
class Origin:
    """How we know what a chart shows: what it means, where it comes from, and what was left out or counted."""

    meaning: str
    source: str
    counted: str = ""


def look() -> Look:
    """The look of charts for this reader."""
    return Look(language())


def heading(page: Page) -> None:
    """The page's title and the question it answers; a page about one model ends here while there is none."""
    st.title(say(page.title), anchor=False)
    st.caption(say(page.question))
    if page.is_tab():
        known_models()


def answer(shown: Answer) -> None:
    """The page's answer: a status and a sentence, before any chart."""
    with st.container(border=True, key="answer"):
        st.markdown(f"{badges.badge(shown.status)}  \n**{badges.escaped(shown.sentence)}**")
        for sentence in shown.further:
            st.markdown(badges.escaped(sentence))


def sentences(first: str, *further: str) -> None:
    """The answer of a page about which there is nothing to judge: sentences without a status."""
    with st.container(border=True, key="answer"):
        st.markdown(f"**{badges.escaped(first)}**")
        for sentence in further:
            st.markdown(badges.escaped(sentence))


def notes_on_data(card: ModelCard) -> None:
    """Say so when a model's time line is made up, or real and moved."""
    if card.simulated:
        st.warning(
            say(
                "Simulated: the timeline of this model is made up; its figures show how the dashboard works, not a "
                "real business."
            ),
            icon=":material/science:",
        )
    if card.dates_moved_by_years is not None:
        moved = say("Real data, dates moved by {n} years.", n=card.dates_moved_by_years)
        st.caption(f":material/calendar_month: {moved}")


def section(title: str) -> None:
    """A heading within a page."""
    st.subheader(title, anchor=False)


@contextmanager
def card(title: str, key: str) -> Iterator[None]:
    """A framed part of the page, as high as its neighbour."""
    with st.container(border=True, key=f"card_{key}", height="stretch"):
        st.markdown(f"##### {badges.escaped(title)}")
        yield


def chart(title: str, figure: go.Figure, frame: pd.DataFrame, views: str, origin: Origin, key: str) -> None:
    """A card: the chart, its figures as a table to download (columns of `views`), and how we know them."""
    with card(title, key):
        sides(title, figure, frame, views, origin, key)


def sides(title: str, figure: go.Figure, frame: pd.DataFrame, views: str, origin: Origin, key: str) -> None:
    """The three sides of a chart: drawing, table, and how we know it."""
    drawing, figures, known = st.tabs([say("Chart"), say("Table"), say("How do we know this?")], key=f"tabs_{key}")
    with drawing:
        draw(figure, title, key)
    with figures:
        table(frame, views, key, title)
    with known:
        explain(origin)


def draw(figure: go.Figure, alt: str, key: str) -> None:
    """A chart in the reader's language."""
    st.plotly_chart(harmless(figure), key=f"chart_{key}", config=look().config(), alt=alt)


def draw_selectable(figure: go.Figure, alt: str, key: str, name: str) -> None:
    """A chart on which dragging picks the window called `name`."""
    st.plotly_chart(
        harmless(figure), key=key, config=look().config(), alt=alt, selection_mode="box",
        on_select=lambda: choices.take_dragged(key, name),
    )  # fmt: skip


def explain(origin: Origin) -> None:
    """What a figure means and where it comes from."""
    st.markdown(f"**{say('What it means')}**  \n{badges.escaped(origin.meaning)}")
    st.markdown(f"**{say('Where it comes from')}**  \n{badges.escaped(origin.source)}")
    if origin.counted:
        st.markdown(f"**{say('What was counted')}**  \n{badges.escaped(origin.counted)}")


def empty(title: str, what_next: str, icon: str = ":material/inbox:") -> None:
    """Nothing to show yet, and what to do about it."""
    with st.container(border=True):
        st.markdown(f"##### {icon} {badges.escaped(title)}")
        st.markdown(what_next)


def link(url_path: str, label: str, icon: str | None = None) -> None:
    """A link to another page that keeps what was picked."""
    st.page_link(page_file(url_path), label=label, icon=icon, query_params=to_other_pages())


def known_models() -> Mapping[str, ListedModel]:
    """Every model; without any the page shows how to begin, or that nothing was known then, and ends."""
    known = data.models()
    if not known and as_of.day() is not None:
        before_the_ledger()
        st.stop()
    if not known:
        empty_home()
        st.stop()
    return known


def before_the_ledger() -> None:
    """What a reader sees of a day on which no model was registered."""
    begins = data.begins()
    known = say("The first model was registered on {day}.", day=begins) if begins else ""
    further = say("There is no record for earlier days.") if begins else ""
    empty(say("No model was registered on {day}", day=as_of.format_day()), f"{known} {further}", ":material/history:")


def empty_home() -> None:
    """What a reader sees before any model is registered: the demo, and the commands for own models."""
    with st.container(border=True, key="empty_home"):
        st.markdown(f"##### :material/rocket_launch: {say('No model is registered yet')}")
        st.markdown(say("Look around with seven demo models on real data, or register your own model."))
        mine = reader.may("register")
        wanted = say("Build the demo portfolio")
        if mine and st.button(wanted, type="primary", icon=":material/play_arrow:", key="build_demo"):
            build_demo()
        st.markdown(say("Your own model needs a card, its predictions and, when they are known, the outcomes:"))
        st.code(
            "python -m dashboard register card.yaml\n"
            "python -m dashboard ingest predictions MODEL predictions.parquet\n"
            "python -m dashboard ingest actuals MODEL actuals.parquet\n"
            "python -m dashboard monitor",
            language="bash",
        )


def build_demo() -> None:
    """Build the demo into this home, showing how far it is."""
    bar = st.progress(0.0, say("Building the demo portfolio …"))

    def show(done: float, step: str) -> None:
        bar.progress(min(max(done, 0.0), 1.0), say(step))

    data.add_demo(show)
    st.rerun()


def tiles(counts: dict[str, int]) -> None:
    """How many models stand in each status."""
    areas = listed([say(AREAS[area]) for area in load_thresholds().status.areas], language())
    st.caption(say("What counts for the status of a model, unless its card says otherwise: {areas}.", areas=areas))
    with st.grid(len(counts), min_column_width=140) as grid:
        for status, count in counts.items():
            with grid.cell(), st.container(border=True):
                st.markdown(f"{badges.badge(status)}")
                st.markdown(f"## {count}")


def facts(rows: dict[str, str]) -> None:
    """A short list of names and values; values are text of people."""
    st.table(
        {f"**{name}**": badges.escaped(value) for name, value in rows.items()}, border="horizontal", width="stretch"
    )


def filter_bar(columns: int = 4, key: str = "filters") -> Any:
    """The rows of filters at the top of a page; they wrap on narrow screens."""
    return st.grid(columns, min_column_width=165, key=key)


def halves() -> list[Any]:
    """Two places side by side, one below the other on narrow screens."""
    grid = st.grid(2, min_column_width=400)
    return [grid.cell(), grid.cell()]


def status_word(status: str) -> str:
    """A status as sign and word."""
    return status_text(status, language())


def metric_word(metric: str) -> str:
    """What this reader calls a metric."""
    return metric_name(metric, language())


def process_word(process: str) -> str:
    """What this reader calls a business process."""
    known = data.organisation().processes.get(process)
    return known.name.in_language(language()) if known else process


def logged(volumes: pd.DataFrame, bar: Any) -> pd.DataFrame:
    """The volumes of a model; without any prediction the page says so across the filter bar, and ends."""
    if volumes.empty:
        with bar.cell(column_span="all"):
            empty(
                say("No predictions have been logged"),
                say(
                    "Send them with “python -m dashboard ingest predictions MODEL FILE”, "
                    "then run “python -m dashboard monitor”."
                ),
            )
        st.stop()
    return volumes


def measured(performance: pd.DataFrame, bar: Any) -> pd.DataFrame:
    """The performance of a model; when nothing was computed the page says so across the filter bar, and ends."""
    if performance.empty:
        with bar.cell(column_span="all"):
            empty(
                say("Nothing was measured in this window"),
                say("Widen the window, or run “python -m dashboard monitor” after new predictions or outcomes."),
            )
        st.stop()
    return performance
