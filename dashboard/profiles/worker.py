"""The process that counts while others are served; started by `apart.count_apart`, never by hand.

A plan comes in as JSON; progress, profiles and the end go out as lines of JSON.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from typing import Any

from dashboard.errors import DashboardError
from dashboard.profiles.count import PLANS, count
from dashboard.store.profiles import ProfileRow

# Pages come first.
NICENESS = 5


def main() -> None:
    """Count the plan on standard input."""
    os.nice(NICENESS)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(**message: Any) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    plan = PLANS.validate_json(sys.stdin.buffer.read())
    try:
        counted = count(plan, lambda share, doing: tell(share=share, doing=doing))
    except DashboardError as fault:
        tell(refused=str(fault))
        return
    for row in counted.profiles:
        tell(profile=to_json(row))
    layout = [counted.layout.layout_id, counted.layout.to_text()]
    periods = [period.isoformat() for period in counted.periods]
    tell(
        layout=layout,
        basis=counted.basis,
        is_new=counted.is_new,
        periods=periods,
        with_reference=counted.with_reference,
    )


def to_json(row: ProfileRow) -> dict[str, Any]:
    """A profile as JSON has it."""
    blocks = {name: base64.b64encode(getattr(row, name)).decode() for name in ("features", "outcomes")}
    return {**vars(row), **blocks, "period_start": row.period_start.isoformat()}


if __name__ == "__main__":
    main()
