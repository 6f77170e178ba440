"""The words of trainings. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

# By what a training is started.
WAYS: dict[str, str] = {
    "webhook": mark("Signed call"),
    "command": mark("Command"),
    "hand": mark("By hand"),
}
OUTCOMES: dict[str, str] = {"done": mark("done"), "failed": mark("failed")}
