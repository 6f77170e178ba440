"""Which models could be retired or merged: in words, one by one with what may be decided, and all as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.charts.value import money
from dashboard.governance.retirement.reasons import UNUSED_DAYS, about
from dashboard.ui.labels.retirement import REASONS, STATES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.panels.discussion import forms
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, filters
from dashboard.ui.widgets.model_lists import looked_up
from dashboard.ui.widgets.names import actor_name
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import mark

Row = Mapping[str, Any]
TAB = "value"
# Proposals that are shown one by one, those that save most first.
SHOWN = 8


@part
def proposals(found: pd.DataFrame, names: Mapping[str, str], owners: Mapping[str, str]) -> None:
    """What is proposed; `found` has the columns of `retire-or-merge`, `owners` names who answers for each model."""
    layout.section(say("What could be retired or merged"))
    st.markdown(badges.escaped(" ".join(summary(found))))
    if found.empty:
        return
    opened = found[found["state"] == "open"].sort_values("saving", ascending=False, kind="stable", na_position="last")
    for position, row in enumerate(_each_once(records(opened))[:SHOWN]):
        with st.container(border=True, key=f"proposal_{position}"):
            _proposal(row, names, owners)
    with st.expander(say("Show all as a table"), icon=":material/table:"):
        _as_table(found, names, owners)
    with st.expander(say("How do we know this?")):
        layout.explain(_origin())


def _each_once(rows: Sequence[Row]) -> list[Row]:
    """The proposals without the second ones of pairs: both models of a pair have the other one."""
    found: dict[tuple[str, frozenset[str]], Row] = {}
    for row in rows:
        models = frozenset(one for one in (row["model"], row["other"]) if one is not None)
        found.setdefault((row["kind"], models), row)
    return list(found.values())


def summary(found: pd.DataFrame) -> list[str]:
    """How many models are proposed for which reason, and what that would save; sentences."""
    opened, kept = found[found["state"] == "open"], int((found["state"] == "kept").sum())
    if opened.empty:
        said = [say("Nothing that is known speaks for retiring or merging a model.")]
    else:
        models = {kind: opened.loc[opened["kind"] == kind, "model"].nunique() for kind in REASONS}
        message = mark("Unused: {unused}. Cost more than they bring: {low_value}. Do the same as another: {twin}.")
        said = [say(message, **models), *_savings(opened)]
    return [*said, say("Kept by decision: {n}.", n=kept)] if kept else said


def _savings(opened: pd.DataFrame) -> list[str]:
    """What retiring all of them would save by currency; of models that do the same, one would stay."""
    priced = opened[(opened["kind"] != "twin") & opened["saving"].notna()].drop_duplicates("model")
    if priced.empty:
        return []
    sums = priced.groupby(priced["currency"].fillna(""), sort=True)["saving"].sum()
    amounts = ", ".join(money(float(amount), currency, language()) for currency, amount in sums.items())
    return [say("Without the unused and the costly ones {amounts} per month would be saved.", amounts=amounts)]


def _proposal(row: Row, names: Mapping[str, str], owners: Mapping[str, str]) -> None:
    model, other = row["model"], row["other"] if isinstance(row["other"], str) else None
    title = names.get(model, model)
    if other is not None:
        title = say("{model} and {other}", model=title, other=names.get(other, other))
    st.markdown(f":orange-badge[{say(REASONS[row['kind']])}] **{badges.escaped(title)}**")
    st.markdown(badges.escaped(row["evidence"]))
    st.caption(badges.escaped(f"{_saving(row)} · {_decides(owners.get(model))}"))
    key = f"{model}_{row['kind']}_{other}"
    with st.container(horizontal=True):
        st.button(
            say("Open"), key=f"open_{key}", on_click=filters.open_model, args=(model, TAB),
            icon=":material/arrow_forward:",
        )  # fmt: skip
        if reader.may("record_decision", model):
            forms.keeping(model, about(row["kind"], other), key)


def _saving(row: Row) -> str:
    if row["saving"] is None:
        return say("what it would save is not known: the card states no cost")
    return say("saves {amount} per month", amount=money(float(row["saving"]), row["currency"], language()))


def _decides(owner: str | None) -> str:
    return say("decides: {person}", person=owner) if owner else say("concerns nobody yet")


def _as_table(found: pd.DataFrame, names: Mapping[str, str], owners: Mapping[str, str]) -> None:
    organisation = data.organisation()
    words: dict[str, Callable[[str], str | None]] = {
        "model": lambda model: names.get(model, model),
        "other": lambda model: names.get(model, model),
        "kind": lambda kind: say(REASONS[kind]),
        "state": lambda state: say(STATES[state]),
        "person": lambda person: actor_name(person, organisation, language()) or None,
    }
    shown = found.assign(**{name: looked_up(found[name], word) for name, word in words.items()})
    shown = shown.assign(accountable_executive=looked_up(found["model"], owners.get))
    table(shown, "retire-or-merge", "retire_or_merge", say("What could be retired or merged"))


def _origin() -> Origin:
    return Origin(
        say(
            "Unused: nothing was predicted, or no use was recorded, for more than {days} days and longer than usual. "
            "Costs more than it brings: the upper end of the interval of its value lies below its running cost. Does "
            "the same: same outcome, at least half of the features in common, and scores of shared cases that rank "
            "alike, where there are any. Saved is the running cost, and features that no other model uses.",
            days=UNUSED_DAYS,
        ),
        say("Cards, the prediction log, recorded uses, and the value of the judged period; compared by “monitor”."),
    )
