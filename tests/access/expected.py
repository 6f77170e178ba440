"""What is open to whom, written down a second time: the matrix compares the program with this table, cell by cell.

One line for each action and each view, in the order of the alphabet. Letters stand for roles: B business stakeholder,
E domain expert, D data scientist, M manager, A administrator. A changed `roles=`, `scope=`, `personal=` or rule in the
program turns the matrix red until its line here says the same.
"""

from __future__ import annotations

from dataclasses import dataclass

ROLES = {
    "B": "business_stakeholder",
    "E": "domain_expert",
    "D": "data_scientist",
    "M": "manager",
    "A": "admin",
}
ALL = "BEDMA"


@dataclass(frozen=True)
class Row:
    """Who may do an action.

    `roles`: letters. `scope`: what a token needs, None = no token. `personal`: only people, under their own name.
    `rules`: the names of its rules; each has its cases in tests/access/rule_cases.py. `example`: the roles whose person
    may do the example of tests/examples.py, where rules narrow `roles`. `program`: whether rules let a program or the
    operator do the example.
    """

    roles: str
    scope: str | None = "actions"
    personal: bool = False
    rules: tuple[str, ...] = ()
    example: str | None = None
    program: bool = True

    @property
    def needed(self) -> str | None:
        """The scope that a token needs: what stands under a person's name has one of its own."""
        return "decisions" if self.personal else self.scope

    @property
    def may(self) -> str:
        return self.roles if self.example is None else self.example


ACTIONS: dict[str, Row] = {
    "accept_status": Row(ALL, personal=True, rules=("by_who_answers",), example="BM"),
    "acknowledge_answer": Row("BEDM", personal=True),
    "answer_topic": Row("BEDM", personal=True, rules=("by_who_can_answer",), example="BD"),
    "bundle_feedback": Row("BEDM", personal=True),
    "open_topic": Row("BEDM", personal=True),
    "acknowledge_alert": Row(ALL, personal=True),
    "acknowledge_fault": Row(ALL, personal=True),
    "add_remark": Row("BEDM", personal=True),
    "answer_use": Row(ALL, personal=True, rules=("only_who_answers",), example="B"),
    "assess_risk": Row("BEM", personal=True, rules=("not_lowered_by_a_builder",)),
    "assign_fault": Row(ALL, personal=True),
    "assign_role": Row("MA", rules=("no_self_appointment",)),
    "cancel_retraining": Row(ALL, personal=True, rules=("by_who_trains_or_answers",), example="BDM"),
    "close_alert": Row(ALL, personal=True, rules=("other_eyes", "moved_goals_are_accepted"), example="BEMA"),
    "comment": Row(ALL),
    "correct_actuals": Row("DA", scope="predictions"),
    "create_token": Row(ALL, scope=None, rules=("in_ones_own_name",), example=""),
    "end_retraining": Row(ALL, scope="events", rules=("by_who_trains_or_answers",), example="BDM"),
    "end_role": Row("MA"),
    "end_sessions": Row(ALL, scope=None, rules=("oneself_or_admin",), example="A"),
    "give_feedback": Row("BEDM", personal=True),
    "grant_access": Row("A", scope=None, rules=("not_for_oneself", "within_own_limits")),
    "hand_over": Row("MA", rules=("no_self_appointment",)),
    "ingest_actuals": Row("DA", scope="predictions"),
    "ingest_attributions": Row("DA", scope="predictions"),
    "ingest_events": Row("DA", scope="events", rules=("as_by_the_action",)),
    "ingest_lineage": Row("DA", scope="lineage"),
    "ingest_predictions": Row("DA", scope="predictions"),
    "ingest_quality": Row("DA", scope="events"),
    "monitor": Row("DMA"),
    "note_outside": Row(ALL, personal=True),
    "plan_retraining": Row(ALL, personal=True, rules=("by_who_trains_or_answers",), example="BDM"),
    "promise": Row(ALL, rules=("by_who_answers_for_the_value",), example="B"),
    "record_decision": Row(ALL, personal=True),
    "record_look": Row(ALL, personal=True),
    "register": Row(ALL, scope="cards", rules=("not_what_others_decide",), example="DA"),
    "reinstate_file": Row("DA"),
    "request_rating": Row(ALL),
    "resolve_decision": Row(ALL, personal=True, rules=("by_owner_or_who_decided",), example="B"),
    "resolve_fault": Row(ALL, personal=True, rules=("other_eyes_on_data",), example="BEMA"),
    "resolve_finding": Row(ALL, personal=True, rules=("only_who_checks",), example="BE"),
    "revoke_token": Row(ALL, scope=None, rules=("ones_own_or_admin",), example="A"),
    "start_retraining": Row(ALL, personal=True, rules=("by_who_trains_or_answers",), example="BDM"),
    "start_review": Row("EDM", personal=True),
    "sign_off": Row(ALL, personal=True, rules=("only_who_has_to",), example="B"),
    "withdraw_acceptance": Row(ALL, personal=True, rules=("by_oneself_or_who_answers",), example="BM"),
    "withdraw_feedback": Row("BEDM", personal=True, rules=("by_who_gave_it",), example=""),
    "withdraw_file": Row("DA"),
}

VIEWS: dict[str, str] = {
    "acceptances": ALL,
    "access": "MA",
    "agreement": ALL,
    "alerts": ALL,
    "audit": "MA",
    "calibration": ALL,
    "candidates": ALL,
    "card": ALL,
    "causes": ALL,
    "changes": ALL,
    "classes": ALL,
    "confusion": ALL,
    "decisions": ALL,
    "departures": ALL,
    "desk": ALL,
    "disagreements": ALL,
    "discussion": ALL,
    "distribution": ALL,
    "drift": ALL,
    "doubles": ALL,
    "estimate": ALL,
    "explain": "EDMA",
    "explain-pair": "EDMA",
    "dependence": ALL,
    "interactions": ALL,
    "cohort": ALL,
    "expectations": ALL,
    "features": ALL,
    "feature-store": ALL,
    "feedback": ALL,
    "feedback-set": "EDMA",
    "topics": ALL,
    "topic-suggestions": ALL,
    "findings": ALL,
    "gaps": ALL,
    "impact": ALL,
    "affected-predictions": ALL,
    "data-use": ALL,
    "provenance": ALL,
    "process-map": ALL,
    "outage": ALL,
    "importance": ALL,
    "importance-source": ALL,
    "groups": ALL,
    "knowledge": ALL,
    "logins": ALL,
    "lineage": ALL,
    "lineage-events": "DMA",
    "loads": ALL,
    "team-loads": ALL,
    "attention": ALL,
    "area-counts": ALL,
    "desk-loads": ALL,
    "models": ALL,
    "order-in-time": ALL,
    "outside": ALL,
    "people": ALL,
    "performance": ALL,
    "promises": ALL,
    "retraining-calendar": ALL,
    "retraining-load": ALL,
    "retraining-plans": ALL,
    "retraining-runs": ALL,
    "quality": ALL,
    "violations": "EDMA",
    "picks": "EDMA",
    "cases": "EDMA",
    "similar": "EDMA",
    "words": "EDMA",
    "related": ALL,
    "what-if": "EDMA",
    "flips": "EDMA",
    "reasons": ALL,
    "reason-changes": ALL,
    "ranges": ALL,
    "quality-faults": ALL,
    "ranking": ALL,
    "availability": ALL,
    "files": ALL,
    "pending": ALL,
    "refusals": "MA",
    "review-case": "EDMA",
    "review-queue": ALL,
    "risk": ALL,
    "risk-class": ALL,
    "risk-evidence": ALL,
    "risk-history": ALL,
    "risk-record": ALL,
    "risk-steps": ALL,
    "rule-counts": ALL,
    "rule-meanings": ALL,
    "rules": ALL,
    "rules-over-time": ALL,
    "segments": ALL,
    "fairness": ALL,
    "group-gaps": ALL,
    "group-history": ALL,
    "group-thresholds": ALL,
    "representation": ALL,
    "proxies": ALL,
    "value": ALL,
    "value-decisions": ALL,
    "costs": ALL,
    "business-figures": ALL,
    "value-moves": ALL,
    "value-threshold-groups": ALL,
    "value-thresholds": ALL,
    "values": ALL,
    "sign-off-differences": ALL,
    "sign-off-facts": ALL,
    "sign-offs": ALL,
    "status": ALL,
    "targets": ALL,
    "timeline": ALL,
    "tokens": ALL,
    "two-clocks": ALL,
    "uses": ALL,
    "versions": ALL,
    "volumes": ALL,
}
