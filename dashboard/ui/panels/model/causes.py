"""What happened around a model in lanes, and as a table."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from dashboard.charts.causes import LANE_WORDS, causes_over_time
from dashboard.ui.layout import layout
from dashboard.ui.layout.layout import Origin
from dashboard.ui.session import as_of
from dashboard.ui.session.language import say


def lanes(found: pd.DataFrame) -> None:
    """All happenings on one axis of time; `found` has the columns of the view `causes`."""
    if found.empty:
        layout.empty(
            say("Nothing has happened yet"),
            say("Once the model is monitored, what moves or fails is shown here beside deployments and incidents."),
            ":material/timeline:",
        )
        return
    today = as_of.day() or datetime.now(UTC).date()
    figure = causes_over_time(found, today, layout.look())
    shown = found.assign(lane=[say(LANE_WORDS[lane]) for lane in found["lane"]])
    origin = Origin(
        say(
            "Bars are times in which something alerted (red) or warned (yellow); marks are days on which something "
            "was changed. Alarms are known by period: one of May began on some day of May."
        ),
        say("The figures of performance and drift by period, the card, and the events that were recorded."),
    )
    layout.chart(say("What happened around the model"), figure, shown, "causes", origin, "causes")
