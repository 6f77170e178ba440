"""Who answers for what, made ready for readers: the answer, gaps, people by role, what a leaver leaves. No drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.schema.card.roles import ROLE_NAMES
from dashboard.schema.severities import status_of
from dashboard.ui.labels.alerts import SEVERITIES
from dashboard.ui.labels.models import ROLES
from dashboard.ui.labels.people import GAPS
from dashboard.ui.panels.model.rows import today
from dashboard.ui.widgets.answers import Answer, Subject
from dashboard.ui.widgets.badges import severity_text
from dashboard.ui.widgets.listing import listed
from dashboard.ui.widgets.model_lists import looked_up
from dashboard.ui.widgets.names import imported_note
from dashboard.views.records import records
from dashboard.words import mark, translate

if TYPE_CHECKING:
    from dashboard.store.listed_models import ListedModel
    from dashboard.store.organisation import Organisation

ABOUT_PEOPLE = (
    "no_accountable_executive", "person_left", "unknown_person", "executive_not_business", "self_approval",
    "role_missing", "no_deputy", "single_keeper", "executive_not_looked", "too_many_models",
)  # fmt: skip
ANSWERING = ("accountable_executive", "deputy")
KEEPING = ("data_engineer", "data_scientist", "software_engineer", "ml_engineer", "backend_engineer")
# What can be done about a gap from the list: the action and the roles that it is about.
ASSIGNED: dict[str, tuple[str, ...]] = {
    "no_accountable_executive": ("accountable_executive",),
    "no_deputy": ("deputy",),
    "role_missing": KEEPING,
    "single_keeper": KEEPING,
}
HANDED_OVER = ("person_left", "unknown_person", "executive_not_business", "too_many_models")


@dataclass(frozen=True)
class Known:
    """What names stand for: models by id, the organisation, and the reader's language."""

    names: Mapping[str, str]
    organisation: Organisation
    language: str

    def say(self, message: str, **values: object) -> str:
        """A catalogue key with its places filled, in the reader's language."""
        return Subject("", self.language).say(message, **values)

    def person(self, person: object) -> str | None:
        """A person by name; the id where nobody of that id is registered."""
        return self.organisation.person_name(person) if isinstance(person, str) else None

    def people(self, persons: object) -> str | None:
        """Several persons, whose ids stand in one text, by name."""
        return ", ".join(str(self.person(one)) for one in persons.split(", ")) if isinstance(persons, str) else None

    def team(self, team: object) -> str | None:
        """A team by name."""
        known = self.organisation.teams.get(str(team))
        return known.name.in_language(self.language) if known else (team if isinstance(team, str) else None)

    def process(self, process: object) -> str:
        """A business process by name."""
        known = self.organisation.processes.get(str(process))
        return known.name.in_language(self.language) if known else str(process)


def held_roles(people: pd.DataFrame, models: Mapping[str, ListedModel], known: Known, day: date) -> pd.DataFrame:
    """Who holds which role on a day: model, process, role, person, person_name, team, from, to, state.

    `people` has the columns of the view, `models` tell the processes; state is `there`, `left` or `unknown`.
    """
    held = people[people["role"].notna()]
    found = held.drop(columns="name")
    processes = {model: listed.process for model, listed in models.items()}
    found["process"] = pd.Series([processes.get(model) for model in held["model"]], held.index, object)
    found["person_name"] = looked_up(held["person"], known.person)
    found["state"] = looked_up(held["person"], lambda person: _state(str(person), known, day))
    return found


def _state(person: str, known: Known, day: date) -> str:
    registered = known.organisation.people.get(person)
    if registered is None:
        return "unknown"
    return "left" if registered.end is not None and registered.end < day else "there"


def matching_models(
    held: pd.DataFrame,
    models: Mapping[str, ListedModel],
    known: Known,
    text: str,
    chosen: Mapping[str, Sequence[str]],
) -> list[str]:
    """The models, by name, that have a chosen process and a role held as chosen, and somewhere the searched text."""
    of_people = {column: chosen[column] for column in ("team", "person", "role") if chosen[column]}
    kept = pd.Series(True, index=held.index)
    for column, values in of_people.items():
        kept &= held[column].isin(values)
    found = set(held.loc[kept, "model"]) if of_people else set(models)
    if chosen["process"]:
        found &= {model for model, one in models.items() if one.process in chosen["process"]}
    if text:
        words = {model: _searched(model, one.process, known) for model, one in models.items()}
        for row in records(held):
            words[row["model"]] = f"{words.get(row['model'], '')} {row['person_name']}"
        found = {model for model in found if text.casefold() in words[model].casefold()}
    return sorted(found, key=lambda model: known.names.get(model, model).casefold())


def _searched(model: str, process: str | None, known: Known) -> str:
    return " ".join([model, known.names.get(model, ""), known.process(process or "")])


def matrix(held: pd.DataFrame, models: Sequence[str], roles: Sequence[str], known: Known) -> pd.DataFrame:
    """One row for each model, one column for each role with the names of its holders; None where nobody holds it."""
    cells: dict[tuple[str, str], list[str]] = {}
    for row in records(held):
        cells.setdefault((row["model"], row["role"]), []).append(marked(row, known))
    order = dict.fromkeys((*ANSWERING, *ROLE_NAMES))
    shown = [role for role in order if not roles or role in roles]
    people_by_cell = {place: ", ".join(dict.fromkeys(people)) for place, people in cells.items()}
    rows = [
        {"name": known.names.get(model, model), **{role: people_by_cell.get((model, role)) for role in shown}}
        for model in models
    ]
    return pd.DataFrame(rows, columns=["name", *shown])


def marked(row: Mapping[Any, Any], known: Known) -> str:
    """A holder's name, with a sign and a word where they are not there."""
    if row["state"] == "there":
        return str(row["person_name"])
    message = mark("⚠ {person} (left)") if row["state"] == "left" else mark("⚠ {person} (unknown)")
    return known.say(message, person=row["person_name"])


def holders_since(people: pd.DataFrame, organisation: Organisation, language: str) -> dict[str, str]:
    """Of one model: role to its holders, each with since when where a day is known, leavers and unknown ones marked.

    `people` has the columns of the view, as of today.
    """
    known = Known({}, organisation, language)
    people_by_model: dict[str, list[str]] = {}
    for row in records(held_roles(people, {}, known, today())):
        name = marked(row, known)
        if isinstance(row["from"], str):
            name = known.say("{person} since {day}", person=name, day=date.fromisoformat(row["from"]))
        if imported := imported_note(row["imported_by"], organisation, language):
            name = f"{name} ({imported})"
        people_by_model.setdefault(row["role"], []).append(name)
    return {role: ", ".join(names) for role, names in people_by_model.items()}


def answer(open_gaps: pd.DataFrame, models: Sequence[str], known: Known, day: date | None) -> Answer:
    """For how many models no gap is open, how many gaps about people there are (`open_gaps`), and the worst of them."""
    counts = {severity: int((open_gaps["severity"] == severity).sum()) for severity in SEVERITIES}
    complete = len(set(models) - set(open_gaps["model"]))
    message = mark("Responsibilities are fully assigned for {n} of {total} models.")
    if len(models) == complete:
        message = mark("Responsibilities are fully assigned for all {total} models.")
    elif not complete:
        message = mark("Responsibilities are not fully assigned for any of the {total} models.")
    sentence = known.say(message, n=complete, total=len(models))
    if day is not None:
        sentence = known.say("On {day}: {sentence}", day=day, sentence=sentence)
    if open_gaps.empty:
        return Answer("ok" if models else "unknown", sentence)
    worst = open_gaps.iloc[0]
    further = (
        known.say("Gaps: {n}. High: {high}, medium: {medium}, low: {low}.", n=len(open_gaps), **counts),
        known.say(
            "The worst: {model}: {reason}",
            model=known.names.get(worst["model"], worst["model"]),
            reason=worst["reason"],
        ),
    )
    return Answer(status_of(worst["severity"]), sentence, further)


def shown_gaps(open_gaps: pd.DataFrame, known: Known, may_act: bool) -> pd.DataFrame:
    """Gaps for readers: button, severity, model, what is missing, since, whom to ask, reason."""
    buttons = [known.say(_button(gap, may_act)) for gap in open_gaps["gap"]]
    return pd.DataFrame(
        {
            "open": buttons,
            "severity": [[severity_text(severity, known.language)] for severity in open_gaps["severity"]],
            "name": [known.names.get(model, model) for model in open_gaps["model"]],
            "gap": [translate(GAPS.get(gap, gap), known.language) for gap in open_gaps["gap"]],
            "since": list(open_gaps["since"]),
            "ask": [known.person(person) for person in open_gaps["person"]],
            "reason": list(open_gaps["reason"]),
        }
    )


def _button(gap: str, may_act: bool) -> str:
    if may_act and gap in ASSIGNED:
        return mark("Assign")
    return mark("Hand over") if may_act and gap in HANDED_OVER else mark("Open")


def counted_gaps(open_gaps: pd.DataFrame, known: Known) -> dict[str, str]:
    """Each kind of gap that there is, with its word and how often, most frequent first."""
    counts = open_gaps["gap"].value_counts()
    return {
        str(gap): known.say("{gap} ({n})", gap=GAPS.get(str(gap), str(gap)), n=int(count))
        for gap, count in counts.items()
    }


def left_behind(departures: pd.DataFrame, models: pd.DataFrame, person: str, known: Known) -> tuple[str, pd.DataFrame]:
    """What is lost when a person leaves, in a sentence and as rows: model, role, risk, next_best, reason.

    Frames as of the views `departures` and `models`; only roles that nobody else fills are rows, riskiest first.
    """
    rows = departures[departures["person"] == person]
    alone = rows[rows["alone"].astype(bool)]
    risks = dict(zip(models["model"], models["risk"], strict=True))
    lost = alone.copy()
    lost["risk"] = pd.to_numeric(pd.Series([risks.get(model) for model in alone["model"]], alone.index, object))
    lost = lost.sort_values("risk", ascending=False, kind="stable", na_position="last")
    name = known.person(person)
    if lost.empty:
        message = mark("If {person} leaves, each of the {n} roles is still filled by somebody else.")
        return known.say(message, person=name, n=len(rows)), lost
    names = listed([known.names.get(model, model) for model in dict.fromkeys(lost["model"])], known.language)
    message = mark("If {person} leaves, {n} roles become vacant: {names}.")
    sentence = known.say(message, person=name, n=len(lost), names=names)
    others = len(rows) - len(lost)
    if others:
        sentence += " " + known.say("Roles still filled by somebody else: {n}.", n=others)
    return sentence, lost


def shown_losses(lost: pd.DataFrame, known: Known, may_act: bool) -> pd.DataFrame:
    """Empty roles for readers: button, model, role, risk, who could take over, why the first of them."""
    button = known.say(mark("Hand over") if may_act else mark("Open"))
    return pd.DataFrame(
        {
            "open": [button] * len(lost),
            "name": [known.names.get(model, model) for model in lost["model"]],
            "role": [translate(ROLES[role], known.language) for role in lost["role"]],
            "risk": list(lost["risk"]),
            "next_best": [known.people(persons) for persons in lost["next_best"]],
            "reason": list(lost["reason"]),
        }
    )


def shown_workloads(loads: pd.DataFrame, teams: Sequence[str], known: Known) -> pd.DataFrame:
    """Who carries how much, by name, of the chosen teams: person_name, team, accountable, deputy, kept, carried ..."""
    kept = loads[loads["team"].isin(teams)] if teams else loads
    return pd.DataFrame(
        {
            "person_name": [known.person(person) for person in kept["person"]],
            "team": [known.team(team) for team in kept["team"]],
            **{name: list(kept[name]) for name in ("accountable", "deputy", "kept", "carried", "share", "too_much")},
        }
    )


def shown_knowledge(knowledge: pd.DataFrame, models: Sequence[str], known: Known) -> pd.DataFrame:
    """How near the knowledge of each model is to being lost, nearest first: name, level, reason and the facts."""
    kept = knowledge[knowledge["model"].isin(models)]
    named = kept.assign(level=pd.to_numeric(kept["level"]))
    named["name"] = [known.names.get(model, model) for model in kept["model"]]
    named["busiest"] = looked_up(kept["busiest"], known.person)
    named["deputy"] = looked_up(kept["deputy"], known.people)
    named = named.sort_values("level", ascending=False, kind="stable", na_position="last")
    first = ["name", "level", "reason"]
    return named[[*first, *(column for column in kept.columns if column not in (*first, "model"))]]
