"""The minimum rules over the whole portfolio: how far they are kept, by team and over time, and who breaks them."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.judgements.subjects.rules import ends_of_months
from dashboard.governance.rules import RULES
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.judgement_bases import fact_counts
from dashboard.store.judgements import Search
from dashboard.views.columns import declare
from dashboard.views.judged import frame_of, judged_rows
from dashboard.views.judged_frames import judged_counts, judged_frame
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import view
from dashboard.words import mark, translate

RULE_COLUMNS = declare("model team rule state person since reason")


@view("rules", columns=RULE_COLUMNS, model="optional")
def rules(store: Store, query: Query) -> pd.DataFrame:
    """Which minimum rules does each model keep, which does it break, and since when?

    Columns: model, team (of who answers for it), rule, state (kept, broken, not_due), person (whom to ask), since
    (day), reason. A rule that does not bind the model, since it is not used, is not due and counts nowhere.
    Of one `rule`, and of some `statuses` of it, as asked.
    """
    if query.rule is None:
        return judged_frame(store, query, "rule", RULE_COLUMNS)
    wanted = Search(cells={"rule": query.rule})
    found = judged_rows(store, query, "rule", search=wanted)
    return frame_of([row for row in found if not query.statuses or row["state"] in query.statuses], RULE_COLUMNS)


@view("rule-counts", columns=declare("team rule state models"), model="none")
def rule_counts(store: Store, query: Query) -> pd.DataFrame:
    """How many models keep and break each minimum rule, by team?

    Columns: team (null = no team is known), rule, state (kept, broken, not_due), models.
    """
    cells = ["team", "rule", "state"]
    counted = judged_counts(store, query, "rule", cells).sort_values(cells, ignore_index=True)
    return counted.rename(columns={"number": "models"})


@view(
    "rules-over-time",
    columns=declare(
        "period team",
        Column("kept", "count", mark("Met")),
        Column("due", "count", mark("Due")),
        Column("share", "share", mark("Share met")),
    ),
    model="none",
)
def rules_over_time(store: Store, query: Query) -> pd.DataFrame:
    """What share of the minimum rules was kept, by team, at the end of each of the last twelve months?

    Columns: period (month; the current one counts as of the day asked), team (null = no team is known), kept and due
    (rules times models), share (kept / due, 0 to 1). Only models that were there by then count.
    """
    counts: dict[str, dict[str | None, list[int]]] = {
        f"{day:%Y-%m}": {} for day in ends_of_months(query.on or (query.as_of or now()).date())
    }
    sums = ("kept", "due")
    months = judged_counts(store, query, "rules_of_months", ("month", "team"), sums=sums, lane="history")
    for row in records(months):
        _add(counts, row["month"], row["team"], (row["kept"], row["due"]))
    newest = max(counts)
    for row in records(judged_counts(store, query, "rule", ("team", "state"))):
        if row["state"] != "not_due":
            _add(counts, newest, row["team"], (row["number"] if row["state"] == "kept" else 0, row["number"]))
    found = [
        (month, team, kept, due, kept / due)
        for month, teams in counts.items()
        for team, (kept, due) in sorted(teams.items(), key=lambda entry: entry[0] or "")
    ]
    return pd.DataFrame(found, columns=["period", "team", "kept", "due", "share"])


def _add(counts: dict[str, dict[str | None, list[int]]], month: str, team: str | None, number: tuple[int, int]) -> None:
    """Count rules that were kept and due in a month, unless the month is none of those asked about."""
    if month in counts:
        known = counts[month].setdefault(team, [0, 0])
        known[0] += number[0]
        known[1] += number[1]


@view("rule-meanings", columns=declare("rule", Column("title", "text", mark("Rule")), "meaning"), model="none")
def rule_meanings(store: Store, query: Query) -> pd.DataFrame:
    """What does each minimal rule demand?

    Columns: rule, title, meaning (both in the reader's language), in the order in which they are read.
    """
    there = bool(fact_counts(store, query.seen, query.as_of))
    records = [
        (rule.name, translate(rule.title, query.language), translate(rule.meaning, query.language)) for rule in RULES
    ]
    return pd.DataFrame(records if there else [], columns=["rule", "title", "meaning"], dtype=object)
