"""Charts of the retraining calendar: marks that tell what they are and open models, weeks that show clashes."""

from __future__ import annotations

from datetime import date

import pandas as pd

from dashboard.charts.look import Look
from dashboard.charts.retraining_calendar import hours_by_week, trainings_by_day

TODAY = date(2024, 6, 3)
COLUMNS = ["model", "name", "day", "state", "source", "machine", "hours", "reason"]


def entries(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS, dtype=object)


def test_each_mark_has_its_kind_its_day_and_its_model() -> None:
    frame = entries(
        ("claims", "Claims", "2024-06-10", "planned", "plan", "gpu-1", 5.0, "<b>New</b>"),
        ("loans", "Loans", "2024-07-01", "planned", "policy", None, None, None),
        ("offers", "Offers", "2020-01-01", "overdue", "plan", None, None, None),
    )
    figure = trainings_by_day(frame, TODAY, Look("de"))
    found = {trace.name: (trace.x[0], trace.customdata[0][0]) for trace in figure.data}
    assert found == {
        "überfällig": ("2024-05-13", "offers"),
        "geplant": ("2024-06-10", "claims"),
        "von der Regel verlangt": ("2024-07-01", "loans"),
    }
    assert len({trace.marker.symbol for trace in figure.data}) == 3
    (overdue,) = [trace.hovertext[0] for trace in figure.data if trace.name == "überfällig"]
    assert "01.01.2020" in overdue
    (planned,) = [trace.hovertext[0] for trace in figure.data if trace.name == "geplant"]
    assert "gpu-1 5" in planned
    assert "<b>New" not in planned
    assert list(figure.layout.yaxis.categoryarray) == ["Loans", "Claims", "Offers"]


def test_weeks_with_clashes_are_hatched_and_unknown_hours_are_no_bar() -> None:
    rows = [("2024-W24", "gpu-1", 30.0, True, "A and B"), ("2024-W25", "gpu-1", 5.0, False, "A"),
            ("2024-W25", "gpu-2", None, False, "C")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["week", "label", "hours", "clash", "names"])
    figure = hours_by_week(frame, Look("en"))
    first = next(trace for trace in figure.data if trace.name == "gpu-1")
    assert list(first.y) == [30.0, 5.0]
    assert list(first.marker.pattern.shape) == ["/", ""]
    assert [len(trace.y) for trace in figure.data if trace.name == "gpu-2"] == [0]
