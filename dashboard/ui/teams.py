"""How many models stand on one team, in a sentence and as rows for readers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard.ui.ownership import Known
from dashboard.words import mark


def sentence(loads: pd.DataFrame, known: Known) -> str:
    """On which team most models stand, and how many of them hang on one person; `loads` as of the view `team-loads`."""
    keeping = loads[loads["kept_alone"].astype(int) > 0].sort_values("kept_alone", ascending=False, kind="stable")
    if keeping.empty:
        return known.say(mark("No team keeps a model alone."))
    first = keeping.iloc[0]
    values = {"team": _name(first["team"], known), "n": int(first["kept_alone"]), "one": int(first["on_one_person"])}
    message = mark("{team} alone keeps {n} models running; with {one} of them it is a single person.")
    told = known.say(message, **values)
    others = int(keeping["on_one_person"].sum()) - int(first["on_one_person"])
    if others:
        told += " " + known.say(mark("In the other teams {n} models stand on one person."), n=others)
    return told


def shown(loads: pd.DataFrame, teams: Sequence[str], known: Known) -> pd.DataFrame:
    """The teams by name, of the chosen ones; columns as of the view, shares as they are."""
    kept = loads[loads["team"].isin(teams)] if teams else loads
    return pd.DataFrame(
        {
            "team": [_name(team, known) for team in kept["team"]],
            "team_people": list(kept["people"]),
            **{name: list(kept[name]) for name in ("accountable", "kept", "kept_alone", "on_one_person", "share")},
        }
    )


def _name(team: object, known: Known) -> str:
    return known.team(team) or known.say(mark("without a team"))
