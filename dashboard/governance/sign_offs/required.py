"""Which steps need whose signature on a model, and for how long a review holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.risk import class_requirements
from dashboard.governance.situation.builders import BUILDER_ROLES
from dashboard.governance.situation.situation import Situation
from dashboard.periods import months_after
from dashboard.schema.card.roles import RoleName
from dashboard.schema.config.sign_offs import load_sign_off_rules
from dashboard.schema.events import Step
from dashboard.words import Sentence, mark

REVIEW: Step = "review"


def required_sign_offs(situation: Situation, model_id: str) -> dict[Step, tuple[RoleName, ...]]:
    """The roles that sign each step of a model together: those of every model, and those that its risk class adds.

    A class adds nobody who builds the model, since their approval does not count.
    """
    return situation.cached(("required sign-offs", model_id), lambda: _required(situation, model_id))


def _required(situation: Situation, model_id: str) -> dict[Step, tuple[RoleName, ...]]:
    stated = situation.cards[model_id].risk_class is not None
    asked = class_requirements.required_sign_offs(situation, model_id) if stated else {}
    found: dict[Step, tuple[RoleName, ...]] = {}
    for step, rules in load_sign_off_rules().steps():
        added = (role for role in asked.get(step, ()) if role not in BUILDER_ROLES)
        found[step] = tuple(dict.fromkeys((*rules.roles, *added)))
    return found


@dataclass(frozen=True)
class Term:
    """The last day on which a signature holds, and what asks for a new one: the step's own time or the risk class."""

    until: date
    days: int | None
    months: int | None

    @property
    def reason(self) -> Sentence:
        """Why it ends then."""
        if self.months is not None:
            message = mark("the risk class of the model requires a review every {months} months")
            return Sentence(message, {"months": self.months})
        return Sentence(mark("a signature on this step is valid for {days} days"), {"days": self.days})


def term_from(situation: Situation, model_id: str, step: Step, day: date) -> Term | None:
    """Return the last day on which a signature on a step is valid; None where only facts end it.

    A review holds for the step's own days or for the months between the reviews of the risk class, whichever is over
    first.
    """
    rules = load_sign_off_rules().sign_off_steps.get(step)
    own = rules.valid_days if rules else None
    terms = [Term(day + timedelta(days=own), own, None)] if own else []
    if step == REVIEW:
        months = class_requirements.requirements_of(situation, model_id).review_months
        terms.append(Term(months_after(day, months), None, months))
    return min(terms, key=lambda term: term.until, default=None)
