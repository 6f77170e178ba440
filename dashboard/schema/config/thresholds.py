"""When a figure is worth a look: config/thresholds.yaml and the overrides of a card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from dashboard.resources import resource
from dashboard.schema.config.settings_file import read_settings
from dashboard.schema.reading.error_messages import validated
from dashboard.schema.reading.strict_model import StrictModel, refuse

THRESHOLDS_FILE = Path("config") / "thresholds.yaml"

Rows = Annotated[int, Field(ge=0, le=1_000_000_000)]
Distance = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Confidence = Annotated[float, Field(ge=0.5, le=0.999999, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=3_650)]
DriftMethod = Literal["psi", "jensen_shannon", "ks", "wasserstein"]
Area = Literal[
    "performance",
    "drift",
    "fairness",
    "quality",
    "value",
    "risk",
    "ownership",
    "sign_off",
    "availability",
    "parity",
    "retraining",
]


class Levels(StrictModel):
    """From which value on a figure warns and from which it alerts; a figure equal to a level reaches it."""

    warn: Distance
    alert: Distance

    @model_validator(mode="after")
    def _warn_comes_first(self) -> Self:
        if self.warn > self.alert:
            bound = f"above alert ({self.alert:g}); allowed is at most alert; lower it or raise alert"
            refuse([(("warn",), f"received {self.warn:g}, {bound}", self.warn)])
        return self


class Confidences(StrictModel):
    """How sure a change has to be no chance, both sides counted; `strong` alarms need no second in a row."""

    warn: Confidence = 0.99
    alert: Confidence = 0.99
    strong: Confidence = 0.999


class PerformanceThresholds(StrictModel):
    """Performance: what a verdict needs, what it is held against, and how sure it has to be.

    `change_from_reference` is the relative worsening where the card sets no target for the metric; `detectable` the
    largest one that may go unseen in an `ok`; `ripe` the part of the usual share of known outcomes that is enough.
    """

    min_labelled: Rows = 50
    min_positives: Rows = 10
    change_from_reference: Levels = Levels(warn=0.05, alert=0.15)
    confidence: Confidences = Confidences()
    detectable: Distance = 0.5
    alarms_in_a_row: Annotated[int, Field(ge=1, le=100)] = 2
    ripe: Share = 0.8
    selected_labels: Distance = 0.1


class DriftThresholds(StrictModel):
    """Drift: levels of each method, which count only beyond chance.

    A feature with a smaller share of the importance than `alert_importance` only warns; features that drifted strongly
    and hold `alert_share` of it together alert.
    """

    method: DriftMethod = "psi"
    psi: Levels = Levels(warn=0.10, alert=0.25)
    jensen_shannon: Levels = Levels(warn=0.1, alert=0.2)
    ks: Levels = Levels(warn=0.1, alert=0.2)
    wasserstein: Levels = Levels(warn=0.1, alert=0.3)
    min_rows: Rows = 20
    alert_importance: Share = 0.05
    alert_share: Share = 0.25

    def levels(self, method: str) -> Levels:
        """The levels of one drift method."""
        levels: Levels = getattr(self, method)
        return levels


class QualityThresholds(StrictModel):
    """Data quality: a check that fails warns; from this share of affected rows on it alerts, if the feature matters."""

    alert_share: Share = 0.05


class FairnessThresholds(StrictModel):
    """Fairness: by how much a group may differ from everybody else.

    Differences of shares as they are (0.1 = ten percentage points); of `mae_relative` relative to that of everybody
    else. Fewer than `minimum` cases of a group or of the others, or than `fewest_counted` of the kind that a figure
    counts: no verdict. Judged are the latest `periods` with known outcomes, all together.
    """

    minimum: Rows = 30
    fewest_counted: Rows = 10
    periods: Annotated[int, Field(ge=1, le=120)] = 12
    selection_rate: Share = 0.2
    true_positive_rate: Share = 0.1
    false_positive_rate: Share = 0.1
    precision: Share = 0.1
    calibration_gap: Share = 0.05
    accuracy: Share = 0.1
    mae_relative: Distance = 0.25
    bias_relative: Distance = 0.1

    def limit(self, metric: str) -> float | None:
        """The limit of a figure; None for one that is not judged."""
        return getattr(self, metric, None)


class EstimateThresholds(StrictModel):
    """Performance estimated before labels arrive."""

    min_rows: Rows = 100


class SilenceThresholds(StrictModel):
    """When a running model is silent: after `distances` usual distances without a prediction, `least_days` at least."""

    distances: Annotated[float, Field(ge=1, le=100, allow_inf_nan=False)] = 2
    least_days: Days = 2


class StatusThresholds(StrictModel):
    """How areas make up a model's overall status: the worst of `areas`."""

    areas: Annotated[list[Area], Field(min_length=1, max_length=20)] = ["performance", "drift", "quality"]


class AlertThresholds(StrictModel):
    """Alerts: one that comes back within `reopen_days` after it was closed is the same one, opened again."""

    reopen_days: Days = 30


class AcceptanceThresholds(StrictModel):
    """Statuses that are accepted for a time ("known, until ..."): for at most `most_days` from today."""

    most_days: Annotated[int, Field(ge=1, le=3_650)] = 180


class FeatureThresholds(StrictModel):
    """Features: below `little_importance` one that costs money is asked about.

    A feature store is hinted at from so many models (`store_models`) and so many features that several of them use
    (`store_shared`) on.
    """

    little_importance: Share = 0.01
    store_models: Annotated[int, Field(ge=2, le=100_000)] = 10
    store_shared: Annotated[int, Field(ge=1, le=1_000_000)] = 10


class ExpectationThresholds(StrictModel):
    """Experts' expectations: from which share of violations on they alert, and how many checked cases tell anything."""

    limit: Share = 0.01
    min_checked: Annotated[int, Field(ge=1, le=100_000)] = 30


class RetrainingThresholds(StrictModel):
    """Retraining: within how many weeks a training has to bring back what it costs."""

    pays_within_weeks: Annotated[float, Field(gt=0, le=1_000, allow_inf_nan=False)] = 52


class Thresholds(StrictModel):
    """Everything that decides between ok, warn and alert; the defaults are those of config/thresholds.yaml."""

    performance: PerformanceThresholds = PerformanceThresholds()
    drift: DriftThresholds = DriftThresholds()
    quality: QualityThresholds = QualityThresholds()
    fairness: FairnessThresholds = FairnessThresholds()
    estimate: EstimateThresholds = EstimateThresholds()
    silence: SilenceThresholds = SilenceThresholds()
    status: StatusThresholds = StatusThresholds()
    alerts: AlertThresholds = AlertThresholds()
    acceptance: AcceptanceThresholds = AcceptanceThresholds()
    features: FeatureThresholds = FeatureThresholds()
    expectations: ExpectationThresholds = ExpectationThresholds()
    retraining: RetrainingThresholds = RetrainingThresholds()

    def overridden(self, overrides: Mapping[str, Any]) -> Thresholds:
        """These thresholds with a card's `monitoring`; raises pydantic.ValidationError for faulty overrides."""
        return Thresholds.model_validate(merged(self.model_dump(mode="json"), overrides))


def load_thresholds(path: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Thresholds:
    """The thresholds of a YAML file, or of config/thresholds.yaml, with a card's `monitoring` laid over them.

    Raises InputRefusedError with a Problem for each fault; faults of `overrides` are named without a file.
    """
    thresholds = read_thresholds(path or resource(THRESHOLDS_FILE), str(path or THRESHOLDS_FILE))
    if not overrides:
        return thresholds
    return validated(Thresholds, merged(thresholds.model_dump(mode="json"), overrides))


def read_thresholds(path: Path, name: str) -> Thresholds:
    """The thresholds of a YAML file that messages call `name`; a key that is left out has its default."""
    return read_settings(Thresholds, path, name)


def merged(values: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """`values` with `overrides` laid over them, mapping by mapping; lists are replaced as a whole."""
    result = dict(values)
    for key, value in overrides.items():
        below = result.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        result[key] = merged(below, value) if both and below is not None else value
    return result
