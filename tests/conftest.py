"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

from dashboard.actions.registry import ACTIONS
from dashboard.governance.desk.tasks import TASK_SOURCES
from dashboard.governance.gaps.registry import GAP_CHECKS
from dashboard.governance.status.registry import STATUS_RULES
from dashboard.views.registry import VIEWS
from tests.chromium import chromium

__all__ = ["chromium"]

# How long an example takes depends on the machine; what a test proves does not.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# Tests turn clocks; a module that is imported while a clock is turned would keep the turned one.
for registry in (ACTIONS, VIEWS, GAP_CHECKS, STATUS_RULES, TASK_SOURCES):
    registry.all()
