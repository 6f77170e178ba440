"""One period of a model's value: what was promised, measured, estimated and spent, and whether it was delivered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from dashboard.governance.value.verdict import Measured, ValueVerdict
from dashboard.measures.figure import finite
from dashboard.profiles.windows import Window

Days = tuple[date, date]


@dataclass(frozen=True)
class ValuePeriod:
    """One period: money in the currency of the value, its days (both inclusive), and the verdict."""

    window: Window
    days: Days
    promised: float | None
    cost: float | None
    measured: Measured
    verdict: ValueVerdict

    @property
    def net(self) -> float:
        """What was brought less what running the model cost; NaN where either is not known."""
        return self.measured.realised.value - (math.nan if self.cost is None else self.cost)


@dataclass(frozen=True)
class Part:
    """Which part of a model is looked at: some days, a version, a group; promises and costs are those of the whole."""

    span: Days | None = None
    version: str | None = None
    segment: tuple[str, str] | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether all cases and versions are looked at."""
        return self.version is None and self.segment is None


def cells_of(period: ValuePeriod, currency: str | None) -> dict[str, object]:
    """A period by the columns of the view `value`; what is not known is None, the reason a sentence."""
    measured = period.measured
    amounts = {
        "promised": period.promised,
        "realised": finite(measured.realised.value),
        "estimated": finite(measured.expected.figure.value),
        "low": finite(measured.figure.low),
        "high": finite(measured.figure.high),
        "cost": period.cost,
        "net": finite(period.net),
    }
    return {
        "period": period.window.label,
        **amounts,
        "currency": currency,
        "verdict": period.verdict.answer,
        "reason": period.verdict.reason,
        "labelled": period.window.labelled,
        "predictions": period.window.predictions,
        "source": period.verdict.source,
    }
