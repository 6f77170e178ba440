"""How severe the failed check of another tool is: the one rule that every status, page and list asks."""

from __future__ import annotations

import math
from typing import Literal

from dashboard.measures.judging.drift.comparison import SHOWN_DECIMALS
from dashboard.schema.config.thresholds import Thresholds

Severe = Literal["alert", "warn"]
# What tools call it: `error` and `warn` of dbt and OpenLineage, `critical`, `warning` and `info` of Great Expectations.
STATED: dict[str, Severe] = {
    **dict.fromkeys(("error", "critical", "fatal", "high", "blocker"), "alert"),
    **dict.fromkeys(("warn", "warning", "info", "low", "minor", "medium"), "warn"),
}


def severity_of(stated: object, *, matters: bool) -> Severe:
    """What a failed check is: what its tool says of it, else an alert where a feature that matters is checked.

    >>> severity_of("warn", matters=True), severity_of(None, matters=True), severity_of(None, matters=False)
    ('warn', 'alert', 'warn')
    """
    known = STATED.get(stated.strip().casefold()) if isinstance(stated, str) else None
    return known or ("alert" if matters else "warn")


def feature_matters(importance: float | None, thresholds: Thresholds, *, required: bool = False) -> bool:
    """Whether a feature matters: the card requires it, or it has `drift.alert_importance`, as readers see its share."""
    if required:
        return True
    known = importance is not None and math.isfinite(importance)
    return known and round(importance or 0.0, SHOWN_DECIMALS) >= thresholds.drift.alert_importance
