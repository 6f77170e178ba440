"""What was tried for a model: hypothesis, settings, results, what was selected and why; and the forms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.metrics import metric_name, metric_value
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, submit
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.schema.card.card import ModelCard

SHOWN = [
    "run", "started_at", "hypothesis", "parameters", "metrics", "dataset", "version", "state", "reason", "person",
]  # fmt: skip
STATES = {True: mark("selected"), False: mark("rejected"), None: mark("open")}


@part
def tried(found: pd.DataFrame, card: ModelCard) -> None:
    """Every run, and the forms of who may add to them; `found` has the columns of `experiments`."""
    layout.section(say("What was tried"))
    if found.empty:
        st.markdown(
            say(
                "No experiment is recorded. A run is an event of the kind “experiment”, or is recorded here: why it "
                "was tried, with which settings, and what came out."
            )
        )
    else:
        shown = _in_words(found)
        for row in records(shown):
            with st.container(border=True, key=f"run_{row['run']}"):
                st.markdown(_run_in_words(row))
        with st.expander(say("All runs as a table"), icon=":material/table:"):
            table(shown, "experiments", "experiments", say("What was tried"))
    if reader.may("record_experiment", card.id):
        _record(card, f"{card.id}_{len(found)}")
        if len(found):
            _select(found, card)
    else:
        submit.not_open()


def _run_in_words(row: Mapping[str, Any]) -> str:
    """A run as markdown: what became of it, its hypothesis, settings and results, and why."""
    lines = [f":blue-badge[{row['selected']}] **{badges.escaped(str(row['run']))}**"]
    lines += [badges.escaped(str(row["hypothesis"]))] if row["hypothesis"] else []
    facts = [str(row[name]) for name in ("parameters", "metrics", "dataset") if row[name]]
    lines += [badges.escaped(" · ".join(facts))] if facts else []
    if row["reason"]:
        who = f"{row['reason']} ({row['person']})" if row["person"] else str(row["reason"])
        lines.append(f":small[{badges.escaped(who)}]")
    return "  \n".join(lines)


def _in_words(found: pd.DataFrame) -> pd.DataFrame:
    organisation = data.organisation()
    people = [one if isinstance(one, str) else None for one in found["person"]]
    shown = found.assign(
        parameters=_texts([_pairs(text) for text in found["parameters"]], found),
        metrics=_texts([_results(text) for text in found["metrics"]], found),
        selected=[say(STATES[None if pd.isna(one) else bool(one)]) for one in found["selected"]],
        person=_texts([known and organisation.person_name(known) for known in people], found),
    )
    return shown[[name if name != "state" else "selected" for name in SHOWN]]


def _texts(values: list[str | None], found: pd.DataFrame) -> pd.Series:
    return pd.Series(values, index=found.index, dtype=object)


def _pairs(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    found: dict[str, Any] = json.loads(text)
    return ", ".join(f"{name} = {value}" for name, value in found.items())


def _results(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    found: dict[str, float] = json.loads(text)
    spoken = language()
    return ", ".join(
        f"{metric_name(name, spoken)} {metric_value(name, value, spoken)}" for name, value in found.items()
    )


def _record(card: ModelCard, key: str) -> None:
    with st.expander(say("Record an experiment"), icon=":material/science:"):
        run = st.text_input(say("Name of the run"), key=f"tried_run_{key}", max_chars=200)
        why = st.text_area(say("Hypothesis: why it should be better"), key=f"tried_why_{key}", max_chars=2_000)
        settings = st.text_area(say("Settings, one a line: name=value"), key=f"tried_settings_{key}")
        results = st.text_area(say("Results, one a line: name=number"), key=f"tried_results_{key}")
        dataset = st.text_input(say("Data (may be empty)"), key=f"tried_dataset_{key}", max_chars=200)
        ready = bool(run.strip() and why.strip())
        if st.button(say("Record it"), type="primary", key="tried_record", disabled=not ready):
            values = {
                "model": card.id, "experiment": run.strip(), "hypothesis": why.strip(), "parameters": _lines(settings),
                "metrics": _lines(results), "dataset": dataset.strip() or None,
            }  # fmt: skip
            submit.submit("record_experiment", values, say("The experiment is recorded."))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _select(found: pd.DataFrame, card: ModelCard) -> None:
    runs = [str(row["run"]) for row in records(found)]
    key = f"{card.id}_{len(runs)}_{int(found['selected'].notna().sum())}"
    with st.expander(say("Select or reject a run"), icon=":material/task_alt:"):
        run = st.selectbox(say("Run"), runs, key=f"chosen_run_{key}")
        taken = st.radio(
            say("Decision"), [True, False], key=f"chosen_taken_{key}", horizontal=True,
            format_func=lambda one: say(STATES[one]),
        )  # fmt: skip
        reason = st.text_area(say("Why"), key=f"chosen_reason_{key}", max_chars=2_000)
        if st.button(say("Decide"), type="primary", key="chosen_record", disabled=not reason.strip()):
            values = {"model": card.id, "experiment": run, "reason": reason.strip(), "rejected": not taken}
            submit.submit("select_experiment", values, say("The decision is recorded."))
