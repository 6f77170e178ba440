"""The registry of evidence: what the facts say about the likelihood of each risk, beside how people rated it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from dashboard.governance.feedback.verdicts import FEEDBACK, WITHDRAWN
from dashboard.governance.situation.memo import memoised
from dashboard.governance.situation.situation import Situation
from dashboard.registry import Registry
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.reasons import with_label
from dashboard.schema.card.roles import RiskName
from dashboard.schema.config.risk_rules import RiskSteps
from dashboard.words import Sentence


@dataclass(frozen=True)
class Evidence:
    """What facts say about the likelihood of a risk.

    `level` is the step of likelihood that they reach, 1 to 5; None where nothing was measured. `figures` are what the
    steps of config/risk.yaml name in `at_least`. `window` are the days looked at, both inclusive; `number` how many
    `counted` things the figures rest on; `until` the last day of the facts behind the level.
    """

    level: int | None
    sentence: Sentence
    notes: tuple[Sentence, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    window: tuple[date, date] | None = None
    number: int | None = None
    counted: str = ""
    until: date | None = None

    def sentences(self, card: ModelCard) -> list[Sentence]:
        """Everything in sentences; features by the words of the card."""
        return [with_label(sentence, card) for sentence in (self.sentence, *self.notes)]


Collect = Callable[[Situation, str], Evidence]


@dataclass(frozen=True)
class EvidenceOf:
    """Collects the evidence of one risk of a model; `source` says in words where it comes from.

    What rests `on_profiles` and judgements alone stays the same until the model is monitored or judged again.
    """

    risk: RiskName
    source: str
    collect: Collect
    on_profiles: bool


EVIDENCE: Registry[EvidenceOf] = Registry("evidence", "dashboard.governance.risk.evidence")


def evidence(risk: RiskName, source: str, *, on_profiles: bool = False) -> Callable[[Collect], Collect]:
    """Register how the evidence of a risk is collected; `source` is a catalogue key."""

    def decorate(collect: Collect) -> Collect:
        EVIDENCE.add(risk, EvidenceOf(risk, source, collect, on_profiles))
        return collect

    return decorate


def evidence_of(situation: Situation, model_id: str, risk: RiskName) -> Evidence:
    """The evidence of a risk on the day that is asked about; collected once for each situation."""
    return situation.cached(("evidence", model_id, risk), lambda: _collect(situation, model_id, EVIDENCE.get(risk)))


def _collect(situation: Situation, model_id: str, one: EvidenceOf) -> Evidence:
    if not one.on_profiles:
        return one.collect(situation, model_id)
    judged = (
        *(event.fact_id for event in situation.events(model_id, FEEDBACK)),
        *(said.fact_id for said in situation.statements(model_id, WITHDRAWN)),
    )
    what = ("evidence", one.risk, situation.day(model_id), situation.since, judged)
    return memoised(situation, model_id, what, lambda: one.collect(situation, model_id))


def level_of(steps: RiskSteps, figures: Mapping[str, float]) -> int:
    """The highest step of likelihood that the figures reach: one of its `at_least` is enough; the first is always."""
    reached = [
        position
        for position, step in enumerate(steps.likelihood, 1)
        if any(figures.get(name, 0.0) >= bound for name, bound in step.at_least.items())
    ]
    return max(reached, default=1)


def window_of(situation: Situation, model_id: str) -> tuple[date, date]:
    """The days that evidence looks at, both inclusive: by default a year that ends with the day that is asked about."""
    day = situation.day(model_id)
    start = day - timedelta(days=situation.rules.evidence.window_days - 1)
    return start if situation.since is None else max(start, situation.since), day
