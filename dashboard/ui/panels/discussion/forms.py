"""Forms by which people say something about a model: each behind a button, and only for those who may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard.charts.look import STATUS_WORDS, STATUSES
from dashboard.schema.card.roles import RISK_NAMES
from dashboard.ui.labels.alerts import CAUSES
from dashboard.ui.labels.models import AREAS
from dashboard.ui.labels.risks import RISKS
from dashboard.ui.session.language import day_pattern, say
from dashboard.ui.widgets import dates
from dashboard.ui.widgets.confirmation import Confirmation, ask, times
from dashboard.ui.widgets.submit import submit
from dashboard.views.records import records

USUAL_DAYS = 30
# How long a model is kept before the proposal to retire it comes again, unless another day is chosen.
KEPT_DAYS = 180


@contextmanager
def behind(label: str, icon: str, key: str) -> Iterator[None]:
    """A form that opens from a button; `key` is new once it was sent, so that it is empty again."""
    place = st.popover(label, icon=icon, key=f"open_{key}_{times()}")
    with place, st.form(f"form_{key}", border=False, enter_to_submit=False):
        yield


def comment(model: str, key: str, about: str | None = None, own: Mapping[str, str] | None = None) -> None:
    """Comment on a model, or on what `about` names; `own` are the reader's comments, which may be corrected."""
    with behind(say("Comment"), ":material/add_comment:", f"comment_{key}"):
        text = st.text_area(say("Comment"), key=f"text_{key}")
        subject = about if about is not None else _pick_area(say("About"), f"about_{key}")
        corrects = _pick_own(own, f"corrects_{key}") if own else None
        if st.form_submit_button(say("Send"), type="primary"):
            values = {"model": model, "text": text, "about": subject, "corrects": corrects}
            submit("comment", values, say("Your comment is recorded."))


def _pick_area(label: str, key: str) -> str | None:
    words = {"": say("the model as a whole")} | {area: say(word) for area, word in AREAS.items()}
    return st.selectbox(label, list(words), format_func=lambda area: words[area], key=key) or None


def _pick_own(own: Mapping[str, str], key: str) -> str | None:
    words = {"": say("nothing"), **own}
    return st.selectbox(say("Corrects my comment"), list(words), format_func=lambda one: words[one], key=key) or None


def decision(model: str, key: str) -> None:
    """Record a decision with its reason; the figures that are known now are kept with it."""
    with behind(say("Decision"), ":material/gavel:", f"decision_{key}"):
        st.caption(say("The current status, key metrics and open alerts are stored with the decision."))
        decided = st.text_area(say("What was decided"), key=f"decided_{key}")
        reason = st.text_area(say("Why"), key=f"why_{key}")
        until = _pick_day(say("Valid until (empty: until further notice)"), f"until_{key}", None)
        if st.form_submit_button(say("Record the decision"), type="primary"):
            values = {"model": model, "decision": decided, "reason": reason, "until": until}
            submit("record_decision", values, say("The decision is recorded."))


def _pick_day(label: str, key: str, default: date | None) -> str | None:
    today = dates.present().date()
    chosen = st.date_input(label, value=default, min_value=today, key=key, format=day_pattern())
    return chosen.isoformat() if isinstance(chosen, date) else None


def acceptance(model: str, status: pd.DataFrame, key: str) -> None:
    """Accept the status of an area that is not ok, until a day; `status` has the columns of the view."""
    areas = {str(row["area"]): str(row["status"]) for row in records(status) if row["status"] != "ok"}
    if not areas:
        return
    order = sorted(areas, key=lambda area: STATUSES.index(areas[area]))
    words = {area: f"{say(AREAS[area])} ({say(STATUS_WORDS[areas[area]])})" for area in order}
    with behind(say("Accept a status"), ":material/event_available:", f"accept_{key}"):
        st.caption(say("The status does not change; the page shows until when it is known and accepted."))
        area = st.selectbox(say("Area"), order, format_func=lambda one: words[one], key=f"area_{key}")
        until = _pick_day(say("Known until"), f"known_{key}", dates.present().date() + timedelta(days=USUAL_DAYS))
        reason = st.text_area(say("Why"), key=f"accepted_{key}")
        if st.form_submit_button(say("Accept"), type="primary"):
            values = {"model": model, "area": area, "until": until, "reason": reason}
            submit("accept_status", values, say("The status is known and accepted until that day."))


def withdrawal(model: str, areas: Sequence[str], key: str) -> None:
    """Withdraw the acceptance of one of some areas."""
    if not areas:
        return
    with behind(say("Withdraw an acceptance"), ":material/event_busy:", f"withdraw_{key}"):
        area = st.selectbox(say("Area"), areas, format_func=lambda one: say(AREAS[one]), key=f"withdrawn_{key}")
        reason = st.text_area(say("Why"), key=f"because_{key}")
        if st.form_submit_button(say("Withdraw"), type="primary"):
            values = {"model": model, "area": area, "reason": reason}
            consequences = (say("The status counts as not accepted again, on every page, from now on."),)
            success = say("The acceptance is withdrawn.")
            ask(Confirmation(say("Withdraw an acceptance"), consequences, "withdraw_acceptance", values, success))


def rating(model: str, key: str) -> None:
    """Ask for a new rating of one of the four risks."""
    with behind(say("Request a new rating"), ":material/balance:", f"rating_{key}"):
        words = {risk: say(RISKS[risk]) for risk in RISK_NAMES}
        risk = st.selectbox(say("Risk"), RISK_NAMES, format_func=lambda one: words[one], key=f"risk_{key}")
        reason = st.text_area(say("Why"), key=f"rate_{key}")
        if st.form_submit_button(say("Ask"), type="primary"):
            values = {"model": model, "risk": risk, "reason": reason}
            submit("request_rating", values, say("A new rating has been requested."))


def acknowledgement(model: str, area: str, alert: str) -> None:
    """Say that somebody has seen an alert and takes care of it."""
    with behind(say("Acknowledge"), ":material/visibility:", f"seen_{alert}"):
        note = st.text_area(say("Note (may be empty)"), key=f"note_{alert}")
        if st.form_submit_button(say("I have seen it and will take care of it"), type="primary"):
            values = {"model": model, "area": area, "alert": alert, "note": note}
            submit("acknowledge_alert", values, say("The alert is acknowledged."))


def closing(model: str, area: str, alert: str) -> None:
    """Close an alert with its cause and a reason."""
    with behind(say("Close"), ":material/task_alt:", f"close_{alert}"):
        words = {cause: say(word) for cause, word in CAUSES.items() if cause != "status_returned"}
        cause = st.selectbox(say("Cause"), list(words), format_func=lambda one: words[one], key=f"cause_{alert}")
        reason = st.text_area(say("Why it can be closed"), key=f"reason_{alert}")
        if st.form_submit_button(say("Close the alert"), type="primary"):
            values = {"model": model, "area": area, "alert": alert, "cause": cause, "reason": reason}
            consequences = (
                say(
                    "Nobody is reminded of this alert any more; it opens again where its cause returns soon. "
                    "Cause and reason stay in the record."
                ),
            )
            ask(Confirmation(say("Close the alert"), consequences, "close_alert", values, say("The alert is closed.")))


def keeping(model: str, about: str, key: str) -> None:
    """Decide to keep a model although it could be retired or merged, until a day; `about` names the proposal."""
    with behind(say("Keep it"), ":material/gavel:", f"keep_{key}"):
        st.caption(say("The proposal is silent until that day; the decision stands among those of the model."))
        reason = st.text_area(say("Why"), key=f"kept_{key}")
        until = _pick_day(say("Until"), f"kept_until_{key}", dates.present().date() + timedelta(days=KEPT_DAYS))
        if st.form_submit_button(say("Record the decision"), type="primary"):
            values = {"model": model, "decision": say("Keep the model."), "reason": reason, "until": until}
            submit("record_decision", {**values, "about": about}, say("The decision is recorded."))
