"""The minimum rules for a model in use, as checks over the facts: kept, broken, or not due.

The rules are those of the mission's article: somebody answers, somebody stands in, the work is tested, versioned,
monitored, signed and used as intended. Most follow from gaps; a rule is broken when one of its gaps is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dashboard.governance.gaps.registry import Gap, find_gaps
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.card import ModelCard
from dashboard.words import Sentence, mark

State = Literal["kept", "broken", "not_due"]
# Before a model is used and after it is retired, only some rules bind.
IN_USE = frozenset({"validation", "production"})


@dataclass(frozen=True)
class Rule:
    """A rule in words, the gaps that break it, and what the card must say; `always` binds unused models too."""

    name: str
    title: str
    meaning: str
    gaps: frozenset[str] = frozenset()
    on_card: Callable[[ModelCard], bool] | None = None
    always: bool = False


@dataclass(frozen=True)
class RuleResult:
    """How one model keeps one rule: since when it is broken (None: not known), whom to ask, and why."""

    model_id: str
    team: str | None
    rule: str
    state: State
    person: str | None = None
    since: date | None = None
    reason: Sentence | None = None


def _documented(card: ModelCard) -> bool:
    business = card.business
    return bool(card.summary and business.question and business.process and business.purposes)


def _versioned(card: ModelCard) -> bool:
    newest = card.versions[-1]
    return bool(newest.code_revision and newest.training_data and newest.environment)


RULES: tuple[Rule, ...] = (
    Rule(
        "executive",
        mark("An executive is accountable for it"),
        mark(
            "A named person of the business is accountable for the use of the predictions and still with the company."
        ),
        frozenset({"no_accountable_executive", "unknown_person", "person_left", "executive_not_business"}),
        always=True,
    ),
    Rule(
        "deputy",
        mark("It has a deputy"),
        mark("A deputy is named who can act when the executive cannot."),
        frozenset({"no_deputy"}),
    ),
    Rule(
        "knowledge",
        mark("More than one person knows it"),
        mark("Within the last year more than one current employee worked on the model."),
        frozenset({"single_keeper"}),
    ),
    Rule(
        "documents",
        mark("Its purpose is written down"),
        mark("The card says what the model does, for which question, in which process and for which uses."),
        on_card=_documented,
        always=True,
    ),
    Rule(
        "promise",
        mark("Its expected value is stated"),
        mark("The expected monthly value of the model is written down, so that it can be checked."),
        frozenset({"no_promise"}),
    ),
    Rule(
        "versions",
        mark("Code, data and libraries are versioned"),
        mark("The newest version names its code, its training data and its libraries, and production has the same."),
        frozenset({"environment_mismatch"}),
        _versioned,
    ),
    Rule(
        "tests", mark("It is tested"), mark("A test suite ran recently, and nothing failed."), frozenset({"no_tests"})
    ),
    Rule(
        "lineage",
        mark("Its data lineage is known"),
        mark("Where the data comes from and how it is processed is recorded."),
        frozenset({"no_lineage"}),
    ),
    Rule(
        "risks",
        mark("Its risks are rated and reviewed"),
        mark("All four risks are rated, the review is not overdue, and what happened does not contradict the ratings."),
        frozenset({"risk_not_rated", "overdue_review", "rating_contradicted"}),
    ),
    Rule(
        "sign_offs",
        mark("The central steps are signed jointly"),
        mark(
            "Every due step is signed by the required people, on facts that still hold, and by nobody who built "
            "the model."
        ),
        frozenset({"missing_sign_off", "stale_sign_off", "open_condition", "self_approval"}),
    ),
    Rule(
        "monitoring",
        mark("It is monitored"),
        mark("Its predictions are logged and compared with what was expected."),
        frozenset({"not_monitored"}),
    ),
    Rule(
        "outcomes",
        mark("Outcomes come back"),
        mark("What really happened becomes known, so that predictions can be checked."),
        frozenset({"no_labels"}),
    ),
    Rule(
        "purpose",
        mark("It is used as intended"),
        mark("Nobody uses it for something that was not approved."),
        frozenset({"unapproved_use"}),
    ),
)


def check_rules(situation: Situation, models: Iterable[str]) -> Iterator[RuleResult]:
    """Check each rule for some models on the situation's day."""
    for model_id in models:
        found = {gap.gap: gap for gap in reversed(list(find_gaps(situation, [model_id])))}
        card, team = situation.cards[model_id], team_of(situation, model_id)
        for rule in RULES:
            yield _checked(rule, card, team, found)


def _checked(rule: Rule, card: ModelCard, team: str | None, found: dict[str, Gap]) -> RuleResult:
    if card.status == "retired" or not (rule.always or card.status in IN_USE):
        return RuleResult(card.id, team, rule.name, "not_due")
    broken = [found[name] for name in sorted(rule.gaps) if name in found]
    if broken:
        gap = broken[0]
        return RuleResult(card.id, team, rule.name, "broken", gap.person, gap.since, gap.reason)
    if rule.on_card is not None and not rule.on_card(card):
        return RuleResult(card.id, team, rule.name, "broken", reason=Sentence(rule.meaning))
    return RuleResult(card.id, team, rule.name, "kept")


def team_of(situation: Situation, model_id: str) -> str | None:
    """The team of who answers for a model on the day, else of who owns its process; None when nobody is known."""
    process = situation.organisation.processes.get(situation.cards[model_id].business.process or "")
    persons = [*situation.holders(model_id, "accountable_executive"), *([process.owner] if process else [])]
    people = situation.organisation.people
    return next((people[person].team for person in persons if person in people and people[person].team), None)
