"""The minimum rules made ready for readers: kept and broken by rule, by team over time, and who breaks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.rules import rules_kept, rules_over_time
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, filters, model_lists
from dashboard.ui.widgets.answers import Answer
from dashboard.ui.widgets.tables import table
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.words import day, share

if TYPE_CHECKING:
    from dashboard.store.organisation import Organisation

SHOWN = 10


def named(found: pd.DataFrame, organisation: Organisation) -> pd.DataFrame:
    """A frame with `team` and the team's name for readers."""
    teams = organisation.teams
    unknown = say("no team is known")
    shown = {team: teams[team].name.in_language(language()) for team in teams}
    names = [unknown if pd.isna(team) else shown.get(team, team) for team in found["team"]]
    return found.assign(team_name=pd.Series(names, index=found.index, dtype=object))


def by_rule(counts_by_team: pd.DataFrame, meanings: pd.DataFrame) -> pd.DataFrame:
    """Models that keep and that break each rule, in reading order: rule, title, meaning, kept, broken, share.

    `counts_by_team` has the columns of the view `rule-counts`.
    """
    summed = counts_by_team.groupby(["rule", "state"])["models"].sum()
    counts = summed.unstack(fill_value=0).reindex(columns=["kept", "broken"], fill_value=0)
    joined = meanings.merge(counts, left_on="rule", right_index=True, how="left").fillna({"kept": 0, "broken": 0})
    joined = joined.astype({"kept": int, "broken": int})
    due = joined["kept"] + joined["broken"]
    return joined.assign(share=(joined["kept"] / due).where(due > 0))


def answer(counted: pd.DataFrame) -> Answer:
    """What share of what is due is kept, and which rule is broken most."""
    kept, broken = int(counted["kept"].sum()), int(counted["broken"].sum())
    if not kept + broken:
        return Answer("unknown", say("No rule is due yet: no model is in validation or production."))
    sentence = say(
        "{share} of the checks of the minimum rules are met: {kept} of {due} checks over {models} models.",
        share=share(kept / (kept + broken), language(), 0), kept=kept, due=kept + broken,
        models=_models_bound(counted),
    )  # fmt: skip
    if not broken:
        return Answer("ok", sentence)
    worst = records(counted.sort_values("broken", ascending=False, kind="stable"))[0]
    then = say("Broken most often: {rule} – by {n} models.", rule=worst["title"], n=int(worst["broken"]))
    return Answer("warn", sentence, (then,))


def _models_bound(counted: pd.DataFrame) -> int:
    """Count the models that are bound by some rule: by those that bind always, if by any."""
    return int((counted["kept"] + counted["broken"]).max())


@part
def offenders(
    counted: pd.DataFrame,
    teams: Sequence[str],
    names: Mapping[str, str],
    organisation: Organisation,
) -> None:
    """Who breaks the chosen rule in the chosen teams, since when and whom to ask, each with a button to the model."""
    broken = counted[counted["broken"] > 0].sort_values("broken", ascending=False, kind="stable")
    if broken.empty:
        layout.empty(say("Every rule is met"), say("Nothing to follow up."), ":material/task_alt:")
        return
    titles = dict(zip(broken["rule"], broken["title"], strict=True))
    rule = filters.pick_one("rule", say("Rule"), list(titles), lambda name: titles[name])
    st.caption(badges.escaped(str(counted.loc[counted["rule"] == rule, "meaning"].iloc[0])))
    asked = Query(language=language(), rule=rule, statuses=("broken",))
    found = model_lists.narrowed(named(data.read("rules", asked), organisation), {"team_name": teams})
    for position, row in enumerate(records(found.head(SHOWN))):
        with st.container(
            border=True, horizontal=True, wrap=False, vertical_alignment="center", key=f"offender_{position}"
        ):
            st.markdown(_format_case(row, names, organisation), width="stretch")
            st.button(
                say("Open"), key=f"open_offender_{position}", on_click=filters.open_model, args=(row["model"],),
                icon=":material/arrow_forward:", icon_position="right",
            )  # fmt: skip
    with st.expander(say("All {n} as a table", n=len(found)), icon=":material/table:"):
        shown = found.assign(name=[names.get(model, model) for model in found["model"]])
        listed = shown[["name", "team_name", "person", "since", "reason"]]
        table(listed, "rules", "offenders", say("Models that break the rule"))


def _format_case(row: Mapping[str, Any], names: Mapping[str, str], organisation: Organisation) -> str:
    person = row["person"]
    whom = organisation.person_name(person) if isinstance(person, str) else say("nobody is known")
    since = row["since"]
    begun = say("since {day}", day=day(date.fromisoformat(since), language())) if isinstance(since, str) else ""
    facts = " · ".join(
        badges.escaped(part) for part in (begun, str(row["team_name"]), say("ask: {whom}", whom=whom)) if part
    )
    reason = badges.escaped(str(row["reason"] or ""))
    return f"**{badges.escaped(names.get(str(row['model']), str(row['model'])))}**  \n{reason}  \n:small[{facts}]"


def origin() -> Origin:
    """How we know whether a rule is kept."""
    return Origin(
        say("A rule is broken when one of its checks finds a gap; models that are not used are not counted."),
        say(
            "Checked live against the facts in the store; each month counts by its state at the end of the month, "
            "as known now."
        ),
    )


@part
def explored(found: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The filter, and the rules as the chosen teams keep them; `found`: `rule-counts` with the names of teams."""
    query = Query(language=language())
    with layout.filter_bar(3):
        teams = filters.pick_some("team", say("Team"), model_lists.present(found, "team_name"))
    chosen = model_lists.narrowed(found, {"team_name": teams})
    counted = by_rule(chosen, data.read("rule-meanings", query))

    layout.answer(answer(counted))
    left, right = layout.halves()
    with left:
        figure = rules_kept(counted, layout.look())
        layout.chart(say("Rules met and broken"), figure, counted, "rule-meanings rules-over-time", origin(), "by_rule")
    with right:
        history = named(data.read("rules-over-time", query), data.organisation())
        shown = model_lists.narrowed(history, {"team_name": teams})
        figure = rules_over_time(shown, layout.look())
        layout.chart(say("Share of rules met by team"), figure, shown, "rules-over-time", origin(), "over_time")
    layout.section(say("Who breaks which rule"))
    offenders(counted, teams, names, data.organisation())
