"""How many models stand on one team, in a sentence and as rows for readers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard.ui.panels.ownership.rows import Known
from dashboard.words import mark


def sentence(loads: pd.DataFrame, known: Known) -> str:
    """Which team carries most, and what hangs on one team or one person; `loads` as of the view `team-loads`."""
    if loads.empty:
        return known.say(mark("No current employee is assigned to any model."))
    most = loads.iloc[0]
    values = {"team": _name(most["team"], known), "share": round(100 * float(most["share"]))}
    sentences = [known.say(mark("{team} is responsible for {share}% of all models."), **values)]
    keeping = loads[loads["kept_alone"].astype(int) > 0].sort_values("kept_alone", ascending=False, kind="stable")
    if keeping.empty:
        return " ".join([*sentences, known.say(mark("No team operates a model alone."))])
    first = keeping.iloc[0]
    number, one = int(first["kept_alone"]), int(first["on_one_person"])
    message = mark("Models that only {team} operates: {n}, by a single person: {one}.")
    sentences.append(known.say(message, team=_name(first["team"], known), n=number, one=one))
    others = int(keeping["on_one_person"].sum()) - one
    if others:
        sentences.append(known.say(mark("Models of other teams that depend on a single person: {n}."), n=others))
    return " ".join(sentences)


def shown(loads: pd.DataFrame, teams: Sequence[str], known: Known) -> pd.DataFrame:
    """The teams by name, of the chosen ones; columns as of the view, shares in hundredths."""
    kept = loads[loads["team"].isin(teams)] if teams else loads
    return pd.DataFrame(
        {
            "team": [_name(team, known) for team in kept["team"]],
            "people": list(kept["people"]),
            **{name: list(kept[name]) for name in ("accountable", "kept", "kept_alone", "on_one_person")},
            "share": [round(float(one), 2) for one in kept["share"]],
        }
    )


def _name(team: object, known: Known) -> str:
    return known.team(team) or known.say(mark("without a team"))
