"""The objects that rules look at: for each rule of each action one call that it lets through and one that it stops."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.acceptance.portfolio import STRICT_CARD
from tests.access.acts import TODAY
from tests.examples import FAULT, JUDGED, STORMS, TO_DO, feedback_id, finding_id

# Two people besides those of the matrix: one who stands in for the executive, and a manager who builds the model, and
# whose role of the business may sign its design.
DEPUTY, BOTH = "person.deputy", "person.both"
# A manager without a role of the model, who trained it.
TRAINER = "person.trainer"
TRAINED = {"kind": "work", "model": "claims", "at": "2024-02-03", "activity": "trained", "person": TRAINER}
# Who stands in for the executive, too, so that rules let them decide, and has no role in the program.
BARE = "person.bare"
# Who has every role in the program, and sees the models of one process.
PART = "person.part"
HELD = (
    (BARE, "deputy"),
    ("person.b", "accountable_executive"),
    ("person.e", "domain_expert"),
    ("person.d", "data_scientist"),
    (DEPUTY, "deputy"),
    (BOTH, "ml_engineer"),
    (BOTH, "business_stakeholder"),
    # Nobody registered this one.
    ("ghost", "backend_engineer"),
)
RATED = {"kind": "risk", "model": "claims", "at": "2024-02-03", "risk": "degradation", "likelihood": 3, "impact": 3}
RATED |= {"person": "anna.keller"}
# A finding that E has to deal with although E signs its step.
FOUND = {"kind": "sign_off", "model": "claims", "at": "2024-02-03", "step": "evaluation", "person": "person.b"}
FOUND |= {"decision": "conditions", "conditions": "Document the columns.", "owner": "person.e"}
# What E said about a prediction.
SAID = {**JUDGED, "person": "person.e"}


@dataclass(frozen=True)
class Case:
    """A person of the world (by the letter of their role, or by id), a payload, and what the rule must say of both.

    `file` is the text of a file that the payload holds.
    """

    who: str
    values: dict[str, Any]
    allowed: bool
    file: str | None = None

    @property
    def person(self) -> str:
        """The id of who acts."""
        return f"person.{self.who.lower()}" if len(self.who) == 1 else self.who

    def render(self, folder: Path) -> dict[str, Any]:
        """The payload's values; its file lies in `folder`."""
        if self.file is None:
            return self.values
        path = folder / ("case.jsonl" if self.file.startswith("{") else "case.yaml")
        path.write_text(self.file, encoding="utf-8")
        return {**self.values, "files": (path,)}


def _about(**values: Any) -> dict[str, Any]:
    return {"model": "claims", "reason": "test", **values}


ACCEPT = _about(area="drift", until=TODAY + timedelta(days=30))
WITHDRAW = _about(area="drift")
ANSWER = _about(consumer="desk", purpose="triage", answer="stop")
LOWER = _about(risk="degradation", likelihood=2, impact=3)
HIGHER = _about(risk="degradation", likelihood=4, impact=3)
CLOSE = _about(area="performance", cause="repaired")
REPAIRED = _about(**FAULT, cause="data_corrected")
MOVED = _about(area="retraining", cause="goal_changed")
RESOLVE = _about(finding=finding_id(FOUND))
LAX_CARD = STRICT_CARD.replace("target: 0.99, limit: 0.98", "target: 0.02, limit: 0.01")
REFERRED_CARD = STRICT_CARD.replace("to: 2024-02-29", "to: 2024-03-31")
UNWATCHED_CARD = STRICT_CARD.replace("min_positives: 3", "min_positives: 3000")
NEW_CARD = STRICT_CARD.replace("id: claims", "id: new")
PROMISE = _about(per_month=900, start=TODAY)
DESIGN = _about(step="design", decision="approve")
REJECTED = _about(step="design", decision="reject")
DATA = _about(step="data", decision="approve")
NEXT_WEEK = TODAY + timedelta(days=7)


def _executive(person: str) -> dict[str, Any]:
    return _about(role="accountable_executive", person=person)


def _handed(successor: str) -> dict[str, Any]:
    return _about(role="accountable_executive", person="person.b", successor=successor)


def _cases(values: dict[str, Any], allowed: str, denied: str) -> tuple[Case, ...]:
    """The same values for several people, whose names stand between spaces."""
    let = tuple(Case(who, values, allowed=True) for who in allowed.split())
    return (*let, *(Case(who, values, allowed=False) for who in denied.split()))


def _registered(file: str, allowed: str, denied: str = "") -> tuple[Case, ...]:
    return tuple(replace(case, file=file) for case in _cases({}, allowed, denied))


def _card(part: str, allowed: str, denied: str) -> tuple[Case, ...]:
    """The card of the examples, registered again with another part."""
    return _registered(f"{STRICT_CARD}{part}\n", allowed, denied)


def _business(part: str, allowed: str, denied: str) -> tuple[Case, ...]:
    return _registered(STRICT_CARD.replace("business: {", f"business: {{{part}, "), allowed, denied)


def _people(part: str, allowed: str, denied: str) -> tuple[Case, ...]:
    return _registered(f"people: [{part}]\n", allowed, denied)


def _imported(allowed: str, denied: str, **values: Any) -> tuple[Case, ...]:
    """One event of today, or of the day that it says, as a file."""
    event = {"model": "claims", "at": TODAY.isoformat(), **values}
    return _registered(json.dumps(event) + "\n", allowed, denied)


CASES: dict[tuple[str, str], tuple[Case, ...]] = {
    ("accept_status", "by_who_answers"): _cases(ACCEPT, f"B M {DEPUTY}", f"A D E {BOTH} {TRAINER}"),
    ("answer_use", "only_who_answers"): _cases(ANSWER, f"B {DEPUTY}", f"A D E M {BOTH}"),
    ("answer_topic", "by_who_can_answer"): _cases({**STORMS, "state": "accepted"}, f"B D {DEPUTY} {BOTH}", "E M"),
    ("assess_risk", "not_lowered_by_a_builder"): (
        *_cases(LOWER, "B E M", f"{BOTH} {TRAINER}"),
        *_cases(HIGHER, f"B {BOTH} {TRAINER}", ""),
    ),
    ("assign_role", "no_self_appointment"): (
        *_cases(_executive("person.m"), f"A {BOTH}", "M"),
        *_cases(_executive("person.a"), "M", "A"),
        Case("M", _about(role="deputy", person="person.m"), allowed=False),
        Case("M", _about(role="domain_expert", person="person.m", start=TODAY), allowed=False),
        Case("M", _about(role="business_stakeholder", person="person.e"), allowed=True),
        Case("M", _about(role="software_engineer", person="person.m"), allowed=True),
    ),
    ("cancel_retraining", "by_who_trains_or_answers"): _cases(
        _about(day=NEXT_WEEK), f"B D M {DEPUTY} {BOTH} {TRAINER}", "A E"
    ),
    ("close_alert", "other_eyes"): _cases(CLOSE, "A B E M", f"D {BOTH} {TRAINER}"),
    ("close_alert", "moved_goals_are_accepted"): _cases(MOVED, f"B {DEPUTY}", f"A E M {BOTH}"),
    ("create_token", "in_ones_own_name"): (
        Case("A", {"name": "mine", "scopes": ["decisions"], "person": "person.a"}, allowed=True),
        Case("B", {"name": "mine", "scopes": ["read"], "person": "person.b"}, allowed=True),
        Case("A", {"name": "its", "scopes": ["read", "actions"], "person": "person.b"}, allowed=False),
        Case("A", {"name": "its", "scopes": ["read", "decisions"], "person": "person.b"}, allowed=False),
        Case("A", {"name": "robot", "scopes": ["read"]}, allowed=False),
    ),
    ("end_retraining", "by_who_trains_or_answers"): _cases(_about(outcome="done"), f"B D M {DEPUTY} {BOTH}", "A E"),
    ("end_sessions", "oneself_or_admin"): _cases({"person": "person.b", "reason": "lost"}, "A B", "D E M"),
    ("grant_access", "not_for_oneself"): (
        Case("A", {"person": "person.b", "roles": ["manager"], "reason": "new"}, allowed=True),
        Case("A", {"person": "person.a", "roles": ["manager"], "reason": "new"}, allowed=False),
    ),
    ("grant_access", "within_own_limits"): (
        Case(PART, {"person": BARE, "roles": ["manager"], "processes": ["desk"], "reason": "new"}, allowed=True),
        Case(PART, {"person": BARE, "roles": ["manager"], "reason": "new"}, allowed=False),
        Case(PART, {"person": BARE, "roles": ["manager"], "teams": ["claims"], "reason": "new"}, allowed=False),
        Case(PART, {"person": "person.b", "roles": [], "reason": "gone"}, allowed=False),
    ),
    ("hand_over", "no_self_appointment"): _cases(_handed("person.m"), f"A {BOTH}", "M"),
    ("ingest_events", "as_by_the_action"): (
        *_imported("A", "D", kind="role", role="deputy", person="person.e"),
        *_imported("", "A D", kind="role", role="deputy", person="person.a"),
        *_imported("", "A D", kind="role", role="accountable_executive", person="person.a", at="2020-01-01"),
        *_imported(BOTH, "A", kind="role", role="accountable_executive", person="person.a"),
        *_imported("", f"A D {BOTH}", kind="sign_off", step="design", decision="approve", person="person.b"),
        *_imported("", "A D", kind="risk", risk="degradation", likelihood=2, impact=3, person="person.b"),
        *_imported("", BOTH, kind="risk", risk="degradation", likelihood=2, impact=3, person=BOTH),
        *_imported(BOTH, "", kind="risk", risk="degradation", likelihood=4, impact=3, person=BOTH),
        *_imported("", BOTH, kind="risk", risk="degradation", likelihood=4, impact=3, person=BOTH, at="2024-02-04"),
        *_imported("A", "D", kind="feedback", prediction="1", verdict="wrong", person="person.b"),
        *_imported("", f"A D {BOTH}", kind="promise", per_month=5),
        *_imported("", f"A D {BOTH}", kind="promise", per_month=5, person="person.b"),
        *_imported("", BOTH, kind="promise", per_month=5, person=BOTH),
        *_imported("D", "A", kind="retraining_planned", day=NEXT_WEEK.isoformat(), person="person.d"),
        *_imported("", f"A {BOTH}", kind="retraining_planned", day=NEXT_WEEK.isoformat(), person="person.d"),
        *_imported("", "A D", kind="retraining_started", retraining="a", person="person.d", at="2024-02-03"),
        *_imported("A D", "", kind="retraining_ended", retraining="a", outcome="done"),
        *_imported("A D", "", kind="usage", consumer="desk", purpose="triage", calls=3),
    ),
    ("plan_retraining", "by_who_trains_or_answers"): _cases(
        _about(day=NEXT_WEEK), f"B D M {DEPUTY} {BOTH} {TRAINER}", "A E"
    ),
    ("promise", "by_who_answers_for_the_value"): _cases(PROMISE, f"B {DEPUTY}", f"A D E M {BOTH} {TRAINER}"),
    ("register", "not_what_others_decide"): (
        *_card("summary: Only the words are new.", "A D", ""),
        *_card("roles: {deputy: [person.e]}", f"A {BOTH}", "D"),
        *_card(f"roles: {{accountable_executive: [{BOTH}]}}", "A", f"D {BOTH}"),
        *_card("roles: {accountable_executive: [person.a]}", BOTH, "A D"),
        *_card("risks: {degradation: {likelihood: 4, impact: 3}}", BOTH, "A D"),
        *_card("risks: {degradation: {likelihood: 2, impact: 3}}", "", f"A D {BOTH}"),
        *_card("risks: {outage: {owner: person.e}}", BOTH, "A D"),
        *_card("risk_class: {exposure: small, purpose: internal}", "", f"A D {BOTH}"),
        *_business("automation: decision_support", "", f"A D {BOTH}"),
        *_business("purposes: [resale]", f"B {DEPUTY}", f"A D M {BOTH}"),
        *_registered(
            STRICT_CARD.replace("business: {", "business: {population: {age: {from: 18}}, "), "B", f"A D {BOTH}"
        ),
        *_business("process: elsewhere", "A", f"D {BOTH}"),
        *_registered(UNWATCHED_CARD, "B", f"A D E M {BOTH}"),
        *_card("retraining: {max_age_days: 5000}", f"B {DEPUTY}", f"A D E M {BOTH}"),
        *_registered(LAX_CARD, "B", f"A D E M {BOTH}"),
        *_registered(
            REFERRED_CARD,
            "B",
            f"A D {BOTH}",
        ),
        *_card("status: retired\nretraining: {max_age_days: 5000}", "", f"A B D E M {BOTH}"),
        *_registered(NEW_CARD + "roles: {deputy: [person.e]}\n", "A D", "B"),
        *_registered(NEW_CARD + "roles: {deputy: [person.d]}\n", "A", "D"),
        *_registered(NEW_CARD + "roles: {accountable_executive: [person.a]}\n", "", "A"),
        *_people("{id: person.m, name: Another Name, email: m@example.org}", "A D", ""),
        *_people("{id: person.m, name: Person M, email: d@example.org}", "A", f"D {BOTH}"),
        *_people("{id: person.m, name: Person M, email: m@example.org, to: 2020-12-31}", "A", "D"),
        *_people("{id: person.new, name: New, email: new@example.org}", "A D", ""),
        *_people("{id: person.new, name: New, email: M@example.org}", "A", "D"),
        *_registered("processes: [{id: desk, name: Desk, owner: person.d}]\n", f"A {BOTH}", "D"),
        *_registered("processes: [{id: desk, name: Desk, tolerable_outage_hours: 900}]\n", BOTH, "A D"),
        *_people("{id: ghost, name: Ghost}", "A D", "B"),
        *_people("{id: ghost, name: Ghost, team: claims}", "A", f"D {BOTH} {PART}"),
        *_people("{id: ghost, name: Ghost, email: g@example.org}", "A", "D"),
        *_registered("teams: [{id: claims, name: Claims, lead: person.d}]\n", f"A {BOTH}", "D"),
    ),
    ("resolve_decision", "by_owner_or_who_decided"): _cases(
        _about(decision=TO_DO, outcome="done"), f"B {DEPUTY}", f"A D E M {BOTH} {TRAINER}"
    ),
    ("resolve_fault", "other_eyes_on_data"): _cases(REPAIRED, "A B E M", f"D {BOTH} {TRAINER}"),
    ("resolve_finding", "only_who_checks"): _cases(RESOLVE, f"B {DEPUTY}", f"A D E M {BOTH}"),
    ("revoke_token", "ones_own_or_admin"): (
        Case("D", {"name": "of-person.d"}, allowed=True),
        Case("A", {"name": "of-person.d"}, allowed=True),
        Case("B", {"name": "of-person.d"}, allowed=False),
        Case("D", {"name": "only-read"}, allowed=False),
    ),
    ("sign_off", "only_who_has_to"): (
        *_cases(DESIGN, f"B {DEPUTY}", f"A D E M {BOTH}"),
        *_cases(REJECTED, f"B {BOTH}", "D M"),
        *_cases(DATA, f"B E {DEPUTY}", f"A D M {BOTH}"),
    ),
    ("start_retraining", "by_who_trains_or_answers"): _cases(_about(), f"B D M {DEPUTY} {BOTH}", "A E"),
    ("withdraw_feedback", "by_who_gave_it"): _cases(_about(feedback=feedback_id("person.e")), "E", "B D M"),
    ("withdraw_acceptance", "by_oneself_or_who_answers"): _cases(WITHDRAW, f"B M {DEPUTY} {BOTH}", "A D E"),
}
