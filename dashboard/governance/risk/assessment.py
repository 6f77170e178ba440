"""A risk as it stands: the rating that holds, what the facts say, and what follows from the two."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dashboard.governance.risk.evidence.registry import Evidence, evidence_of
from dashboard.governance.risk.ratings import Rating, rating_of, risk_owner
from dashboard.governance.risk.triggers import Trigger, triggers_of
from dashboard.governance.situation.situation import Situation
from dashboard.measures.judging.verdict import Status
from dashboard.schema.card.roles import RISK_NAMES, RiskName


@dataclass
class Assessed:
    """One risk of a model on the day that is asked about; what is expensive is worked out when it is first read."""

    situation: Situation
    model_id: str
    risk: RiskName

    @cached_property
    def rating(self) -> Rating | None:
        """The rating that holds."""
        return rating_of(self.situation, self.model_id, self.risk)

    @cached_property
    def owner(self) -> str | None:
        """Return who answers for the risk."""
        return risk_owner(self.situation, self.model_id, self.risk)

    @cached_property
    def evidence(self) -> Evidence:
        """Return the evidence of the facts."""
        return evidence_of(self.situation, self.model_id, self.risk)

    @cached_property
    def triggers(self) -> list[Trigger]:
        """Return the triggers of a new rating."""
        return triggers_of(self.situation, self.rating) if self.rating is not None else []

    @cached_property
    def contradicted(self) -> bool:
        """Return whether the evidence is higher than the rating."""
        if self.rating is None or self.rating.likelihood == len(self.situation.rules.steps.of(self.risk).likelihood):
            return False
        return self.evidence.level is not None and self.evidence.level > self.rating.likelihood

    @property
    def explained(self) -> bool:
        """Return whether the rating gives a reason and was made when the contradicting facts were known."""
        rating, until = self.rating, self.evidence.until
        known = rating is not None and rating.assessed_on is not None and until is not None
        if not known or rating is None or rating.assessed_on is None or until is None:
            return False
        return bool(rating.reason) and until <= rating.assessed_on

    @property
    def overdue(self) -> bool:
        """Return whether the review is overdue."""
        return self.rating is not None and self.rating.overdue(self.situation.day(self.model_id))

    @cached_property
    def status(self) -> Status:
        """Unknown without a rating; else by score, at least a warning when it is contradicted or overdue."""
        if self.rating is None:
            return "unknown"
        matrix = self.situation.rules.matrix
        if self.rating.score >= matrix.alert:
            return "alert"
        if self.rating.score >= matrix.warn or self.overdue or self.contradicted:
            return "warn"
        return "ok"


def assessed(situation: Situation, model_id: str) -> list[Assessed]:
    """The four risks of a model, worked out once for each situation."""
    return situation.cached(
        ("assessed", model_id), lambda: [Assessed(situation, model_id, risk) for risk in RISK_NAMES]
    )
