"""Forms about the training of a model: plan, move, cancel, start, and say how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.ui.labels.trainings import OUTCOMES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.discussion.forms import behind
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import day_pattern, language, say
from dashboard.ui.session.url_state import get_param
from dashboard.ui.widgets import badges, dates, filters, submit
from dashboard.ui.widgets.tables import list_of
from dashboard.words import day

LINES = ["at", "day", "instead_of", "person", "reason"]
START = "start_retraining"


@part
def act(entries: pd.DataFrame, plans: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Pick a model, see every line of its plan, and act.

    `entries` and `plans` have the columns of `retraining-calendar` and `retraining-plans`.
    """
    layout.section(say("Plan, start, finish"))
    ordered = sorted(names, key=lambda model: names[model].casefold())
    asked = get_param("model")
    model = filters.pick_one(
        "training_of", say("Model"), ordered, names.__getitem__, asked if asked in names else None
    )  # fmt: skip
    of_model(model, entries[entries["model"] == model], plans[plans["model"] == model])


@part
def on_tab(model: str, entries: pd.DataFrame, plans: pd.DataFrame) -> None:
    """The same for the one model of a tab; frames as of `act`, of this model."""
    layout.section(say("Plan, start, finish"))
    of_model(model, entries, plans)


def of_model(model: str, entries: pd.DataFrame, plans: pd.DataFrame) -> None:
    """What may be done about the training of one model, and every line of its plan, newest first."""
    if reader.may("plan_retraining", model):
        number = len(plans) + len(entries)
        open_days = [date.fromisoformat(one) for one in plans.loc[plans["open"].astype(bool), "day"]]
        under_way = entries["source"].eq("start").any()
        with st.container(horizontal=True):
            _plan(model, f"{model}_{number}", sorted(open_days))
            if open_days:
                _cancel(model, f"{model}_{number}", sorted(open_days))
            if under_way:
                _end(model, f"{model}_{number}")
            else:
                _start(model, f"{model}_{number}", sorted(open_days))
    else:
        submit.not_open()
    if plans.empty:
        st.caption(say("Nobody has planned a training of this model."))
    else:
        organisation = data.organisation()
        people = [organisation.person_name(one) if isinstance(one, str) else None for one in plans["person"]]
        shown = plans[LINES].assign(person=pd.Series(people, plans.index, object))
        list_of(shown, "retraining-plans", f"plans_{model}")


def _plan(model: str, key: str, open_days: list[date]) -> None:
    with behind(say("Plan a training"), ":material/event:", f"plan_{key}"):
        picked = st.date_input(
            say("Day"), value=None, min_value=dates.present().date(), key=f"plan_day_{key}", format=day_pattern()
        )
        moved = _pick_open(say("In place of (empty: a further training)"), open_days, f"plan_moved_{key}")
        reason = st.text_area(say("Why"), key=f"plan_reason_{key}", max_chars=5_000)
        if st.form_submit_button(say("Plan it"), type="primary"):
            values: dict[str, Any] = {"model": model, "reason": reason, "day": _written(picked)}
            values |= {"instead_of": _written(moved)} if moved else {}
            submit.submit("plan_retraining", values, say("The training is planned."))


def _cancel(model: str, key: str, open_days: list[date]) -> None:
    with behind(say("Cancel a plan"), ":material/event_busy:", f"cancel_{key}"):
        picked = st.selectbox(say("Planned for"), open_days, format_func=_shown, key=f"cancel_day_{key}")
        reason = st.text_area(say("Why"), key=f"cancel_reason_{key}", max_chars=5_000)
        if st.form_submit_button(say("Cancel the plan"), type="primary"):
            values = {"model": model, "day": _written(picked), "reason": reason}
            submit.submit("cancel_retraining", values, say("The plan is cancelled; it stays on record."))


def _start(model: str, key: str, open_days: list[date]) -> None:
    with behind(say("Start a training"), ":material/play_arrow:", f"start_{key}"):
        st.markdown(
            badges.escaped(say("The pipeline is called as the settings say; without one, people train by hand."))
        )
        carried_out = _pick_open(say("Carries out the plan for (empty: what is due)"), open_days, f"start_plan_{key}")
        reason = st.text_area(say("Why"), key=f"start_reason_{key}", max_chars=5_000)
        if st.form_submit_button(say("Start now"), type="primary"):
            values: dict[str, Any] = {"model": model, "reason": reason}
            values |= {"planned_for": _written(carried_out)} if carried_out else {}
            submit.begin(START, values, say("The training is being handed over; the sidebar shows how far it is."))


def _end(model: str, key: str) -> None:
    with behind(say("Say how it ended"), ":material/task_alt:", f"end_{key}"):
        outcome = st.segmented_control(
            say("The training is"), list(OUTCOMES), format_func=lambda one: say(OUTCOMES[one]), default="done",
            required=True, key=f"end_outcome_{key}",
        )  # fmt: skip
        version = st.text_input(say("Version that it made (may be empty)"), key=f"end_version_{key}", max_chars=100)
        reason = st.text_area(say("What is to be said about it"), key=f"end_reason_{key}", max_chars=5_000)
        if st.form_submit_button(say("Record the end"), type="primary"):
            values = {"model": model, "outcome": outcome, "reason": reason, "version": version.strip() or None}
            submit.submit("end_retraining", values, say("It is recorded how the training ended."))


def _pick_open(label: str, open_days: list[date], key: str) -> date | None:
    """One of the open plans, or none; drawn only where there is one."""
    if not open_days:
        return None
    return st.selectbox(label, open_days, index=None, format_func=_shown, key=key, placeholder=say("none"))


def _shown(one: date) -> str:
    return day(one, language())


def _written(one: object) -> str | None:
    return one.isoformat() if isinstance(one, date) else None
