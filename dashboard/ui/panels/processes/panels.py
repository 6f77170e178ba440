"""Parts of the page Process map: the picture, the list of processes, and the rehearsal of an outage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.lineage.names import EdgeKind, name_of
from dashboard.ui.labels.models import ROLES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.lineage import drawing, sentences, sight
from dashboard.ui.panels.lineage.flows import Flow, flow_of, on_path
from dashboard.ui.panels.lineage.folding import Folded, fold
from dashboard.ui.panels.lineage.health import Health
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.panels.lineage.stages import stages_of
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.lineage import Lineage, once_for_graph
from dashboard.ui.session.url_state import get_param
from dashboard.ui.widgets import badges, filters
from dashboard.ui.widgets.answers import Answer
from dashboard.ui.widgets.listing import listed
from dashboard.ui.widgets.narrowing import PAGE_ROWS, first_row
from dashboard.ui.widgets.tables import download
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.words import mark, number

HOURS = ("1", "2", "4", "8", "12", "24", "48", "72", "168", "336", "720")
USUAL_HOURS = "8"
OWNER_WORD = mark("owner of the process")
# What links models with processes and people.
AROUND: tuple[EdgeKind, ...] = ("supports", "used_by", "purpose", "owner", "accountable")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rehearsal:
    """An outage that is played through."""

    model: str
    hours: int


def answer(relying: pd.DataFrame, names: Names, statuses: Mapping[str, str]) -> Answer:
    """How many processes rely on models, on which that are on alert, and which of them nobody prepared.

    `relying` has the columns of the view; `statuses` are those of models by id.
    """
    processes = records(relying.drop_duplicates("process"))
    silent = [f"process:{row['process']}" for row in processes if row["tolerable_outage_hours"] is None]
    unprepared = [f"process:{row['process']}" for row in processes if row["fallback"] is None]
    alarming = dict.fromkeys(f"process:{row['process']}" for row in records(relying) if _is_on_alert(row, statuses))
    further = []
    if alarming:
        alarmed = names.listed(list(alarming))
        further.append(say("{n} rely on a model that is on alert: {names}.", n=len(alarming), names=alarmed))
    if processes and not silent and not unprepared:
        further.append(say("For each it is known how long it may stand still and what replaces the model."))
    if silent:
        unsaid = names.listed(silent)
        further.append(say("Of {n} nobody said how long they may stand still: {names}.", n=len(silent), names=unsaid))
    if unprepared:
        further.append(say("{n} have no fallback: {names}.", n=len(unprepared), names=names.listed(unprepared)))
    prepared = "warn" if silent or unprepared else "ok" if processes else "unknown"
    status = "alert" if alarming else prepared
    return Answer(status, say("{n} business processes rely on models.", n=len(processes)), tuple(further))


def _is_on_alert(row: Row, statuses: Mapping[str, str]) -> bool:
    return statuses.get(str(row["model"])) == "alert"


@dataclass(frozen=True)
class _Map:
    """Models, consumers, processes and people with what links them, their stages, and who stands next to whom."""

    flow: Flow
    stages: Mapping[str, int]
    near: sentences.Near


@once_for_graph
def _map_of(lineage: Lineage) -> _Map:
    around = lineage.edges_of(*AROUND)
    flow = flow_of(around, "overview")
    return _Map(flow, stages_of(around), sentences.near(flow))


@once_for_graph
def _folded(lineage: Lineage, opened: tuple[str, ...], kept: tuple[str, ...]) -> Folded:
    known = _map_of(lineage)
    return fold(known.flow, known.stages, opened, kept)


def picture(lineage: Lineage, names: Names, statuses: Mapping[str, str]) -> None:
    """Models, their consumers, processes and people, from left to right."""
    known = _map_of(lineage)
    flow = known.flow
    if not flow.nodes:
        layout.empty(say("No process is linked with a model"), say("Name the process on the card of the model."))
        return
    chosen = get_param(sight.CHOSEN) if get_param(sight.CHOSEN) in flow.nodes else None
    path = on_path(flow, chosen) if chosen else frozenset()
    folded = _folded(lineage, sight.opened(), (chosen,) if chosen else ())
    texts = {item.id: sentences.of_item(item, known.near, names) for item in folded.items.values()}
    models = (item for item in folded.items if item.startswith("model:"))
    health = {node: Health(statuses[name_of(node)], "") for node in models if name_of(node) in statuses}
    sight.folded_note(folded.left_out, sight.opened())
    marked = frozenset(folded.item_of[node] for node in path)
    drawing.draw(folded, drawing.Marks(chosen, marked, frozenset(), health, texts), names, sight.choose_picked)
    if chosen:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(badges.escaped(sentences.of_node(chosen, known.near, names)))
            st.button(say("Look at the lineage"), key="to_lineage", on_click=sight.look_from, args=(chosen,))
            st.button(say("Show everything"), key="close_card", on_click=sight.close_card)


@part
def listing(relying: pd.DataFrame, names: Names) -> None:
    """Every process with a few of its models and consumers, what it bears and what happens then."""
    by_process: dict[str, list[Row]] = {process: [] for process in names.organisation.processes}
    for row in records(relying):
        by_process.setdefault(row["process"], []).append(row)
    order = sorted(by_process, key=lambda process: names.of(f"process:{process}").casefold())
    first = first_row(len(order), "processes")
    rows = [_row(process, by_process[process], names) for process in order[first : first + PAGE_ROWS]]
    if rows:
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt=say("Business processes"))
        download(relying, "process_map")


def _row(process_id: str, pairs: Sequence[Row], names: Names) -> dict[str, str]:
    process = names.organisation.processes.get(process_id)
    consumers = {one for row in pairs for one in (row["consumers"] or "").split(", ") if one}
    fallback, owner = (process.fallback, process.owner) if process else (None, None)
    texts = {
        say("Business process"): names.of(f"process:{process_id}"),
        say("Models"): listed([names.of(f"model:{row['model']}") for row in pairs], language())
        if pairs
        else say("none"),
        say("Consumers"): listed(sorted(consumers), language()) if consumers else say("none seen"),
        say("May stand still"): _hours(process.tolerable_outage_hours if process else None),
        say("Fallback"): fallback.in_language(language()) if fallback else say("not stated"),
        say("Owner"): names.organisation.person_name(owner) if owner else say("nobody"),
    }
    return {heading: badges.escaped(text) for heading, text in texts.items()}


def _hours(hours: float | None) -> str:
    if hours is None:
        return say("not stated")
    return say("{n} hours", n=number(int(hours) if hours == int(hours) else hours, language()))


@part
def rehearsal(names: Names) -> None:
    """What happens when a picked model is down for some hours."""
    asked = pick_rehearsal(names)
    query = Query(model=asked.model, hours=asked.hours, language=language())
    rehearse(asked, data.read("outage", query), names)


def pick_rehearsal(names: Names) -> Rehearsal:
    """Which model is down for how long."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="rehearsal"):
        model = filters.pick_one("down", say("This model is down"), sorted(names.models), names.models.__getitem__)
        hours = filters.pick_one("hours", say("for"), HOURS, lambda one: _hours(float(one)), USUAL_HOURS)
    return Rehearsal(model, int(hours))


def rehearse(asked: Rehearsal, outage: pd.DataFrame, names: Names) -> None:
    """What stops, what it costs, and whom to call; `outage` has the columns of the view."""
    by_kind: dict[str, list[Row]] = {}
    for one in records(outage):
        by_kind.setdefault(one["kind"], []).append(one)
    further = [row["node"] for row in by_kind.get("model", ()) if name_of(row["node"]) != asked.model]
    if further:
        downstream = names.listed(further)
        text = say("{models} get their input from this model and are down with it.", models=downstream)
        st.markdown(badges.escaped(text))
    columns = layout.halves()
    with columns[0], layout.card(say("What stops"), "stops"):
        if "process" not in by_kind:
            st.markdown(say("No process is known to rely on this model."))
        for row in by_kind.get("process", ()):
            _stopped(row, names)
        if consumers := [row["node"] for row in by_kind.get("use", ())]:
            st.markdown(badges.escaped(say("Without predictions are: {names}.", names=names.listed(consumers))))
    with columns[1], layout.card(say("What it costs"), "costs"):
        for row in by_kind.get("model", ()):
            _cost(row, asked.hours, names)
    with layout.card(say("Whom to call, in this order"), "calls"):
        _calls(by_kind.get("call", []), names)


def _stopped(row: Row, names: Names) -> None:
    values = {"process": names.of(row["node"]), "hours": _hours(row["tolerable_outage_hours"])}
    if row["stops"] is None:
        status, text = "unknown", say("{process}: nobody said how long it may stand still.", **values)
    elif row["stops"]:
        status, text = "alert", say("{process} stops: it bears {hours} without the model.", **values)
    else:
        status, text = "ok", say("{process} goes on: it bears {hours} without the model.", **values)
    further = badges.escaped(say("Fallback: {text}", text=row["fallback"] or say("no fallback is named")))
    st.markdown(f"{badges.badge(status)} {badges.escaped(text)}  \n:gray[{further}]")


def _cost(row: Row, hours: int, names: Names) -> None:
    name = names.of(row["node"])
    if row["lost"] is None:
        text = say("{model}: no value is promised, so that the cost is unknown.", model=name)
        st.markdown(f"{badges.badge('unknown')} {badges.escaped(text)}")
        return
    amounts = {
        "model": name, "currency": row["currency"] or "", "hour": number(row["lost"] / hours, language()),
        "whole": number(row["lost"], language()), "n": hours,
    }  # fmt: skip
    text = say("{model}: {hour} {currency} an hour, {whole} {currency} in {n} hours.", **amounts)
    st.markdown(badges.escaped(text))
    st.caption(say("What is promised per month, spread evenly over its hours."))


def _calls(calls: Sequence[Row], names: Names) -> None:
    if not calls:
        st.markdown(f"{badges.badge('alert')} {say('Nobody who is still here is named for this model.')}")
    for place, row in enumerate(calls, start=1):
        known = names.organisation.people.get(name_of(row["node"]))
        role = row["role"]
        owner = f"{say(OWNER_WORD)} {names.of('process:' + str(row['through']))}"
        word = say(ROLES[role]) if role in ROLES else owner
        reach = f" · {known.email}" if known is not None and known.email else ""
        st.markdown(f"{place}. **{badges.escaped(names.of(row['node']))}** · {badges.escaped(word + reach)}")
