"""The one door to the store: views by name, cached until the store changes, the list of models, and single cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.access.principal import Principal
from dashboard.access.rights import check_open, check_visible
from dashboard.errors import refused
from dashboard.store.engine import clock
from dashboard.store.organisation import Organisation
from dashboard.ui.session import as_of, reader as who
from dashboard.ui.session.frame_cache import FrameCache
from dashboard.ui.session.home import home, open_home
from dashboard.views.query import Query
from dashboard.words import Sentence, mark

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.actions.jobs import Job
    from dashboard.explanations.report.evidently_report import Comparison
    from dashboard.schema.card.card import ModelCard
    from dashboard.store.engine.database import Store
    from dashboard.store.listed_models import ListedModel

FRAMES_KEPT = 500
# Seconds: in every time zone a day begins with a quarter of an hour, and with it many an answer changes.
DAY_BEGINS = 900
REPORT = "evidently_report"
_FRAMES = FrameCache(FRAMES_KEPT)


def read(name: str, query: Query) -> pd.DataFrame:
    """The frame of one view, as known on the day that the pages show; raises what `run_view` raises."""
    return read_later(name, query)()


def read_later(name: str, query: Query) -> Callable[[], pd.DataFrame]:
    """How `read` finds a frame, for when no page runs any more: who asks, and which past day, is settled now."""
    query = replace(query, as_of=query.as_of or as_of.instant(), waits=False)
    store, reader, place = open_home(), who.reader(), str(home())

    def frame() -> pd.DataFrame:
        state = store.version, int(clock.now().timestamp() // DAY_BEGINS)
        # What a page changes in its own copy is copied then: readers share the values.
        found = _FRAMES.get((place, *state), (name, query, reader), lambda: _frame(store, name, query, reader))
        return found.copy(deep=False)

    return frame


def act(action: str, values: Mapping[str, object], request_key: str | None = None) -> str:
    """Do an action in the reader's name, once under a key; raises what `read_payload` and `run_action` raise.

    Raises InputRefusedError while the pages show the past.
    """
    from dashboard.actions.registry import named_models, read_payload, run_action
    from dashboard.governance.judgements.renewal import PRESENT
    from dashboard.governance.judgements.worker import renew

    _check_present()
    payload = read_payload(action, values)
    done = run_action(open_home(), action, payload, who.reader(), request_key=request_key)
    # Whoever acts sees at once what came of it.
    if models := frozenset(named_models(payload)):
        renew(open_home(), PRESENT, "present", models)
    return done


def judged_behind() -> int:
    """How many models are to be judged anew, in a server; what pages show of them is what was judged before."""
    from dashboard.governance.judgements.worker import worker_of

    worker = worker_of(open_home())
    return worker.behind.get("present", 0) if worker is not None else 0


def judge_past(progress: Callable[[int, int], None]) -> None:
    """Judge the day that the pages show, where it was not asked about yet; `progress` receives how many of how many."""
    from dashboard.governance.judgements.renewal import Question, bring_up_to_date

    if as_of.instant() is not None:
        bring_up_to_date(open_home(), Question(None, as_of.instant()), models=who.reader().models, progress=progress)


def _check_present() -> None:
    if as_of.day() is not None:
        raise refused(Sentence(mark("Past days are read-only; go back to today.")))


def models() -> Mapping[str, ListedModel]:
    """Every model that the reader sees, by id, as known on the day that the pages show."""
    store, reader = open_home(), who.reader()
    known = _models(store, str(home()), _state_of(store, "cards"), as_of.instant()) if reader.roles else {}
    return known if reader.models is None else {model: known[model] for model in known if reader.sees(model)}


def card(model: str) -> ModelCard:
    """The card of one model, as known on the day that the pages show.

    Raises NotFoundError for a model that is not known, or not to the reader.
    """
    from dashboard.store.cards import get_card

    check_visible(who.reader(), [model])
    return get_card(open_home(), model, as_of.instant())


def organisation() -> Organisation:
    """The people, teams and processes as known on the day that the pages show.

    Of processes, those of models that the reader sees. People and teams are a directory: whoever may see a model may
    name a colleague.
    """
    store, reader = open_home(), who.reader()
    if not reader.roles:
        return Organisation()
    known = _organisation(store, str(home()), _state_of(store, "organisation"), as_of.instant())
    if reader.models is None:
        return known
    seen = {listed.process for listed in models().values()}
    kept = {name: process for name, process in known.processes.items() if name in seen}
    return replace(known, processes=kept)


def begins() -> date | None:
    """The day (UTC) on which the first model was registered; None while there is none."""
    from dashboard.store.cards import first_registration

    moment = first_registration(open_home())
    return moment.date() if moment else None


def add_demo(progress: Callable[[float, str], None]) -> None:
    """Build the demo portfolio into this home; `progress` receives the share done and the step.

    Raises ForbiddenError for a reader who may not register models.
    """
    from dashboard.actions.registry import ACTIONS
    from dashboard.demo.building import add_demo as add
    from dashboard.store.engine.shared_stores import store_away

    check_open(who.reader(), ACTIONS.get("register"))
    add(open_home(), progress, store_away)


def jobs() -> list[Job]:
    """Long work that runs or ended lately, as far as the reader may see it."""
    from dashboard.actions.jobs import JOBS

    return JOBS.known(home(), who.reader())


def start(action: str, values: Mapping[str, object]) -> Job:
    """Begin a long action in the reader's name and return at once; raises what `start_long` raises."""
    from dashboard.actions.jobs import start_long, task_of
    from dashboard.actions.registry import read_payload

    _check_present()
    payload = read_payload(action, values)
    return start_long(open_home(), task_of(action, payload, who.reader()), payload)


def start_report(card: ModelCard, comparison: Comparison) -> Job:
    """Begin to build the Evidently report of a comparison, which is the job's result; raises UnderWayError."""
    from dashboard.actions.jobs import JOBS, Task
    from dashboard.explanations.report.evidently_report import build_report

    check_visible(who.reader(), [card.id])
    store = open_home()
    task = Task(REPORT, who.reader(), (card.id,))
    return JOBS.start(store, task, lambda progress: build_report(store, card, comparison, progress))


def find_job(job_id: str) -> Job | None:
    """A job that was begun here, while it is remembered."""
    from dashboard.actions.jobs import JOBS

    return JOBS.find(job_id)


def _state_of(store: Store, table: str) -> object:
    """What stands for the rows of a table while none is added; for everything that is committed where it is unknown."""
    return store.state_of(table) or store.version


def _frame(store: Store, name: str, query: Query, reader: Principal) -> pd.DataFrame:
    from dashboard.views.registry import run_view

    return run_view(store, name, query, reader)


@st.cache_resource(show_spinner=False, max_entries=4)
def _models(_open_store: Store, home_directory: str, state: object, as_of: datetime | None) -> dict[str, ListedModel]:
    from dashboard.store.listed_models import list_models

    return list_models(_open_store, as_of)


@st.cache_resource(show_spinner=False, max_entries=4)
def _organisation(_open_store: Store, home_directory: str, state: object, as_of: datetime | None) -> Organisation:
    from dashboard.store.organisation import get_organisation

    return get_organisation(_open_store, as_of)
