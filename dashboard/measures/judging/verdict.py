"""A status with its reason, and which of several counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.words import Sentence

Status = Literal["ok", "warn", "alert", "unknown"]
SEVERITY: dict[str, int] = {"ok": 0, "unknown": 1, "warn": 2, "alert": 3}


@dataclass(frozen=True)
class Verdict:
    """A status and the sentence that gives its reason."""

    status: Status
    reason: Sentence


def worst(statuses: list[Status]) -> Status:
    """The status that counts: alert before warn before unknown before ok; nothing at all is unknown.

    >>> worst(["ok", "unknown"]), worst(["ok", "warn", "unknown"]), worst([])
    ('unknown', 'warn', 'unknown')
    """
    return max(statuses, key=lambda status: SEVERITY[status], default="unknown")
