"""What happened to a model and around it, in order of time."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.causes.happenings import Happening
from dashboard.governance.causes.sentences import order_in_time
from dashboard.store.engine.database import Store
from dashboard.views.cause_lanes.registry import happenings
from dashboard.views.columns import declare
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

BEGINS = Column("begins", "day", mark("First day"))
BEGUN_BY = Column("begun_by", "day", mark("Begun by"))
ENDS = Column("ends", "day", mark("Last day"))


@view("causes", columns=declare(Column("lane", "code", mark("Lane")), BEGINS, BEGUN_BY, ENDS, "status what subject"))
def causes(store: Store, query: Query) -> pd.DataFrame:
    """What changed, failed or moved around the model, and in which order?

    Columns: lane (upstream, quality, drift, deployment, environment, incident, performance, value), begins (first day),
    begun_by (last day on which it may have begun: alarms are known by period), ends (last day; null = goes on), status,
    what (in the reader's language), subject (feature, version, package, table or check; null = the model).
    """
    return pd.DataFrame([_row(one, query.language) for one in happenings(store, query)])


def _row(one: Happening, language: str) -> dict[str, object]:
    return {
        "lane": one.lane,
        "begins": one.begins.isoformat(),
        "begun_by": one.begun_by.isoformat(),
        "ends": one.ends.isoformat() if one.ends else None,
        "status": one.status,
        "what": one.what.render(language),
        "subject": one.subject,
    }


@view("order-in-time", columns=declare(Column("sentence", "text", mark("What came first"))))
def order(store: Store, query: Query) -> pd.DataFrame:
    """What came before the latest fall of performance or value?

    Columns: sentence (in the reader's language), one row each, in reading order. They tell order in time, no causes.
    """
    sentences = order_in_time(happenings(store, query))
    return pd.DataFrame({"sentence": [sentence.render(query.language) for sentence in sentences]})
