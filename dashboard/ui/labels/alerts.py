"""Alerts, their causes and what people state in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

SEVERITIES: dict[str, str] = {"high": mark("High"), "medium": mark("Medium"), "low": mark("Low")}

ALERT_STATES: dict[str, str] = {"new": mark("New"), "acknowledged": mark("Acknowledged"), "closed": mark("Closed")}

CAUSES: dict[str, str] = {
    "repaired": mark("The cause is repaired"),
    "retrained": mark("The model is trained again"),
    "data_corrected": mark("The data is corrected"),
    "expected_change": mark("The change was to be expected"),
    "false_alarm": mark("It was a false alarm"),
    "goal_changed": mark("The changed limits or settings are accepted"),
    "risk_accepted": mark("The risk is accepted"),
    "model_stopped": mark("The model is stopped"),
    "other": mark("Something else"),
    "status_returned": mark("The status is no longer an alert"),
}

ALERT_VERDICTS: dict[str, str] = {
    "right": mark("It was right"),
    "wrong": mark("It was wrong"),
    "too_late": mark("It came too late"),
    "unknown": mark("Not known yet"),
}

STATEMENTS: dict[str, str] = {
    "comment": mark("Comment"),
    "decision": mark("Decision"),
    "rating_requested": mark("New rating requested"),
    "status_accepted": mark("Status accepted"),
    "acceptance_withdrawn": mark("Acceptance withdrawn"),
    "alert_acknowledged": mark("Alert acknowledged"),
    "alert_closed": mark("Alert closed"),
    "alert_reopened": mark("Alert opened again"),
    "alert_over": mark("Status is no longer an alert"),
    "fault_acknowledged": mark("Fault of the data acknowledged"),
    "fault_assigned": mark("Fault of the data assigned"),
    "fault_resolved": mark("Fault of the data resolved"),
}
