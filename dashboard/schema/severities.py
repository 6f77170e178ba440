"""How severe a gap or an alert is."""

from __future__ import annotations

from typing import Literal

Severity = Literal["low", "medium", "high"]
# The worst first.
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
