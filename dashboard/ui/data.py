"""The one door to the store: views by name, cached until the store changes, and the cards behind them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.access.principal import Principal
from dashboard.ui import who
from dashboard.views.query import Query

if TYPE_CHECKING:
    from dashboard.actions.jobs import Job
    from dashboard.explanations.evidently_report import Comparison
    from dashboard.schema.card import ModelCard
    from dashboard.store.database import Store
    from dashboard.store.organisation import Organisation

DEFAULT_HOME = Path("data") / "home"
FRAMES_KEPT = 500
REPORT = "evidently_report"
# Columns of figures: a column without any value is one of missing numbers, not of nothing.
NUMBERS = (
    "value", "low", "high", "target", "limit", "reference_value", "importance", "relevance", "cost", "difference",
    "mean_prediction", "rate", "lower", "upper", "precision", "recall", "f1", "accuracy", "selected_share",
    "reference_share", "current_share",
)  # fmt: skip


def home() -> Path:
    """The directory that holds this deployment's state."""
    return Path(os.environ.get("DASHBOARD_HOME", DEFAULT_HOME)).resolve()


def read(name: str, query: Query) -> pd.DataFrame:
    """The frame of one view; raises what `run_view` raises."""
    store = _store()
    return _frame(store, str(home()), store.version, name, query, who.reader())


def act(action: str, values: Mapping[str, object], request_key: str | None = None) -> str:
    """Do an action in the reader's name, once under a key; raises what `read_payload` and `run_action` raise."""
    from dashboard.actions.registry import read_payload, run_action

    payload = read_payload(action, values)
    return run_action(_store(), action, payload, who.reader(), request_key=request_key)


def cards() -> dict[str, ModelCard]:
    """The current card of every model by id."""
    store = _store()
    return _cards(store, str(home()), store.version)


def organisation() -> Organisation:
    """The people, teams and processes that are registered now."""
    store = _store()
    return _organisation(store, str(home()), store.version)


def add_demo(progress: Callable[[float, str], None]) -> None:
    """Build the demo portfolio into this home; `progress` is told the share done and the step."""
    from dashboard.demo import add_demo as add

    add(_store(), progress)


def jobs() -> list[Job]:
    """Long work that runs or ended lately, as far as the reader may see it."""
    from dashboard.actions.jobs import JOBS

    return JOBS.known(home(), who.reader())


def start(action: str, values: Mapping[str, object]) -> Job:
    """Begin a long action in the reader's name and return at once; raises what `start_long` raises."""
    from dashboard.actions.jobs import start_long, task_of
    from dashboard.actions.registry import read_payload

    payload = read_payload(action, values)
    return start_long(_store(), task_of(action, payload, who.reader()), payload)


def start_report(card: ModelCard, comparison: Comparison) -> Job:
    """Begin to build the Evidently report of a comparison, which is the job's result; raises UnderWayError."""
    from dashboard.actions.jobs import JOBS, Task
    from dashboard.explanations.evidently_report import build_report

    store = _store()
    task = Task(REPORT, who.reader(), (card.id,))
    return JOBS.start(store, task, lambda progress: build_report(store, card, comparison, progress))


def find_job(job_id: str) -> Job | None:
    """A job that was begun here, while it is remembered."""
    from dashboard.actions.jobs import JOBS

    return JOBS.find(job_id)


def _store() -> Store:
    """The store as it is held now: it may have been opened anew since the last run."""
    from dashboard.store.held import held_store

    return held_store(home())


@st.cache_data(show_spinner=False, max_entries=FRAMES_KEPT)
def _frame(
    _open_store: Store, home_directory: str, version: int, name: str, query: Query, reader: Principal
) -> pd.DataFrame:
    from dashboard.views.registry import run_view

    frame = run_view(_open_store, name, query, reader)
    numbers = [column for column in frame.columns if column in NUMBERS]
    return frame.assign(**{column: pd.to_numeric(frame[column], errors="coerce") for column in numbers})


@st.cache_resource(show_spinner=False, max_entries=4)
def _cards(_open_store: Store, home_directory: str, version: int) -> dict[str, ModelCard]:
    from dashboard.store.cards import list_cards

    return {model: recorded.card for model, recorded in list_cards(_open_store).items()}


@st.cache_resource(show_spinner=False, max_entries=4)
def _organisation(_open_store: Store, home_directory: str, version: int) -> Organisation:
    from dashboard.store.organisation import get_organisation

    return get_organisation(_open_store)
