"""The risk matrix on the page: heat map, list, the four risks of a model, and what became of earlier ratings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.charts.risk_matrix import Levels, risk_matrix
from dashboard.schema.config.risk_rules import load_risk_rules
from dashboard.ui.labels.models import AUTOMATION, ROLES
from dashboard.ui.labels.risks import FACTOR_VALUES, FACTORS, FIGURES, RISK_CLASSES, RISKS
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.panels.risk import answers as risk_answers, rows as risk_rows, selected_cell
from dashboard.ui.session import data
from dashboard.ui.session.home import home
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import tab_of
from dashboard.ui.widgets import badges, filters
from dashboard.ui.widgets.model_lists import looked_up
from dashboard.ui.widgets.names import actor_name, imported_note
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import day, number

DRAWN = ("name", "risk", "likelihood", "impact", "contradicted", "overdue")
LISTED = (
    "name", "risk", "likelihood", "impact", "score", "evidence_level", "status", "owner_name", "assessed_on",
    "next_review", "reason", "evidence",
)  # fmt: skip


@part
def matrix(risks: pd.DataFrame) -> None:
    """The heat map of the rated risks, and the ratings of the picked cell beside it."""
    rated = risk_rows.rated(risks)
    if rated.empty:
        message = say("Rate the risks on the tab of a model, on its card, or with “assess risk”.")
        layout.empty(say("No matching rating"), message, ":material/grid_on:")
        return
    counted = risk_rows.cells(rated)
    rules = load_risk_rules(home()).matrix
    words = {risk: say(word) for risk, word in RISKS.items()}
    figure = risk_matrix(rated[list(DRAWN)], Levels(rules.warn, rules.alert), words, layout.look())
    left, right = layout.halves()
    with left, layout.card(say("Likelihood and impact of every rated risk"), "matrix"):
        selected_cell.draw_with_cells(figure, say("Risk matrix"), tuple(counted), layout.look().config())
        st.caption(say("Each mark is a rated risk: hover to see its model, click to list the risks in its cell."))
    with right, layout.card(say("In the selected cell"), "cell"):
        chosen = selected_cell.pick_cell({cell: cell_name(cell, count) for cell, count in counted.items()})
        shown = risk_rows.in_cell(rated, chosen).sort_values("score", ascending=False, kind="stable")
        _buttons(shown)


def cell_name(cell: str, count: int) -> str:
    """A cell in words, with how many ratings stand there."""
    likelihood, impact = cell.split("x")
    return say("likelihood {likelihood}, impact {impact} ({n})", likelihood=likelihood, impact=impact, n=count)


SHOWN = 8
TAB = tab_of("risk")


def _buttons(shown: pd.DataFrame) -> None:
    for position, row in enumerate(records(shown.head(SHOWN))):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"cell_row_{position}"):
            scored = say("{likelihood} x {impact} = {score}", **{k: row[k] for k in ("likelihood", "impact", "score")})
            label = f"**{badges.escaped(row['name'])}** · {badges.escaped(say(RISKS[row['risk']]))}"
            st.markdown(
                f"{label}  \n{badges.badge(row['status'])} {badges.escaped(scored)}{_signs(row)}", width="stretch"
            )
            st.button(
                say("Open"), key=f"open_cell_{position}", on_click=filters.open_model, args=(row["model"], TAB),
                icon=":material/arrow_forward:", icon_position="right",
            )  # fmt: skip
    if len(shown) > SHOWN:
        st.caption(say("More in the list below: {n}.", n=len(shown) - SHOWN))


def _signs(row: Mapping[Any, Any]) -> str:
    signs = [say("evidence {level}", level=int(row["evidence_level"]))] if row["contradicted"] is True else []
    signs += [say("review overdue")] if row["overdue"] is True else []
    return "".join(f" · {badges.escaped(sign)}" for sign in signs)


def listing(risks: pd.DataFrame) -> None:
    """Every risk that was picked, with its download."""
    words = {risk: say(word) for risk, word in RISKS.items()}
    shown = risks[list(LISTED)].assign(risk=risks["risk"].map(words))
    with st.expander(say("All {n} risks as a table", n=len(shown)), icon=":material/table:"):
        wide = {
            "evidence": st.column_config.TextColumn(say("Evidence"), width="large"),
            "reason": st.column_config.TextColumn(say("Reason for the rating"), width="medium"),
        }
        table(shown, "risk", "risks", say("Risks"), wide)


def classification(classes: pd.DataFrame) -> None:
    """The risk class of one model, its factors and what it asks for."""
    first = classes.iloc[0]
    name = first["class"] if isinstance(first["class"], str) else None
    word = say(RISK_CLASSES[name or "unclassified"])
    if name and first["at_least"]:
        word = say("{class_name} at least", class_name=word)
    with st.container(border=True, key="risk_class"):
        roles = ", ".join(say(ROLES[role]) for role in str(first["roles"]).split(", "))
        st.markdown(f"**{badges.escaped(say('Risk class: {class_name}', class_name=word))}**")
        asks = say(
            "It requires a review every {n} months and these roles: {roles}.", n=first["review_months"], roles=roles
        )
        st.markdown(badges.escaped(asks))
        missing = [say(FACTORS[row["factor"]]) for row in records(classes) if row["source"] == "missing"]
        if missing:
            st.caption(badges.escaped(say("Not stated on the card: {factors}.", factors=", ".join(missing))))
        with st.expander(say("How do we know this?")):
            layout.facts({say(FACTORS[row["factor"]]): _factor(row) for row in records(classes)})


def _factor(row: Mapping[Any, Any]) -> str:
    value = row["value"]
    if not isinstance(value, str):
        return say("not stated")
    factor_value = say(AUTOMATION.get(value) or FACTOR_VALUES.get(value, value))
    return say("{value} (derived)", value=factor_value) if row["source"] == "derived" else factor_value


def four(risks: pd.DataFrame, steps: pd.DataFrame, figures: pd.DataFrame, history: pd.DataFrame) -> None:
    """The four risks of a model as cards: rating in words, who, until when, evidence, history."""
    places = [*layout.halves(), *layout.halves()]
    for place, risk in zip(places, RISKS, strict=True):
        row = risk_rows.one(risks, risk)
        with place, layout.card(say(RISKS[risk]), f"risk_{risk}"):
            _rating(row, steps)
            _evidence(row, steps, figures[figures["risk"] == risk])
            _history(history[history["risk"] == risk], risk)


def _rating(row: dict[str, Any], steps: pd.DataFrame) -> None:
    if row["likelihood"] is None:
        st.markdown(f"{badges.badge('unknown')} {badges.escaped(say('not rated'))}")
        return
    values = {name: int(row[name]) for name in ("likelihood", "impact", "score")}
    scored = say("likelihood {likelihood} x impact {impact} = {score} of 25", **values)
    st.markdown(f"{badges.badge(row['status'])} **{badges.escaped(scored)}**")
    if row["contradicted"]:
        comparison = say("Rated {likelihood}, the evidence says {level}.", level=int(row["evidence_level"]), **values)
        given = say("Reason given: “{reason}”", reason=row["reason"]) if row["reason"] else say("No reason was given.")
        with st.container(border=True, key=f"against_{row['risk']}"):
            against = badges.badge("alert", say("Rated lower than the evidence"))
            st.markdown(f"{against}  \n**{badges.escaped(comparison)}** {badges.escaped(given)}")
    if row["overdue"]:
        due = say("The next rating was due by {day}.", day=_day(row["next_review"]))
        st.warning(badges.escaped(due), icon=":material/event_busy:")
    if row["triggers"]:
        st.warning(badges.escaped(say("Since then: {what}", what=row["triggers"])), icon=":material/notifications:")
    meanings = {
        say("Likelihood {n}", n=values["likelihood"]): risk_rows.step(
            steps, row["risk"], "likelihood", values["likelihood"]
        ),
        say("Impact {n}", n=values["impact"]): risk_rows.step(steps, row["risk"], "impact", values["impact"]),
    }
    layout.facts(meanings | _stated(row))


def _stated(row: dict[str, Any]) -> dict[str, str]:
    people, missing = data.organisation(), say("not stated")
    reason = {say("Reason for the rating"): row["reason"]} if row["reason"] and not row["contradicted"] else {}
    by = people.person_name(row["assessed_by"]) if row["assessed_by"] else say("as on the card")
    imported = imported_note(row["imported_by"], people, language())
    return {
        say("Owner"): people.person_name(row["owner"]) if row["owner"] else say("nobody"),
        say("What is done about it"): row["mitigation"] or missing,
        say("Rated"): ", ".join(part for part in (_day(row["assessed_on"]), by, imported) if part),
        say("Next review"): _day(row["next_review"]),
        **reason,
    }


def _day(text: object) -> str:
    return day(pd.Timestamp(text).to_pydatetime(), language()) if isinstance(text, str) else say("no day")


def evidence_words(row: Mapping[str, Any]) -> str:
    """The evidence of a risk as markdown: its level and its sentences."""
    level = row["evidence_level"]
    words = say("Evidence: not measured") if level is None else say("Evidence: level {n}", n=int(level))
    return f"**{badges.escaped(words)}.** {badges.escaped(str(row['evidence']))}"


def _evidence(row: dict[str, Any], steps: pd.DataFrame, figures: pd.DataFrame) -> None:
    st.markdown(evidence_words(row))
    with st.expander(say("How do we know this?")):
        first = risk_rows.one(figures, row["risk"])
        if row["evidence_level"] is not None:
            text = risk_rows.step(steps, row["risk"], "likelihood", int(row["evidence_level"]))
            st.markdown(
                f"**{badges.escaped(say('Level {n} means', n=int(row['evidence_level'])))}**  \n{badges.escaped(text)}"
            )
        span = say("from {first} to {last}", first=_day(first["from"]), last=_day(first["to"])) if first["from"] else ""
        count = f"{first['counted']}: {number(int(first['number']), language())}" if first["counted"] else ""
        layout.explain(Origin(_window_words(span), str(first["source"]), count))
        measured = records(figures[figures["figure"].notna()])
        if measured:
            layout.facts({say(FIGURES[one["figure"]]): number(float(one["value"]), language()) for one in measured})


def _window_words(span: str) -> str:
    meaning = say("The evidence level is the highest likelihood whose thresholds the facts reach.")
    return f"{meaning} {say('Period examined: {span}.', span=span)}" if span else meaning


def _history(history: pd.DataFrame, risk: str) -> None:
    with st.expander(say("History of ratings ({n})", n=len(history))):
        organisation = data.organisation()
        by = looked_up(history["imported_by"], lambda one: actor_name(one, organisation, language()))
        shown = history.drop(columns=["model", "risk", "source"]).assign(imported_by=by)
        table(shown, "risk-history", f"history_{risk}", say("History of ratings"))


def record(records: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Were we right: past ratings against what happened while they held."""
    with st.container(border=True, key="record"):
        for sentence in risk_answers.record(records, language()):
            st.markdown(f"- {badges.escaped(sentence)}")
        with st.expander(say("Every rating and what happened while it was in force"), icon=":material/table:"):
            shown = risk_rows.named(records, names).drop(columns="model")
            organisation = data.organisation()
            by = looked_up(shown["imported_by"], lambda one: actor_name(one, organisation, language()))
            words = shown["risk"].map({risk: say(word) for risk, word in RISKS.items()})
            shown = shown.assign(risk=words, imported_by=by)
            table(shown, "risk-record", "risk_record", say("Were our ratings right?"))


def of_model(risks: pd.DataFrame) -> None:
    """The risks of one model in short."""
    with st.container(key="risk_short"):
        st.markdown(badges.escaped(risk_answers.model(risks, language())))
        for row in records(risks):
            scored = say("not rated")
            if pd.notna(row["likelihood"]):
                values = {name: int(row[name]) for name in ("likelihood", "impact", "score")}
                scored = say("{likelihood} x {impact} = {score}", **values)
            sentence = (
                f"{badges.badge(row['status'])} **{badges.escaped(say(RISKS[row['risk']]))}**: {badges.escaped(scored)}"
            )
            st.markdown(sentence + _signs(row))
