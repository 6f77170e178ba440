"""Settings of the dashboard itself: config/dashboard.yaml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from dashboard.resources import resource
from dashboard.schema.config.retraining import RetrainingSettings
from dashboard.schema.config.settings_file import read_settings
from dashboard.schema.reading.strict_model import StrictModel, refuse

DASHBOARD_FILE = Path("config") / "dashboard.yaml"
SUM_WITHIN = 1e-6

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=1, le=36_500)]
Cases = Annotated[int, Field(ge=1, le=1_000)]
Rows = Annotated[int, Field(ge=100, le=1_000_000)]


class Quotas(StrictModel):
    """Which share of the cases that an expert gets is picked in which way; together they are 1."""

    random: Share = 0.5
    uncertain: Share = 0.2
    costly: Share = 0.1
    drifted: Share = 0.1
    contested: Share = 0.1

    @model_validator(mode="after")
    def _sum_to_one(self) -> Self:
        total = self.random + self.uncertain + self.costly + self.drifted + self.contested
        if abs(total - 1) > SUM_WITHIN:
            message = f"received shares that sum to {total:.4g}; allowed is a sum of 1; change one of them"
            refuse([((), message, total)])
        return self


class ReviewQueue(StrictModel):
    """The cases that experts are given: how many at once, from which predictions, and until when they keep them.

    Of the predictions of the latest `window_days` at most `pool_rows`, drawn evenly, are looked at. A case that is not
    judged within `keep_days` may be given to somebody else.
    """

    cases: Cases = 10
    window_days: Days = 90
    pool_rows: Rows = 20_000
    keep_days: Days = 14
    quotas: Quotas = Quotas()


class AgreementLevels(StrictModel):
    """Shares of random cases in which experts agree with the model: judged so where the whole interval lies below."""

    warn: Share = 0.9
    alert: Share = 0.8

    @model_validator(mode="after")
    def _alert_is_worse(self) -> Self:
        if self.alert > self.warn:
            message = f"received {self.alert}, above warn ({self.warn}); allowed is at most warn; swap them"
            refuse([(("alert",), message, self.alert)])
        return self


class DashboardSettings(StrictModel):
    """Everything that config/dashboard.yaml sets."""

    review_queue: ReviewQueue = ReviewQueue()
    agreement: AgreementLevels = AgreementLevels()
    retraining: RetrainingSettings = RetrainingSettings()


def load_dashboard_settings(path: Path | None = None) -> DashboardSettings:
    """The settings of a YAML file, or of config/dashboard.yaml; a key that is left out has its default.

    Raises InputRefusedError with a Problem for each fault.
    """
    name = str(path or DASHBOARD_FILE)
    return read_settings(DashboardSettings, path or resource(DASHBOARD_FILE), name)


def settings_of(home: Path) -> DashboardSettings:
    """The settings in force in a home: `config/dashboard.yaml` in it, else the one beside the program.

    Raises InputRefusedError with a Problem for each fault.
    """
    own = home / DASHBOARD_FILE
    path = own if own.is_file() else None
    return _loaded(path, (path or resource(DASHBOARD_FILE)).stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _loaded(path: Path | None, stamp: int) -> DashboardSettings:
    """Read once for each state of a file, which `stamp` stands for."""
    del stamp
    return load_dashboard_settings(path)
