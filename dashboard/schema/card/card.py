"""The model card: what a model is, who answers for it, what its columns mean, how it is watched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, field_validator, model_validator

from dashboard.errors import shorten
from dashboard.schema.card.business import Business, KeyMetric, Value
from dashboard.schema.card.data import DataColumns, Feature, Reference
from dashboard.schema.card.expectations import Expectation
from dashboard.schema.card.feedback import Feedback
from dashboard.schema.card.metric_names import METRICS, Better, Task
from dashboard.schema.card.retraining import Pipeline, Retraining
from dashboard.schema.card.risk_class import RiskClass
from dashboard.schema.card.roles import Risk, Risks, RoleHolder, Roles
from dashboard.schema.card.versions import Deployment, Version
from dashboard.schema.config.thresholds import Thresholds
from dashboard.schema.reading.places import KeysOf
from dashboard.schema.reading.strict_model import Fault, StrictModel, refuse, rule_broken
from dashboard.schema.reading.suggestions import nearest
from dashboard.schema.texts import Label, LocalText, ModelId, ShortLocalText
from dashboard.schema.times import DAY_FORM, instant, parse_day

__all__ = [
    "DataColumns",
    "Deployment",
    "Feature",
    "Feedback",
    "KeyMetric",
    "ModelCard",
    "Pipeline",
    "Reference",
    "Retraining",
    "Risk",
    "RiskClass",
    "Risks",
    "RoleHolder",
    "Roles",
    "Value",
    "Version",
]

Stage = Literal["idea", "design", "development", "validation", "production", "retired"]
Period = Literal["hour", "day", "week", "month", "year"]

# Files of the zone database that are no zones, or mean another one on each machine.
FOREIGN_ZONES = ("localtime", "posix", "right/", "Factory", "leap", "tzdata", "zone", "iso3166")


def _known_zone(name: str) -> str:
    try:
        known = not name.startswith(FOREIGN_ZONES) and ZoneInfo(name).key == name
    except (KeyError, ValueError, OSError):
        known = False
    if not known:
        hint = nearest(name, sorted(available_timezones()))
        raise rule_broken(f"received {shorten(name)}; allowed are IANA time zones like Europe/Zurich or UTC{hint}")
    return name


class ModelCard(StrictModel):
    """One model. What is optional and missing is a gap, never good news."""

    id: ModelId
    name: ShortLocalText
    summary: LocalText | None = None
    status: Stage | None = None
    task: Task
    time_zone: Annotated[Label, AfterValidator(_known_zone)] = "UTC"
    period: Period = "day"
    simulated: bool = False
    business: Business = Business()
    roles: Roles = Roles()
    risks: Risks = Risks()
    risk_class: RiskClass | None = None
    versions: Annotated[list[Version], Field(min_length=1, max_length=1_000)]
    data: DataColumns
    monitoring: Annotated[dict[str, Any], KeysOf(Thresholds)] = {}
    retraining: Retraining | None = None
    pipeline: Pipeline | None = None
    expectations: Annotated[list[Expectation], Field(max_length=200)] = []
    feedback: Feedback | None = None
    dates_moved_by_years: Annotated[int, Field(ge=1, le=200)] | None = None

    @property
    def feedback_rules(self) -> Feedback:
        """How experts judge the model's predictions; the usual rules where the card says nothing."""
        return self.feedback or Feedback()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the model's days begin."""
        return ZoneInfo(self.time_zone)

    def local_day(self, moment: datetime) -> date:
        """The day of an aware instant in the model's time zone."""
        return moment.astimezone(self.zone).date()

    @model_validator(mode="before")
    @classmethod
    def _training_days_begin_in_the_time_zone(cls, value: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("versions"), list):
            return value
        zone = value.get("time_zone") or "UTC"
        return {**value, "versions": [_with_instant(version, zone) for version in value["versions"]]}

    @field_validator("monitoring")
    @classmethod
    def _overrides_are_thresholds(cls, value: dict[str, Any]) -> dict[str, Any]:
        Thresholds().overridden(value)
        return value

    @model_validator(mode="after")
    def _parts_fit_the_task(self) -> Self:
        checks = (self._repeated_versions, self._metric_faults, self._value_faults, self._task_faults)
        others = (self._importance_faults, self._population_faults, self._expectation_faults)
        refuse(fault for check in (*checks, *others) for fault in check())
        return self

    def _population_faults(self) -> Iterator[Fault]:
        features = self.data.features
        for column, approved in self.business.population.items():
            place = ("business", "population", column)
            if column not in features and column not in self.data.groups:
                known = [*features, *self.data.groups]
                hint = nearest(column, known) or "; choose one of them"
                yield (place, f"received {shorten(column)}; allowed are features, segments and protected{hint}", column)
            elif (column in features and features[column].kind == "numeric") == (approved.values is not None):
                wanted = "from and to" if approved.values is not None else "values"
                message = f"received the other form; allowed for {shorten(column)} is {wanted}; write these"
                yield (place, message, column)

    def _expectation_faults(self) -> Iterator[Fault]:
        known = [*self.data.features, *self.data.groups]
        seen: set[str] = set()
        for position, entry in enumerate(self.expectations):
            place = ("expectations", position)
            feature = self.data.features.get(entry.feature)
            if feature is None:
                hint = nearest(entry.feature, self.data.features) or "; choose one of them"
                message = f"received {shorten(entry.feature)}; allowed are the features of data.features{hint}"
                yield ((*place, "feature"), message, entry.feature)
            elif feature.kind == "categorical" and entry.direction != "any":
                message = (
                    f"received {entry.direction} for a category; allowed is any, with effect unchanged; write these"
                )
                yield ((*place, "direction"), message, entry.direction)
            if self.task == "multiclass_classification" and (entry.effect != "unchanged" or entry.bound):
                message = f"received {entry.effect} for classes; allowed is unchanged without a bound; write this"
                yield ((*place, "effect"), message, entry.effect)
            for column in entry.segment:
                if column not in known:
                    hint = nearest(column, known) or "; choose one of them"
                    message = f"received {shorten(column)}; allowed are features, segments and protected{hint}"
                    yield ((*place, "segment", column), message, column)
            if entry.key in seen:
                yield (place, "received the same expectation twice; allowed is once; remove one", entry.feature)
            seen.add(entry.key)

    def _repeated_versions(self) -> Iterator[Fault]:
        counts = Counter(version.version for version in self.versions)
        for position, version in enumerate(self.versions):
            if counts.pop(version.version, 0) > 1:
                message = f"received version '{version.version}' more than once; allowed is once; rename the others"
                yield (("versions", position, "version"), message, version.version)

    def _metric_faults(self) -> Iterator[Fault]:
        known = METRICS[self.task]
        for position, entry in enumerate(self.business.key_metrics):
            if entry.metric not in known:
                hint = nearest(entry.metric, known) or "; choose one of them"
                message = f"received {shorten(entry.metric)}; allowed for {self.task} are {', '.join(known)}{hint}"
                yield (("business", "key_metrics", position, "metric"), message, entry.metric)
                continue
            yield from _limit_faults(entry, known[entry.metric].better, ("business", "key_metrics", position, "limit"))

    def _value_faults(self) -> Iterator[Fault]:
        value = self.business.value
        if value is None:
            return
        wrong = {"outcomes": "binary_classification", "errors": "regression"}
        for field, task in wrong.items():
            if getattr(value, field) is not None and self.task != task:
                message = f"received {field} for {self.task}; allowed for {task} only; remove them"
                yield (("business", "value", field), message, field)

    def _task_faults(self) -> Iterator[Fault]:
        if self.task == "regression" and self.data.threshold != 0.5:
            message = f"received {self.data.threshold} for regression; allowed for classification only; remove it"
            yield (("data", "threshold"), message, self.data.threshold)
        if self.task != "regression" and self.data.quantile != 0.5:
            message = f"received {self.data.quantile} for {self.task}; allowed for regression only; remove it"
            yield (("data", "quantile"), message, self.data.quantile)
        if self.task != "binary_classification" and self.data.wording is not None:
            message = f"received wording for {self.task}; allowed for binary_classification only; remove it"
            yield (("data", "wording"), message, "wording")
        if self.task == "multiclass_classification" and self.data.amount is not None:
            message = f"received amount for {self.task}; allowed where predictions have prices; remove it"
            yield (("data", "amount"), message, self.data.amount)
        positive = self.data.positive
        if self.task != "binary_classification" and positive is not None:
            message = f"received {shorten(positive)} for {self.task}; allowed for binary_classification only; remove it"
            yield (("data", "positive"), message, positive)

    def _importance_faults(self) -> Iterator[Fault]:
        """Only the last version must agree with the features; earlier ones may have had others."""
        features = self.data.features
        for name in self.versions[-1].importance or {}:
            if name not in features:
                hint = nearest(name, features) or "; remove it"
                message = f"received {shorten(name)}; allowed are the features of data.features{hint}"
                yield (("versions", len(self.versions) - 1, "importance", name), message, name)


def _limit_faults(entry: KeyMetric, better: Better, location: tuple[str | int, ...]) -> Iterator[Fault]:
    if entry.target is None or entry.limit is None:
        return
    if (better == "higher" and entry.limit > entry.target) or (better == "lower" and entry.limit < entry.target):
        message = (
            f"received limit {entry.limit:g}, better than target {entry.target:g} ({better} is better); "
            "allowed is a limit no better than the target; swap them"
        )
        yield (location, message, entry.limit)


def _with_instant(version: Any, zone: Any) -> Any:
    """A version whose `trained_at` is a day, with that day's begin in the card's time zone instead."""
    trained_at = version.get("trained_at") if isinstance(version, dict) else None
    if not isinstance(trained_at, str) or not DAY_FORM.fullmatch(trained_at) or not isinstance(zone, str):
        return version
    try:
        begin = instant(parse_day(trained_at), zone)
    except (KeyError, ValueError, OSError):
        return version
    return {**version, "trained_at": begin}
