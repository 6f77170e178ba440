"""Parts of the page Process map: the picture, the list of processes, and the rehearsal of an outage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.governance.outages import Hit, calls_for, cost_per_hour, hits_of
from dashboard.lineage.graph import Edge
from dashboard.ui.labels.models import ROLES
from dashboard.ui.layout import layout
from dashboard.ui.panels.lineage import drawing, sentences, sight
from dashboard.ui.panels.lineage.flows import flow_of, on_path
from dashboard.ui.panels.lineage.folding import fold
from dashboard.ui.panels.lineage.health import Health
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.panels.lineage.stages import stages_of
from dashboard.ui.panels.model import rows
from dashboard.ui.panels.processes.reliance import AROUND, Reliance
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.url_state import get_param, set_param
from dashboard.ui.widgets import badges, filters
from dashboard.ui.widgets.answers import Answer
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.words import mark, number

if TYPE_CHECKING:
    from dashboard.schema.people import Process

HOURS = (1, 2, 4, 8, 12, 24, 48, 72, 168, 336, 720)
USUAL_HOURS = 8
OWNER_WORD = mark("owner of the process")


@dataclass(frozen=True)
class Rehearsal:
    """An outage that is played through: the model, the models that its output feeds, and how many hours."""

    model: str
    further: tuple[str, ...]
    hours: int


def answer(reliance: Reliance, names: Names) -> Answer:
    """How many processes rely on models, and of how many nobody said how long they may stand still."""
    processes = names.organisation.processes
    relying = [process for process, models in reliance.models.items() if models]
    silent = [one for one in relying if one not in processes or processes[one].tolerable_outage_hours is None]
    unprepared = [one for one in relying if one not in processes or processes[one].fallback is None]
    further = []
    if silent:
        stated = names.listed([f"process:{one}" for one in silent])
        further.append(say("Of {n} nobody said how long they may stand still: {names}.", n=len(silent), names=stated))
    if unprepared:
        stated = names.listed([f"process:{one}" for one in unprepared])
        further.append(say("{n} have no fallback: {names}.", n=len(unprepared), names=stated))
    status = "warn" if silent or unprepared else "ok" if relying else "unknown"
    return Answer(status, say("{n} business processes rely on models.", n=len(relying)), tuple(further))


def picture(edges: list[Edge], names: Names, statuses: Mapping[str, str]) -> None:
    """Models, their consumers, processes and people, from left to right."""
    around = [edge for edge in edges if edge.kind in AROUND]
    if not around:
        layout.empty(say("No process is linked with a model"), say("Name the process on the card of the model."))
        return
    flow = flow_of(around, "overview")
    chosen = get_param(sight.CHOSEN) if get_param(sight.CHOSEN) in flow.nodes else None
    path = on_path(flow, chosen) if chosen else frozenset()
    folded = fold(flow, stages_of(around), sight.opened(), [chosen] if chosen else [])
    known = sentences.near(flow)
    stated = {item.id: sentences.of_item(item, known, names) for item in folded.items.values()}
    health = {
        f"model:{model}": Health(status, "") for model, status in statuses.items() if f"model:{model}" in flow.nodes
    }
    sight.folded_note(folded.left_out, sight.opened())
    marked = frozenset(folded.item_of[node] for node in path)
    drawing.draw(folded, drawing.Marks(chosen, marked, frozenset(), health, stated), names, sight.choose_picked)
    if chosen:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(badges.escaped(sentences.of_node(chosen, known, names)))
            st.button(say("Look at the lineage"), key="to_lineage", on_click=sight.look_from, args=(chosen,))
            st.button(say("Show everything"), key="close_card", on_click=sight.close_card)


def listing(reliance: Reliance, names: Names) -> None:
    """Every process with its models, consumers, what it bears and what happens then."""
    rows = [
        _row(process, reliance, names)
        for process in sorted(names.organisation.processes.values(), key=lambda one: one.name.in_language(language()))
    ]
    if rows:
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt=say("Business processes"))


def _row(process: Process, reliance: Reliance, names: Names) -> dict[str, str]:
    models = reliance.models.get(process.id, ())
    stated = {
        say("Business process"): process.name.in_language(language()),
        say("Models"): ", ".join(names.of(f"model:{model}") for model in models) or say("none"),
        say("Consumers"): ", ".join(reliance.consumers.get(process.id, ())) or say("none seen"),
        say("May stand still"): _hours(process.tolerable_outage_hours),
        say("Fallback"): process.fallback.in_language(language()) if process.fallback else say("not stated"),
        say("Owner"): names.organisation.person_name(process.owner) if process.owner else say("nobody"),
    }
    return {heading: badges.escaped(text) for heading, text in stated.items()}


def _hours(hours: float | None) -> str:
    if hours is None:
        return say("not stated")
    return say("{n} hours", n=number(int(hours) if hours == int(hours) else hours, language()))


def pick_rehearsal(reliance: Reliance, names: Names) -> Rehearsal:
    """Which model is down for how long."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="rehearsal"):
        model = filters.pick_one("down", say("This model is down"), sorted(names.models), names.models.__getitem__)
        hours = filters.pick_one(
            "hours", say("for"), [str(one) for one in HOURS], lambda one: _hours(float(one)), str(USUAL_HOURS)
        )
    set_param("hours", None if hours == str(USUAL_HOURS) else hours)
    return Rehearsal(model, reliance.further.get(model, ()), int(hours))


def rehearse(asked: Rehearsal, reliance: Reliance, names: Names, people: pd.DataFrame) -> None:
    """What stops, what it costs, and whom to call."""
    down = [asked.model, *(model for model in asked.further if model in names.models)]
    hits = hits_of(down, names.organisation.processes, reliance.models, asked.hours)
    if asked.further:
        stated = names.listed([f"model:{model}" for model in down[1:]])
        st.markdown(
            badges.escaped(say("{models} get their input from this model and are down with it.", models=stated))
        )
    columns = layout.halves()
    with columns[0], layout.card(say("What stops"), "stops"):
        if not hits:
            st.markdown(say("No process is known to rely on this model."))
        for hit in hits:
            _hit(hit, names)
    with columns[1], layout.card(say("What it costs"), "costs"):
        for model in down:
            _cost(model, asked.hours, names)
    with layout.card(say("Whom to call, in this order"), "calls"):
        _calls(asked.model, hits, names, people)


def _hit(hit: Hit, names: Names) -> None:
    process, bears = hit.process, _hours(hit.left_hours)
    name = process.name.in_language(language())
    if hit.stops is None:
        status, stated = "unknown", say("{process}: nobody said how long it may stand still.", process=name)
    elif hit.stops:
        status, stated = "alert", say("{process} stops: it bears {hours} without the model.", process=name, hours=bears)
    else:
        status, stated = "ok", say("{process} goes on: it bears {hours} without the model.", process=name, hours=bears)
    fallback = process.fallback.in_language(language()) if process.fallback else say("no fallback is named")
    further = badges.escaped(say("Fallback: {text}", text=fallback))
    st.markdown(f"{badges.badge(status)} {badges.escaped(stated)}  \n:gray[{further}]")


def _cost(model: str, hours: int, names: Names) -> None:
    value = data.card(model).business.value
    cost = cost_per_hour(value.promised_per_month if value else None)
    name = names.models[model]
    if cost is None:
        text = say("{model}: its card promises no value, so that the cost is unknown.", model=name)
        st.markdown(f"{badges.badge('unknown')} {badges.escaped(text)}")
        return
    amounts = {
        "model": name, "currency": (value.currency if value else None) or "", "hour": number(cost, language()),
        "whole": number(cost * hours, language()), "n": hours,
    }  # fmt: skip
    text = say("{model}: {hour} {currency} an hour, {whole} {currency} in {n} hours.", **amounts)
    st.markdown(badges.escaped(text))
    st.caption(say("What the card promises per month, spread evenly over its hours."))


def _calls(model: str, hits: list[Hit], names: Names, people: pd.DataFrame) -> None:
    holders: dict[str, list[str]] = {}
    for row in records(people):
        if row["role"]:
            holders.setdefault(row["role"], []).append(row["person"])
    known = names.organisation.people
    today = rows.today()
    gone = {person for held in holders.values() for person in held if person not in known}
    gone |= {person for person, one in known.items() if one.end is not None and one.end < today}
    calls = calls_for(model, holders, {hit.process.id: hit.process.owner for hit in hits}, gone)
    if not calls:
        st.markdown(f"{badges.badge('alert')} {say('Nobody who is still here is named for this model.')}")
    for place, call in enumerate(calls, start=1):
        person = known[call.person]
        role = say(ROLES[call.role]) if call.role in ROLES else f"{say(OWNER_WORD)} {names.of(f'process:{call.about}')}"
        reach = f" · {person.email}" if person.email else ""
        st.markdown(f"{place}. **{badges.escaped(person.name)}** · {badges.escaped(role + reach)}")


def people_of(model: str) -> pd.DataFrame:
    """Who holds which role for the model today."""
    return data.read("people", Query(model=model, language=language(), on=rows.today()))
