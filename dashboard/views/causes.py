"""What happened to a model and around it, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard.governance.causes.happenings import Happening
from dashboard.governance.causes.sentences import order_in_time
from dashboard.store.engine.database import Store
from dashboard.views.cause_lanes.registry import happenings
from dashboard.views.columns import declare
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import view
from dashboard.words import mark

LANE = Column("lane", "code", mark("Lane"))
BEGINS = Column("begins", "day", mark("First day"))
BEGUN_BY = Column("begun_by", "day", mark("Begun by"))
ENDS = Column("ends", "day", mark("Last day"))


@view("causes", columns=declare(LANE, BEGINS, BEGUN_BY, ENDS, "status what subject period"))
def causes(store: Store, query: Query) -> pd.DataFrame:
    """What changed, failed or moved around the model, and in which order?

    Columns: lane (outside, upstream, quality, drift, deployment, environment, incident, performance, value), begins
    (first day), begun_by (last day on which it may have begun: alarms are known by period), ends (last day; null = goes
    on), status, what (in the reader's language), subject (feature, version, package, table or check; null = the model),
    period (the first, or the first and the last; null = known by day).
    """
    return pd.DataFrame([_row(one, query.language) for one in happenings(store, query)])


def _row(one: Happening, language: str) -> dict[str, object]:
    return {
        "lane": one.lane,
        "begins": one.begins.isoformat(),
        "begun_by": one.begun_by.isoformat(),
        "ends": one.ends.isoformat() if one.ends else None,
        "status": one.status,
        "what": one.what.in_language(language),
        "subject": one.subject,
        "period": one.period,
    }


@view("order-in-time", columns=declare(Column("sentence", "text", mark("What came first"))))
def order(store: Store, query: Query) -> pd.DataFrame:
    """What came before the latest fall of performance or value?

    Columns: sentence (in the reader's language), one row each, in reading order. They tell order in time, no causes.
    """
    return pd.DataFrame({"sentence": what_came_first(causes(store, query), query.language)})


def what_came_first(found: pd.DataFrame, language: str) -> list[str]:
    """The sentences on the rows of the view `causes`, which are in the same language."""
    return [sentence.render(language) for sentence in order_in_time([_read(row) for row in records(found)])]


@dataclass(frozen=True)
class _Rendered:
    """Words that are in the reader's language already."""

    text: str

    def in_language(self, language: str) -> str:
        """The words; `language` is theirs."""
        del language
        return self.text


def _read(row: dict[str, Any]) -> Happening:
    begins, begun_by = date.fromisoformat(row["begins"]), date.fromisoformat(row["begun_by"])
    ends = date.fromisoformat(row["ends"]) if row["ends"] else None
    what = _Rendered(row["what"])
    return Happening(row["lane"], begins, begun_by, ends, row["status"], what, row["subject"], row["period"])
