"""How severe a gap or an alert is."""

from __future__ import annotations

from typing import Literal

Severity = Literal["low", "medium", "high"]
# The worst first.
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")


def status_of(severity: str) -> Literal["alert", "warn"]:
    """Return the status of something open: an alert where it is severe, else a warning; it is neither ok nor unknown.

    >>> [status_of(severity) for severity in SEVERITIES]
    ['alert', 'warn', 'warn']
    """
    return "alert" if severity == "high" else "warn"
