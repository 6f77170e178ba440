"""How good alerts were, by what is known now."""

from __future__ import annotations

import pandas as pd

from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged_frames import judged_frame
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, view
from dashboard.words import mark

RIGHT = Column("right_alerts", "count", mark("Right alerts"))
WRONG = Column("wrong_alerts", "count", mark("Wrong alerts"))


@view(
    "alert-record",
    columns=declare(
        "model area",
        Column("alerts", "count", mark("Alerts")),
        RIGHT,
        WRONG,
        Column("too_late_alerts", "count", mark("Late alerts")),
        Column("unknown_alerts", "count", mark("Not known yet")),
        Column("right_share", "share", mark("Share of right alerts")),
        "low high",
        Column("harms", "count", mark("Harms")),
        Column("missed", "count", mark("Harms without an alert")),
        "reason",
    ),
    model="optional",
)
def alert_record(store: Store, query: Query) -> pd.DataFrame:
    """How many alerts of each area were right, wrong or too late, and of how many harms was nothing said?

    Columns: model, area (performance, drift, fairness, quality, value), alerts, right_alerts (outcomes, or whoever
    closed it, confirm harm that began at most a period before it could be reported), wrong_alerts, too_late_alerts,
    unknown_alerts, right_share (right among those that are known, with low and high, Wilson 95 %; null: fewer than
    five are known, with the reason), harms (runs of periods with harm since the model was judged first; null: outcomes
    do not tell), missed (those in which no alert of the area stood; of drift and quality: no alert of either), reason.
    """
    return judged_frame(store, query, "alert_record", VIEWS.get("alert-record").columns, lane="history")


@view(
    "alert-verdicts",
    columns=declare("alert model area opened_at", Column("verdict", "code", mark("Was it right?")), "reason"),
    model="optional",
)
def alert_verdicts(store: Store, query: Query) -> pd.DataFrame:
    """Which alert was right, and what shows it?

    Columns: alert (id), model, area, opened_at (UTC), verdict (right, wrong, too_late, unknown), reason. Alerts of
    measured areas, of each model oldest first.
    """
    return judged_frame(store, query, "alert_verdict", VIEWS.get("alert-verdicts").columns, lane="history")


@view(
    "proposed-limits",
    columns=declare(
        "model area metric limit",
        Column("proposed_limit", "number", mark("Proposed limit")),
        RIGHT,
        WRONG,
        Column("spared", "count", mark("Wrong alerts spared")),
        Column("lost", "count", mark("Right alerts lost")),
        "field",
    ),
    model="optional",
)
def proposed_limits(store: Store, query: Query) -> pd.DataFrame:
    """Which limit would have kept the right alerts and spared the wrong ones?

    Columns: model, area, metric (or drift method), limit (in force; null = none), proposed_limit, right_alerts (too
    late ones are among them) and wrong_alerts (on which it rests), spared (wrong ones that would not have been), lost
    (right ones that would not have been), field (the key of the card that changes it). Nothing is proposed of fewer
    than three right or three wrong alerts, nor where no value spares more than it loses. A proposal changes nothing.
    """
    return judged_frame(store, query, "proposed_limit", VIEWS.get("proposed-limits").columns, lane="history")
