"""The rules of the risk matrix: config/risk.yaml, and what a deployment lays over it."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from dashboard.resources import resource
from dashboard.schema.card.business import Automation
from dashboard.schema.card.risk_class import EuClass, Exposure, Materiality, PurposeKind, RiskClassName
from dashboard.schema.card.roles import RiskName, RoleName
from dashboard.schema.config.settings_file import read_settings
from dashboard.schema.config.thresholds import merged
from dashboard.schema.events import Step as SignOffStep
from dashboard.schema.reading.sources import read_source
from dashboard.schema.reading.strict_model import Fault, StrictModel, refuse
from dashboard.schema.reading.yaml_reader import read_yaml
from dashboard.schema.texts import LocalText
from dashboard.words import language_of, share

RISK_FILE = Path("config") / "risk.yaml"
LEVELS = 5

# The figures that the evidence of each risk computes; a step names those that lift the evidence to it.
FIGURES: dict[RiskName, tuple[str, ...]] = {
    "outage": ("outages", "long_outages", "tolerances"),
    "wrong_predictions": (
        "groups_off_target", "targets_missed", "groups_off_limit", "limits_broken", "bad_periods", "called_wrong",
    ),
    "degradation": ("drifted", "drifted_much", "declined", "decline", "unchecked", "widened", "widening"),
    "knowledge_loss": ("weaknesses", "missing_people", "busiest", "orphaned"),
}  # fmt: skip

# Figures that are shares of one.
SHARES = frozenset({"busiest", "called_wrong"})

Score = Annotated[int, Field(ge=1, le=25)]
Days = Annotated[int, Field(ge=1, le=36_500)]
Months = Annotated[int, Field(ge=1, le=120)]
Bound = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
Persons = Annotated[int, Field(ge=1, le=10**10)]
Share = Annotated[float, Field(gt=0, le=1)]


class Matrix(StrictModel):
    """From which score a rating warns and from which it alerts."""

    warn: Score
    alert: Score

    @model_validator(mode="after")
    def _warn_comes_first(self) -> Self:
        if self.warn > self.alert:
            message = f"received {self.warn}, above alert ({self.alert}); allowed is at most alert; lower it"
            refuse([(("warn",), message, self.warn)])
        return self


class Step(StrictModel):
    """One step of likelihood: what it means, and from which figures on evidence reaches it."""

    text: LocalText
    at_least: dict[str, Bound] = {}

    def render(self, language: str) -> str:
        """The text with its figures."""
        figures = {name: _bound_words(name, bound, language) for name, bound in self.at_least.items()}
        return self.text.in_language(language).format(**figures)

    @model_validator(mode="after")
    def _text_names_its_figures(self) -> Self:
        named = {name for text in self.text.texts() for _, name, _, _ in string.Formatter().parse(text) if name}
        unknown = sorted(named - set(self.at_least))
        if unknown:
            message = f"received {{{unknown[0]}}}; allowed are the figures of at_least; add it there"
            refuse([(("text",), message, unknown[0])])
        return self


class RiskSteps(StrictModel):
    """The five steps of likelihood and of impact of one risk."""

    likelihood: Annotated[list[Step], Field(min_length=LEVELS, max_length=LEVELS)]
    impact: Annotated[list[LocalText], Field(min_length=LEVELS, max_length=LEVELS)]


def _bound_words(name: str, bound: float, language: str) -> str:
    from babel.numbers import format_decimal

    return (
        share(bound, language, 0) if name in SHARES else str(format_decimal(bound, locale=language_of(language).locale))
    )


class Steps(StrictModel):
    """The steps of each of the four risks."""

    outage: RiskSteps
    wrong_predictions: RiskSteps
    degradation: RiskSteps
    knowledge_loss: RiskSteps

    @model_validator(mode="after")
    def _figures_are_known(self) -> Self:
        refuse(fault for risk, known in FIGURES.items() for fault in _unknown_figures(risk, known, self.of(risk)))
        return self

    def of(self, risk: RiskName) -> RiskSteps:
        """The steps of one risk."""
        found: RiskSteps = getattr(self, risk)
        return found


def _unknown_figures(risk: str, known: tuple[str, ...], steps: RiskSteps) -> Iterator[Fault]:
    for position, step in enumerate(steps.likelihood):
        for name in step.at_least:
            if name not in known:
                message = f"received {name!r}; allowed are {', '.join(known)}; choose one of them"
                yield ((risk, "likelihood", position, "at_least", name), message, name)


class EvidenceRules(StrictModel):
    """What evidence looks at; config/risk.yaml explains each key."""

    window_days: Days
    tolerable_hours: Bound
    severe_from: Annotated[int, Field(ge=1, le=5)]
    usual_share: Share
    silence_level: Annotated[int, Field(ge=1, le=5)]
    periods: Annotated[int, Field(ge=2, le=120)]
    fewest_judged: Annotated[int, Field(ge=1, le=1_000_000)]


class Reviews(StrictModel):
    """When an overdue review is asked of the accountable executive."""

    escalate_after_days: Days


class PersonBounds(StrictModel):
    """From how many affected persons the exposure is medium or large."""

    medium: Persons
    large: Persons


class ByPurpose(StrictModel):
    """The materiality of one exposure, by whom the purpose touches."""

    internal: Materiality
    customers: Materiality
    rights: Materiality


class MaterialityTable(StrictModel):
    """Materiality = exposure x purpose."""

    small: ByPurpose
    medium: ByPurpose
    large: ByPurpose

    def of(self, exposure: Exposure, purpose: PurposeKind) -> Materiality:
        """The materiality of an exposure and a purpose."""
        found: Materiality = getattr(getattr(self, exposure), purpose)
        return found


class ClassRule(StrictModel):
    """A risk class, and what must hold for it: each named factor has one of the listed values."""

    name: RiskClassName = Field(validation_alias="class", serialization_alias="class")
    eu_ai_act: list[EuClass] = []
    materiality: list[Materiality] = []
    automation: list[Automation] = []
    purpose: list[PurposeKind] = []

    def wanted(self) -> dict[str, list[str]]:
        """The factors that the rule looks at, with the values that fit."""
        return {name: list(values) for name in FACTORS if (values := getattr(self, name))}


FACTORS = ("eu_ai_act", "materiality", "automation", "purpose")


class ClassRequirements(StrictModel):
    """What a risk class asks for; with `retraining_policy` the card says when the model is trained again."""

    review_months: Months
    roles: list[RoleName]
    sign_offs: dict[SignOffStep, list[RoleName]]
    retraining_policy: bool = False


class RequirementsByClass(StrictModel):
    """What each class asks for, and what a model without a class is asked for."""

    low: ClassRequirements
    medium: ClassRequirements
    high: ClassRequirements
    unclassified: ClassRequirements


class Classes(StrictModel):
    """How a risk class follows from a model's factors, and what follows from the class."""

    persons: PersonBounds
    materiality: MaterialityTable
    rules: Annotated[list[ClassRule], Field(max_length=100)]
    duties: RequirementsByClass

    def requirements_of(self, name: RiskClassName | None) -> ClassRequirements:
        """Return the requirements of a risk class; None is a model without a class."""
        found: ClassRequirements = getattr(self.duties, name or "unclassified")
        return found


class RiskRules(StrictModel):
    """Everything that decides how risks are read, measured and reviewed."""

    matrix: Matrix
    steps: Steps
    evidence: EvidenceRules
    reviews: Reviews
    classes: Classes


@lru_cache(maxsize=4)
def _shipped(stamp: int) -> Mapping[str, Any]:
    return read_yaml(read_source(resource(RISK_FILE)).text, str(RISK_FILE)).value


def shipped_rules() -> Mapping[str, Any]:
    """The values of config/risk.yaml as they stand in the file."""
    return _shipped(resource(RISK_FILE).stat().st_mtime_ns)


def laid_over(values: Mapping[str, Any]) -> dict[str, Any]:
    """config/risk.yaml with the keys of another file laid over it."""
    return merged(shipped_rules(), values)


def load_risk_rules(home: Path | None = None) -> RiskRules:
    """The rules of config/risk.yaml, with `config/risk.yaml` of the home directory laid over them where there is one.

    Raises InputRefusedError with a Problem for each fault.
    """
    path = home / RISK_FILE if home is not None else None
    stamp = path.stat().st_mtime_ns if path is not None and path.is_file() else None
    return _loaded(resource(RISK_FILE).stat().st_mtime_ns, path if stamp is not None else None, stamp)


@lru_cache(maxsize=16)
def _loaded(shipped_stamp: int, path: Path | None, stamp: int | None) -> RiskRules:
    """Read once for each state of the files."""
    name = str(path or RISK_FILE)
    return read_settings(RiskRules, path or resource(RISK_FILE), name, laid_over)
