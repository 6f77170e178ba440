"""Marks of statuses and severities."""

from __future__ import annotations

import pytest

from dashboard.schema.severities import SEVERITIES
from dashboard.ui.widgets.badges import BADGE_COLOURS, STATUS_SIGNS, severity_badge, severity_text


@pytest.mark.parametrize("severity", SEVERITIES)
def test_nothing_that_is_open_looks_ok_or_unknown(severity: str) -> None:
    for status in ("ok", "unknown"):
        assert not severity_badge(severity).startswith(f":{BADGE_COLOURS[status]}-badge")
        assert not severity_text(severity, "en").startswith(STATUS_SIGNS[status])
