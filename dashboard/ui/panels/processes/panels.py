"""Parts of the page Process map: the picture, the list of processes, and the rehearsal of an outage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.lineage.graph import Edge
from dashboard.lineage.names import name_of
from dashboard.ui.labels.models import ROLES
from dashboard.ui.layout import layout
from dashboard.ui.panels.lineage import drawing, sentences, sight
from dashboard.ui.panels.lineage.flows import flow_of, on_path
from dashboard.ui.panels.lineage.folding import fold
from dashboard.ui.panels.lineage.health import Health
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.panels.lineage.stages import stages_of
from dashboard.ui.session.language import language, say
from dashboard.ui.session.url_state import get_param
from dashboard.ui.widgets import badges, filters
from dashboard.ui.widgets.answers import Answer
from dashboard.views.records import records
from dashboard.words import mark, number

HOURS = ("1", "2", "4", "8", "12", "24", "48", "72", "168", "336", "720")
USUAL_HOURS = "8"
OWNER_WORD = mark("owner of the process")
# What links models with processes and people.
AROUND = frozenset({"supports", "used_by", "purpose", "owner", "accountable"})
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
        listed = names.listed(list(alarming))
        further.append(say("{n} rely on a model that is on alert: {names}.", n=len(alarming), names=listed))
    if processes and not silent and not unprepared:
        further.append(say("For each it is known how long it may stand still and what replaces the model."))
    if silent:
        listed = names.listed(silent)
        further.append(say("Of {n} nobody said how long they may stand still: {names}.", n=len(silent), names=listed))
    if unprepared:
        further.append(say("{n} have no fallback: {names}.", n=len(unprepared), names=names.listed(unprepared)))
    prepared = "warn" if silent or unprepared else "ok" if processes else "unknown"
    status = "alert" if alarming else prepared
    return Answer(status, say("{n} business processes rely on models.", n=len(processes)), tuple(further))


def _is_on_alert(row: Row, statuses: Mapping[str, str]) -> bool:
    return statuses.get(str(row["model"])) == "alert"


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
    texts = {item.id: sentences.of_item(item, known, names) for item in folded.items.values()}
    judged = {f"model:{model}": Health(status, "") for model, status in statuses.items()}
    health = {node: one for node, one in judged.items() if node in folded.items}
    sight.folded_note(folded.left_out, sight.opened())
    marked = frozenset(folded.item_of[node] for node in path)
    drawing.draw(folded, drawing.Marks(chosen, marked, frozenset(), health, texts), names, sight.choose_picked)
    if chosen:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(badges.escaped(sentences.of_node(chosen, known, names)))
            st.button(say("Look at the lineage"), key="to_lineage", on_click=sight.look_from, args=(chosen,))
            st.button(say("Show everything"), key="close_card", on_click=sight.close_card)


def listing(relying: pd.DataFrame, names: Names) -> None:
    """Every process with its models, consumers, what it bears and what happens then."""
    by_process: dict[str, list[Row]] = {process: [] for process in names.organisation.processes}
    for row in records(relying):
        by_process.setdefault(row["process"], []).append(row)
    rows = [_row(process, pairs, names) for process, pairs in by_process.items()]
    if rows:
        rows.sort(key=lambda row: row[say("Business process")].casefold())
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt=say("Business processes"))


def _row(process_id: str, pairs: Sequence[Row], names: Names) -> dict[str, str]:
    process = names.organisation.processes.get(process_id)
    consumers = {one for row in pairs for one in (row["consumers"] or "").split(", ") if one}
    fallback, owner = (process.fallback, process.owner) if process else (None, None)
    texts = {
        say("Business process"): names.of(f"process:{process_id}"),
        say("Models"): ", ".join(names.of(f"model:{row['model']}") for row in pairs) or say("none"),
        say("Consumers"): ", ".join(sorted(consumers)) or say("none seen"),
        say("May stand still"): _hours(process.tolerable_outage_hours if process else None),
        say("Fallback"): fallback.in_language(language()) if fallback else say("not stated"),
        say("Owner"): names.organisation.person_name(owner) if owner else say("nobody"),
    }
    return {heading: badges.escaped(text) for heading, text in texts.items()}


def _hours(hours: float | None) -> str:
    if hours is None:
        return say("not stated")
    return say("{n} hours", n=number(int(hours) if hours == int(hours) else hours, language()))


def pick_rehearsal(names: Names) -> Rehearsal:
    """Which model is down for how long."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="rehearsal"):
        model = filters.pick_one("down", say("This model is down"), sorted(names.models), names.models.__getitem__)
        hours = filters.pick_one("hours", say("for"), HOURS, lambda one: _hours(float(one)), USUAL_HOURS)
    return Rehearsal(model, int(hours))


def rehearse(asked: Rehearsal, outage: pd.DataFrame, names: Names) -> None:
    """What stops, what it costs, and whom to call; `outage` has the columns of the view."""
    by_kind: dict[str, list[Row]] = {}
    for part in records(outage):
        by_kind.setdefault(part["kind"], []).append(part)
    further = [row["node"] for row in by_kind.get("model", ()) if name_of(row["node"]) != asked.model]
    if further:
        listed = names.listed(further)
        text = say("{models} get their input from this model and are down with it.", models=listed)
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
        text = say("{model}: its card promises no value, so that the cost is unknown.", model=name)
        st.markdown(f"{badges.badge('unknown')} {badges.escaped(text)}")
        return
    amounts = {
        "model": name, "currency": row["currency"] or "", "hour": number(row["lost"] / hours, language()),
        "whole": number(row["lost"], language()), "n": hours,
    }  # fmt: skip
    text = say("{model}: {hour} {currency} an hour, {whole} {currency} in {n} hours.", **amounts)
    st.markdown(badges.escaped(text))
    st.caption(say("What the card promises per month, spread evenly over its hours."))


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
