"""Who carries how much, what a model loses when somebody leaves, who could take over, and how safe its knowledge is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from dashboard.governance.ownership.succession import next_best
from dashboard.governance.ownership.workload import is_too_much, team_workloads_on, workloads_on
from dashboard.governance.situation.current import situation_of
from dashboard.governance.situation.history import is_there
from dashboard.governance.situation.portfolio import Portfolio
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import ROLE_NAMES
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.views.columns import PERSON_NAME, declare
from dashboard.views.judged import frame_of, models_of
from dashboard.views.judged_frames import judged_frame
from dashboard.views.kinds import Column
from dashboard.views.portfolios import of_portfolio, portfolio_of
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import VIEWS, view
from dashboard.words import mark

# What is kept of a departure.
DEPARTURES = declare("person model role alone")


@view("departures", columns=declare("person model role alone next_best reason"), model="optional")
def departing(store: Store, query: Query) -> pd.DataFrame:
    """What would each model lose if a person left, and who could take over?

    Columns: person, model, role, alone (true = nobody else who is there holds the role or, for a keeper, keeps the
    model), next_best (person ids, best first; null = nobody else is known), reason (why the first of them). `on` asks
    about a past day. Of one `person` as asked.
    """
    found = judged_frame(store, query, "departure", DEPARTURES)
    if query.person is not None:
        found = found[found["person"] == query.person]
    alone = list(dict.fromkeys(found["model"][found["alone"].to_numpy(dtype=bool)]))

    def find(portfolio: Portfolio) -> pd.DataFrame:
        situation = situation_of(store, alone, query.on, query.as_of)
        rows = []
        for row in records(found):
            wanted = row["model"], row["role"], [row["person"]]
            candidates = next_best(situation, portfolio, *wanted) if row["alone"] else []
            row["next_best"] = ", ".join(one.person for one in candidates) or None
            row["reason"] = candidates[0].reason.render(query.language) if candidates else None
            rows.append(row)
        return frame_of(rows, VIEWS.get("departures").columns)

    if query.person is None:
        return find(portfolio_of(store, query))
    place = ("departures", query.person, query.model, query.language)
    return of_portfolio(store, query, place, find, frozenset(found["model"]))


@view("candidates", columns=declare("role person", PERSON_NAME, "reason"))
def candidates(store: Store, query: Query) -> pd.DataFrame:
    """Who could take which role of a model, and why?

    Columns: role, person, name, reason; up to three people for each role, best first.
    """
    assert query.model is not None
    models_of(store, query)
    situation, portfolio = situation_of(store, [query.model], query.on, query.as_of), portfolio_of(store, query)
    found = [
        (role, one.person, situation.organisation.person_name(one.person), one.reason.render(query.language))
        for role in ROLE_NAMES
        for one in next_best(situation, portfolio, query.model, role)
    ]
    return pd.DataFrame(found, columns=["role", "person", "name", "reason"], dtype=object)


@view(
    "loads",
    columns=declare("person", PERSON_NAME, "team present accountable deputy kept carried share too_much"),
    model="none",
)
def loads(store: Store, query: Query) -> pd.DataFrame:
    """Who carries how many models?

    Columns: person, name (null = nobody of that id is registered), team, present (false = has left or is unknown),
    accountable, deputy, kept (numbers of models), carried (answered for or kept, each model once), share of all models
    that are built or run, too_much (by config/accountability.yaml). Who carries most comes first.
    """
    day = query.on or (query.as_of or now()).date()
    situation = situation_of(store, (), query.on, query.as_of)
    return of_portfolio(store, query, ("loads", day), lambda portfolio: _loads(situation, portfolio, day))


def _loads(situation: Situation, portfolio: Portfolio, day: date) -> pd.DataFrame:
    models, people = portfolio.active_on(day), situation.organisation.people
    found: list[dict[str, Any]] = []
    for person, load in workloads_on(portfolio, day).items():
        known = people.get(person)
        found.append(
            {
                "person": person,
                "name": known.name if known else None,
                "team": known.team if known else None,
                "present": is_there(situation, person, day),
                "accountable": len(load.accountable),
                "deputy": len(load.deputy),
                "kept": len(load.kept),
                "carried": len(load.carried),
                "share": len(load.carried) / models,
                "too_much": is_too_much(situation, load, models),
            }
        )
    found.sort(key=lambda row: (-row["carried"], -row["deputy"], row["person"]))
    return pd.DataFrame(found, dtype=object)


@view(
    "team-loads",
    columns=declare(
        "team",
        Column("people", "count", mark("People with models")),
        "accountable deputy kept kept_alone on_one_person carried share",
    ),
    model="none",
)
def team_loads(store: Store, query: Query) -> pd.DataFrame:
    """How many models stand on one team, and on one person of it?

    Columns: team (null = people of whom no team is stated), people (of it who carry anything and are there),
    accountable, deputy, kept (numbers of models), kept_alone (of these those that nobody of another team keeps),
    on_one_person (of these those that one person keeps alone), carried (answered for or kept, each model once), share
    of all models that are built or run. Which team carries most comes first.
    """
    day = query.on or (query.as_of or now()).date()
    situation = situation_of(store, (), query.on, query.as_of)
    return of_portfolio(store, query, ("team loads", day), lambda portfolio: _team_loads(situation, portfolio, day))


def _team_loads(situation: Situation, portfolio: Portfolio, day: date) -> pd.DataFrame:
    models = portfolio.active_on(day)
    found: list[dict[str, Any]] = [
        {
            "team": team,
            "people": len(load.people),
            "accountable": len(load.accountable),
            "deputy": len(load.deputy),
            "kept": len(load.kept),
            "kept_alone": len(load.alone),
            "on_one_person": len(load.on_one),
            "carried": len(load.carried),
            "share": len(load.carried) / models,
        }
        for team, load in team_workloads_on(situation, portfolio, day).items()
    ]
    found.sort(key=lambda row: (-row["carried"], -row["kept"], row["team"] or ""))
    return pd.DataFrame(found, dtype=object)


@view(
    "knowledge",
    columns=declare(
        "model level",
        Column("people", "count", mark("People with recent work")),
        Column("present", "count", mark("Of these, active")),
        "busiest busiest_share trained reproduced reviewed card_changed",
        Column("deputy", "person", mark("Deputy")),
        "reason",
    ),
    model="optional",
)
def knowledge(store: Store, query: Query) -> pd.DataFrame:
    """How near is the knowledge of each model to being lost?

    Columns: model, level (1 safe to 5 nearly lost; null = nothing is recorded), people (who worked on it recently),
    present (of them who is there), busiest and busiest_share of the recent work, trained, reproduced, reviewed,
    card_changed (last days), deputy, reason (sentences). Recent = the days set in config/accountability.yaml.
    """
    return judged_frame(store, query, "knowledge", VIEWS.get("knowledge").columns)
