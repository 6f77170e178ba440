"""Decisions and discussion of a model: what was said, newest first, and the forms for those who may say more."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.look import STATUS_WORDS
from dashboard.charts.metrics import metric_name, metric_value
from dashboard.measures.judging.verdict import SEVERITY
from dashboard.ui.labels.alerts import CAUSES, SEVERITIES, STATEMENTS
from dashboard.ui.labels.models import AREAS
from dashboard.ui.labels.risks import RISKS
from dashboard.ui.layout import layout
from dashboard.ui.panels.discussion import forms
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, dates, submit
from dashboard.ui.widgets.names import actor_name, actor_of
from dashboard.ui.widgets.tables import download
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.words import mark

if TYPE_CHECKING:
    from dashboard.store.organisation import Organisation

Row = Mapping[str, Any]
SHOWN = 8
ICONS = {
    "comment": ":material/chat:", "decision": ":material/gavel:", "rating_requested": ":material/balance:",
    "status_accepted": ":material/event_available:", "acceptance_withdrawn": ":material/event_busy:",
    "alert_acknowledged": ":material/visibility:", "alert_closed": ":material/task_alt:",
    "alert_reopened": ":material/refresh:", "alert_over": ":material/info:",
}  # fmt: skip
KNOWN_UNTIL = mark("Known until {day}, by {person}, because: {reason}")
WORDS_SHOWN = 40


def part(query: Query, status: pd.DataFrame) -> None:
    """The part of a model's page: forms, then what people said; `status` has the columns of the view."""
    assert query.model is not None
    said = data.read("discussion", query)
    organisation = data.organisation()
    by_people = said[(said["actor"] != "system")].reset_index(drop=True)
    _forms(query, status, by_people)
    if by_people.empty:
        layout.empty(
            say("No comments yet"),
            say("Comments, decisions and accepted statuses appear here, each with name and time."),
            ":material/forum:",
        )
        return
    entries = records(by_people)
    corrected = {row["corrects"]: row for row in entries if isinstance(row["corrects"], str)}
    areas = alert_areas(data.read("alerts", query))
    for row in entries[:SHOWN]:
        _entry(row, organisation, areas, corrected.get(row["statement"]))
    if len(entries) > SHOWN:
        with st.expander(say("Older entries: {n}", n=len(entries) - SHOWN)):
            for row in entries[SHOWN:]:
                _entry(row, organisation, areas, corrected.get(row["statement"]))
    download(by_people, "discussion")


def everything() -> Query:
    """What was said about every model."""
    return Query(language=language())


def _forms(query: Query, status: pd.DataFrame, said: pd.DataFrame) -> None:
    """One button for each thing that this reader may say; forms are new after each entry."""
    model = str(query.model)
    open_to = [
        name
        for name in ("comment", "record_decision", "accept_status", "withdraw_acceptance", "request_rating")
        if reader.may(name, model)
    ]
    if not open_to:
        submit.not_open()
        return
    key = f"{model}_{len(said)}"
    in_force = _in_force(data.read("acceptances", query)) if "withdraw_acceptance" in open_to else {}
    draw = {
        "comment": lambda: forms.comment(model, key, own=_own_comments(said)),
        "record_decision": lambda: forms.decision(model, key),
        "accept_status": lambda: forms.acceptance(model, status, key),
        "withdraw_acceptance": lambda: forms.withdrawal(model, list(in_force), key),
        "request_rating": lambda: forms.rating(model, key),
    }
    with st.container(horizontal=True, key="say_something"):
        for name in open_to:
            draw[name]()


def _own_comments(said: pd.DataFrame) -> dict[str, str]:
    """The reader's own comments that may be corrected: id and the beginning of the text."""
    me = reader.reader()
    names = [me.person, me.actor]
    own = [
        row
        for row in records(said[said["kind"] == "comment"])
        if (row["person"] if isinstance(row["person"], str) else row["actor"]) == (names[0] or names[1])
    ]
    return {str(row["statement"]): str(row["text"])[:WORDS_SHOWN] for row in own}


def alert_areas(alerts: pd.DataFrame) -> dict[str, str]:
    """The area of each alert, by its id."""
    return dict(zip(alerts["alert"], alerts["area"], strict=True))


def _entry(row: Row, organisation: Organisation, areas: Mapping[str, str], correction: Row | None) -> None:
    with st.container(border=True, key=f"said_{row['statement']}"):
        st.caption(headline(row, organisation, areas))
        st.markdown("  \n".join(lines(row)))
        if correction is not None:
            st.caption(say("Corrected by the comment of {moment}.", moment=dates.moment(correction["at"])))
        if isinstance(row["figures"], str):
            with st.expander(say("What was known then"), icon=":material/history:"):
                _figures(json.loads(row["figures"]))


def headline(row: Row, organisation: Organisation, areas: Mapping[str, str]) -> str:
    """Kind, name, moment and subject of an entry, as markdown."""
    name = actor_name(row["person"], organisation, language()) or actor_of(row["actor"], organisation, language()).name
    parts = [f"{ICONS[row['kind']]} **{say(STATEMENTS[row['kind']])}**", badges.escaped(name)]
    parts.append(badges.escaped(dates.moment(row["at"])))
    subject = _subject(row["subject"], areas)
    return " · ".join([*parts, badges.escaped(subject)] if subject else parts)


def _subject(subject: object, areas: Mapping[str, str]) -> str:
    if not isinstance(subject, str):
        return ""
    area = areas.get(subject, subject)
    if area in AREAS:
        word = say(AREAS[area])
        return say("alert on {area}", area=word) if subject in areas else word
    return say(RISKS[area]) if area in RISKS else say("an earlier entry")


def lines(row: Row) -> list[str]:
    """What an entry says, as markdown."""
    text = row["text"] if isinstance(row["text"], str) else ""
    if row["kind"] == "alert_closed":
        text = say(CAUSES.get(text, text))
    elif row["kind"] == "status_accepted":
        text = say("The status {status} is known and accepted.", status=say(STATUS_WORDS[text]))
    found = [text] if text else []
    if isinstance(row["reason"], str):
        found.append(say("Because: {reason}", reason=row["reason"]) if text else row["reason"])
    if isinstance(row["until"], str):
        found.append(say("Valid until {day}", day=dates.whole_day(row["until"])))
    # Two spaces keep the author's line breaks.
    return [badges.escaped(line).replace("\n", "  \n") for line in found]


def _figures(known: Mapping[str, Any]) -> None:
    """The status, key metrics and open alerts that a decision rested on."""
    standing = [
        f"{say(AREAS[area])} {say(STATUS_WORDS[status])}"
        for area, status in known["status"].items()
        if area in AREAS and status != "unknown"
    ]
    unknown = sum(1 for status in known["status"].values() if status == "unknown")
    st.markdown(badges.escaped(" · ".join([*standing, say("not measured: {n} areas", n=unknown)])))
    for row in known["metrics"]:
        figures = {name: metric_value(row["metric"], row[name], language()) for name in ("value", "target", "limit")}
        values = {"metric": metric_name(row["metric"], language()), "when": str(row["period"]), **figures}
        st.markdown(badges.escaped(say("{metric} in {when}: {value} (target {target}, limit {limit})", **values)))
    for row in known["alerts"]:
        values = {"area": say(AREAS[row["area"]]), "severity": say(SEVERITIES[row["severity"]])}
        day = dates.whole_day(row["opened_at"])
        st.markdown(badges.escaped(say("Open alert on {area}, severity {severity}, since {day}", **values, day=day)))


def _in_force(acceptances: pd.DataFrame) -> dict[str, Row]:
    return {str(row["area"]): row for row in records(acceptances[acceptances["state"] == "in_force"])}


def accepted(status: pd.DataFrame, acceptances: pd.DataFrame) -> pd.DataFrame:
    """A frame with model, area, status and reason: with a column `known`, empty where no acceptance speaks of it."""
    rows = records(acceptances[acceptances["state"] == "in_force"])
    in_force = {(row["model"], row["area"]): row for row in rows}
    organisation = data.organisation()
    notes = []
    for row in records(status):
        one = in_force.get((row["model"], row["area"]))
        covered = one is not None and SEVERITY[row["status"]] <= SEVERITY[one["accepted"]] and row["status"] != "ok"
        notes.append(_known_until(one, organisation) if one is not None and covered else "")
    return status.assign(known=pd.Series(notes, index=status.index, dtype=object))


def _known_until(one: Mapping[Any, Any], organisation: Organisation) -> str:
    name = actor_name(one["person"], organisation, language())
    return say(KNOWN_UNTIL, day=dates.whole_day(one["until"]), person=name, reason=one["reason"])


def with_reasons(known: pd.DataFrame) -> pd.DataFrame:
    """The same frame with what is accepted behind the reason."""
    reasons: Sequence[str] = [
        " · ".join(part for part in (row["reason"], row["known"]) if part) if row["known"] else row["reason"]
        for row in records(known)
    ]
    return known.assign(reason=pd.Series(reasons, index=known.index, dtype=object)).drop(columns="known")
