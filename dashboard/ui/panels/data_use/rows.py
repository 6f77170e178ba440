"""The rows of the view `data-use` made ready for readers: names for ids, worst first, narrowed by filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard.charts.look import STATUSES
from dashboard.lineage.names import node_id
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.session.language import say
from dashboard.words import mark

YES, NO, NOT_SAID = "yes", "no", "not_said"
PERSONAL_WORDS = {YES: mark("personal data"), NO: mark("no personal data"), NOT_SAID: mark("nobody said")}


@dataclass(frozen=True)
class Wanted:
    """What the reader wants to see; nothing chosen means all."""

    text: str = ""
    chosen: Mapping[str, Sequence[str]] | None = None
    purposes: Sequence[str] = ()


def named(used: pd.DataFrame, names: Names) -> pd.DataFrame:
    """The uses with `node`, `table`, `name` (of the model), `team_name` and `marked`, worst and most used data first.

    `used` has the columns of the view.
    """
    nodes = [node_id("dataset", dataset) for dataset in used["dataset"]]
    table = {node: names.of(node) for node in dict.fromkeys(nodes)}
    team = {one: names.team(one) if isinstance(one, str) else say("no team") for one in used["team"].unique()}
    marks = [NOT_SAID if pd.isna(one) else YES if one else NO for one in used["personal_data"]]
    found = used.assign(
        node=nodes,
        table=[table[node] for node in nodes],
        name=[names.models.get(model, model) for model in used["model"]],
        team_name=[team[one] for one in used["team"]],
        marked=marks,
        worst=used["status"].map({"alert": 0, "warn": 1, "ok": 2, "unknown": 2}),
    )
    found["models"] = found.groupby("dataset")["model"].transform("nunique")
    found["unmarked"] = found["marked"] != YES
    order = found.sort_values(
        ["worst", "models", "unmarked", "team_name", "table", "name", "how"],
        ascending=[True, False, True, True, True, True, True], kind="stable",
    )  # fmt: skip
    return order.drop(columns=["worst", "models", "unmarked"]).reset_index(drop=True)


def purposes(text: object) -> list[str]:
    """The single purposes of a use."""
    return [one for one in text.split(", ") if one] if isinstance(text, str) else []


def all_purposes(found: pd.DataFrame) -> list[str]:
    """Every purpose of some uses, in order."""
    return sorted({one for text in found["purpose"].unique() for one in purposes(text)})


def narrowed(found: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """The uses that hold the searched text and one of the chosen values."""
    kept = pd.Series(True, index=found.index)
    for column, values in (wanted.chosen or {}).items():
        if values:
            kept &= found[column].isin(values)
    if wanted.purposes:
        kept &= found["purpose"].map(lambda text: bool(set(purposes(text)) & set(wanted.purposes))).astype(bool)
    if wanted.text:
        searched = found[["dataset", "name", "team_name", "purpose", "source"]].fillna("").astype(str)
        joined = searched.agg(" ".join, axis="columns").str.casefold()
        kept &= joined.str.contains(wanted.text.casefold(), regex=False)
    return found[kept].reset_index(drop=True)


def of_tables(found: pd.DataFrame) -> pd.DataFrame:
    """One row for each table; personal data count where any of its uses says so."""
    first = found.drop_duplicates("node").set_index("node")
    worst = found.assign(place=found["marked"].map({YES: 0, NOT_SAID: 1, NO: 2})).sort_values("place", kind="stable")
    marked = worst.drop_duplicates("node").set_index("node")["marked"]
    models = found.groupby("node")["model"].nunique()
    return first.assign(marked=marked, models=models).reset_index()


def order_of_statuses(statuses: pd.Series) -> str:
    """The most urgent status of tables that were checked; unknown when none was."""
    present = set(statuses) - {"unknown"}
    return next((status for status in STATUSES if status in present), "unknown")
