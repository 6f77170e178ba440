"""Dimensions and checks of data quality in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

DIMENSIONS: dict[str, str] = {
    "reality": mark("Reality"),
    "completeness": mark("Completeness"),
    "consistency": mark("Consistency"),
    "availability": mark("Availability"),
}
QUESTIONS: dict[str, str] = {
    "reality": mark("Do the data show what is really the case?"),
    "completeness": mark("Is everything there?"),
    "consistency": mark("Do the data agree with themselves and with the reference?"),
    "availability": mark("Do the data come when they should?"),
}
# Checks that need no rule; those of the card are called what the card calls them.
CHECKS: dict[str, str] = {
    "required": mark("Required value"),
    "missing": mark("Missing values"),
    "range": mark("Range of the card"),
    "plausible range": mark("Plausible range"),
    "never seen": mark("Values never seen"),
    "unit": mark("Unit"),
    "code": mark("Code"),
    "grows with the records": mark("Grows with the records"),
    "scale": mark("Scale"),
    "type": mark("Type of the values"),
    "not in training": mark("Not in training"),
    "schema as in training": mark("Schema as in training"),
    "season names": mark("Names of seasons"),
    "repeated rows": mark("Repeated rows"),
    "rows of the period": mark("Rows of the period"),
    "late rows": mark("Late rows"),
    "freshness": mark("Freshness"),
}

FAULT_STATES: dict[str, str] = {
    "new": mark("New"),
    "acknowledged": mark("Acknowledged"),
    "assigned": mark("In somebody's care"),
    "resolved": mark("Resolved"),
    "over": mark("Over"),
}
FAULT_CAUSES: dict[str, str] = {
    "data_corrected": mark("The data is corrected"),
    "source_repaired": mark("The source is repaired"),
    "expected_change": mark("The change was to be expected"),
    "false_alarm": mark("It was a false alarm"),
    "risk_accepted": mark("The risk is accepted"),
    "other": mark("Something else"),
}
