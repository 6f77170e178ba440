"""Alerts held against what became known: each with its verdict, and how many of each area were right."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.alert_record.limits import proposed_limits
from dashboard.governance.alert_record.record import area_records, judged_alerts
from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.situation.situation import Situation


@subject("alert_record", lane="history")
def alert_records(situation: Situation, model_id: str) -> Iterator[Row]:
    """A row for each measured area; cells as the columns of the view `alert-record`."""
    for one in area_records(situation, model_id):
        share, low, high = one.share or (None, None, None)
        yield Row(
            {
                "model": model_id,
                "area": one.area,
                "alerts": one.alerts,
                **{f"{verdict}_alerts": number for verdict, number in one.verdicts.items()},
                "right_share": share,
                "low": low,
                "high": high,
                "harms": one.harms,
                "missed": one.missed,
                "reason": one.reason,
            }
        )


@subject("alert_verdict", lane="history")
def alert_verdicts(situation: Situation, model_id: str) -> Iterator[Row]:
    """A row for each alert of a measured area; cells as the columns of the view `alert-verdicts`."""
    for one in judged_alerts(situation, model_id):
        yield Row(
            {
                "alert": one.known.alert.alert_id,
                "model": model_id,
                "area": one.known.alert.alarm.area,
                "opened_at": one.known.alert.opened_at,
                "verdict": one.judged.verdict,
                "reason": one.reason,
            }
        )


@subject("proposed_limit", lane="history")
def limits(situation: Situation, model_id: str) -> Iterator[Row]:
    """A row for each limit that the record proposes; cells as the columns of the view `proposed-limits`."""
    for one in proposed_limits(situation, model_id):
        yield Row(
            {
                "model": model_id,
                "area": one.area,
                "metric": one.name,
                "limit": one.current,
                "proposed_limit": one.limit,
                "right_alerts": one.split.right,
                "wrong_alerts": one.split.wrong,
                "spared": one.split.spared,
                "lost": one.split.lost,
                "field": one.place,
            }
        )
