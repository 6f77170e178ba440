"""The page of alerts: how many are open and which is most serious, a list by state, and what may be done about each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.ui.labels.alerts import ALERT_STATES, CAUSES, SEVERITIES
from dashboard.ui.labels.models import AREAS
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels import alert_record
from dashboard.ui.panels.discussion import forms, panels as discussion
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import tab_of
from dashboard.ui.widgets import badges, dates, filters, model_lists, submit
from dashboard.ui.widgets.answers import Answer, Subject
from dashboard.ui.widgets.names import actor_name
from dashboard.ui.widgets.tables import table
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.words import mark, period_name

if TYPE_CHECKING:
    from dashboard.store.organisation import Organisation

Row = Mapping[str, Any]
SHOWN = 10
SHOWN_AS_TABLE = [
    "name", "area", "severity", "state", "happened_since", "opened_at", "reason", "owner_name", "acknowledged_by",
    "closed_at", "closed_by", "cause", "closed_because", "model", "alert",
]  # fmt: skip


def named(alerts: pd.DataFrame, models: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Alerts with the model's name and whom each concerns; `models` as of the view, with the owners' names."""
    owners = dict(zip(models["model"], models["owner_name"], strict=True))
    return alerts.assign(
        name=[names.get(model, model) for model in alerts["model"]],
        owner_name=pd.Series([owners.get(model) for model in alerts["model"]], index=alerts.index, dtype=object),
    )


def answer(alerts: pd.DataFrame, models: pd.DataFrame) -> Answer:
    """How many alerts are open, which is most serious and for how long; nothing measured is not good news."""
    subject = Subject("", language())
    opened = alerts[alerts["state"] != "closed"]
    if opened.empty:
        measured = bool((models["status"] != "unknown").any())
        further = () if measured else (subject.say(mark("No model is measured yet, so nothing can raise an alert.")),)
        return Answer("ok" if measured else "unknown", subject.say(mark("No alert is open.")), further)
    first = records(opened)[0]
    values = {
        "n": len(opened), "model": first["name"], "area": say(AREAS[first["area"]]),
        "severity": say(SEVERITIES[first["severity"]]).lower(), "time": dates.lasting(since(first)),
    }  # fmt: skip
    message = mark("{n} alerts are open. Most serious: {model}, {area} (severity {severity}), open for {time}.")
    new = int((opened["state"] == "new").sum())
    care = mark("Nobody is taking care of {n} of them yet.") if new else mark("All of them are being taken care of.")
    if new == len(opened):
        care = mark("Nobody is taking care of any of them yet.")
    if len(opened) == 1:
        care = mark("Nobody is taking care of it yet.") if new else mark("It is being taken care of.")
    further = (subject.say(care, n=new),)
    return Answer("alert", subject.say(message, **values), further)


def since(row: Row) -> str:
    """When an alert was opened last."""
    return str(row["reopened_at"] if isinstance(row["reopened_at"], str) else row["opened_at"])


def board(found: pd.DataFrame, all_known: int) -> None:
    """The alerts by state, each with what may be done, and all of them as a table."""
    if found.empty:
        if all_known:
            layout.empty(say("No matching alert"), say("Remove a filter."), ":material/search_off:")
        else:
            message = say(
                "“monitor” opens an alert when the status of an area becomes alert. Areas that are not measured "
                "open none."
            )
            layout.empty(say("There has been no alert"), message, ":material/notifications:")
        return
    organisation = data.organisation()
    said = data.read("discussion", discussion.everything())
    counts = {state: int((found["state"] == state).sum()) for state in ALERT_STATES}
    labels = {state: f"{say(word)} ({counts[state]})" for state, word in ALERT_STATES.items()}
    first = next(state for state, count in counts.items() if count)
    shown = {state: records(found[found["state"] == state].head(SHOWN)) for state in ALERT_STATES}
    models = frozenset(row["model"] for rows in shown.values() for row in rows)
    record, fared = _of_record(models), alert_record.by_alert(models)
    tabs = st.tabs(list(labels.values()), default=labels[first], key="alert_states")
    for place, state in zip(tabs, ALERT_STATES, strict=True):
        with place:
            rows = [
                {**row, "record": record.get((row["model"], row["area"])), "fared": fared.get(row["alert"], ())}
                for row in shown[state]
            ]
            _cards(rows, counts[state], said, organisation)
    with st.expander(say("Show all as a table"), icon=":material/table:"):
        table(_as_table(found, organisation), "alerts", "alerts", say("Alerts"))


def _of_record(models: Collection[str]) -> dict[tuple[str, str], Row]:
    """The status of record of every area of some models."""
    status = data.read("status", Query(language=language(), among=frozenset(models)))
    return {(row["model"], row["area"]): row for row in records(status)}


def _cards(rows: Sequence[Row], number: int, said: pd.DataFrame, organisation: Organisation) -> None:
    """The first alerts of a state, of which there are `number`."""
    if not rows:
        st.caption(say("None."))
    for row in rows:
        with st.container(border=True, key=f"alert_{row['alert']}"):
            _card(row, organisation)
            _history(row, said[said["subject"] == row["alert"]], organisation)
            _doable(row)
    if number > len(rows):
        st.caption(say("More in the table below: {n}.", n=number - len(rows)))


def _card(row: Row, organisation: Organisation) -> None:
    severity = badges.severity_badge(row["severity"])
    area = badges.escaped(say(AREAS[row["area"]]))
    heading = f"{severity} **{badges.escaped(row['name'])}** · {area}  \n"
    now = row["record"] if row["state"] != "closed" else None
    if now is None:
        st.markdown(heading + badges.escaped(row["reason"]))
    else:
        st.markdown(f"{heading}{badges.badge(now['status'])} {badges.escaped(now['reason'])}")
        if now["reason"] != row["reason"]:
            st.caption(badges.escaped(say("When it was opened: {reason}", reason=row["reason"])))
    st.caption(badges.escaped(" · ".join(_facts(row, organisation))))
    for sentence in row["fared"]:
        st.caption(badges.escaped(sentence))


def _facts(row: Row, organisation: Organisation) -> list[str]:
    """Since when, whom it concerns, and who did what."""
    if row["state"] == "closed":
        times = say("from {begin} to {end}", begin=dates.moment(row["opened_at"]), end=dates.moment(row["closed_at"]))
    else:
        times = say("since {begin}, for {time}", begin=dates.moment(since(row)), time=dates.lasting(since(row)))
    owner = row["owner_name"]
    happened = row["happened_since"]
    in_data = (
        [say("in the data since {begin}", begin=period_name(happened, language()))] if isinstance(happened, str) else []
    )
    found = [
        *in_data,
        say("reported {times}", times=times) if in_data else times,
        say("concerns {person}", person=owner) if isinstance(owner, str) else say("concerns nobody yet"),
    ]
    if isinstance(row["acknowledged_by"], str):
        name = actor_name(row["acknowledged_by"], organisation, language())
        found.append(say("{person} is taking care of it", person=name))
    if isinstance(row["closed_by"], str):
        values = {"person": actor_name(row["closed_by"], organisation, language()), "cause": say(CAUSES[row["cause"]])}
        found.append(say("closed by {person}: {cause}", **values))
    return found


def _history(row: Row, said: pd.DataFrame, organisation: Organisation) -> None:
    """What was said and done about an alert, newest first."""
    if said.empty:
        return
    with st.expander(say("What was done ({n})", n=len(said)), icon=":material/history:"):
        for entry in records(said):
            lines = [discussion.headline({**entry, "subject": None}, organisation, {}), *discussion.lines(entry)]
            st.markdown("  \n".join(lines))


def _doable(row: Row) -> None:
    """The way to the figures, and what this reader may do."""
    model, area, alert = row["model"], row["area"], row["alert"]
    with st.container(horizontal=True):
        st.button(
            say("Open"), key=f"go_{alert}", on_click=filters.open_model, args=(model, tab_of(area)),
            icon=":material/arrow_forward:",
        )  # fmt: skip
        opened = row["state"] != "closed"
        allowed = [name for name in ("acknowledge_alert", "close_alert", "comment") if reader.may(name, model)]
        if row["state"] == "new" and "acknowledge_alert" in allowed:
            forms.acknowledgement(model, area, alert)
        if opened and "close_alert" in allowed:
            forms.closing(model, area, alert)
        if "comment" in allowed:
            forms.comment(model, alert, about=alert)
        if not allowed:
            submit.not_open()


def _as_table(found: pd.DataFrame, organisation: Organisation) -> pd.DataFrame:
    """The alerts in the reader's words."""
    words = {"area": AREAS, "severity": SEVERITIES, "state": ALERT_STATES, "cause": CAUSES}
    shown = found.copy()
    for column, known in words.items():
        in_words = {value: say(word) for value, word in known.items()}
        shown[column] = [in_words.get(value) for value in found[column]]
    shown["happened_since"] = [
        period_name(period, language()) if isinstance(period, str) else None for period in found["happened_since"]
    ]
    for column in ("acknowledged_by", "closed_by"):
        shown[column] = [actor_name(person, organisation, language()) or None for person in found[column]]
    return shown[SHOWN_AS_TABLE]


@part
def explored(known: pd.DataFrame, models: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The filters, and the alerts that they leave; frames as `answer` takes them."""
    with layout.filter_bar(4):
        chosen = {
            "model": filters.pick_some(
                "alert_model", say("Model"), model_lists.present(known, "model"), lambda model: names.get(model, model)
            ),
            "severity": filters.pick_some(
                "alert_severity", say("Severity"), list(SEVERITIES), filters.word_of(SEVERITIES)
            ),
            "area": filters.pick_some(
                "alert_area", say("Area"), model_lists.present(known, "area"), filters.word_of(AREAS)
            ),
            "state": filters.pick_some("alert_state", say("State"), list(ALERT_STATES), filters.word_of(ALERT_STATES)),
        }
    found = model_lists.narrowed(known, chosen)
    layout.answer(answer(found, models))
    board(found, len(known))
    query = Query(language=language())
    alert_record.portfolio(data.read("alert-record", query), data.read("proposed-limits", query), names)
