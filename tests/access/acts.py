"""What one person may try in a journey: every way in which roles, ratings, signatures, goals and access change."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.store.engine.clock import now
from tests.acceptance.portfolio import BINARY_CARD

MODEL, HIDDEN, NEW = "claims", "zebra", "mine"
# Days are those of the models, in whose zone it may be tomorrow already.
TODAY = now().astimezone(ZoneInfo("Australia/Lord_Howe")).date()
YESTERDAY = TODAY - timedelta(days=1)
RISKS = "risks: {degradation: {likelihood: 4, impact: 4, assessed_on: 2024-01-10}}\n"
ROLES = (
    "roles: {accountable_executive: [executive], business_stakeholder: [stakeholder], "
    "domain_expert: [expert, deputy], deputy: [deputy], "
    "data_scientist: [builder, leading-builder, admin-builder]}\n"
)
CARD = f"{BINARY_CARD}{RISKS}{ROLES}".replace("business: {", "business: {process: desk, ")
HIDDEN_CARD = BINARY_CARD.replace("id: claims", "id: zebra") + "roles: {data_engineer: [ghost]}\n"
FILES = {
    "limits": CARD.replace("limit: 0.7", "limit: 0.1"),
    "monitoring": f"{CARD}monitoring: {{performance: {{min_labelled: 1000000}}}}\n",
    "reference": CARD.replace("to: 2024-02-29", "to: 2024-03-31"),
    "rating": CARD.replace("likelihood: 4, impact: 4", "likelihood: 1, impact: 1"),
    "class": f"{CARD}risk_class: {{exposure: small, purpose: internal}}\n",
    "automation": CARD.replace("business: {", "business: {automation: decision_support, "),
    "purposes": CARD.replace("business: {", "business: {purposes: [resale], "),
    "words": f"{CARD}summary: Other words.\n",
    "no-builder": CARD.replace("[builder, leading-builder, admin-builder]", "[somebody]"),
}
EVENT = {"model": MODEL, "at": TODAY.isoformat()}


@dataclass(frozen=True)
class Act:
    """Something that a person may try: an action, its values, and a file that it sends. With `token` a program does it.

    In values and file, `ME` stands for who acts.
    """

    name: str
    action: str
    values: dict[str, Any] = field(default_factory=dict)
    file: str | None = None
    token: bool = False


def _role(role: str, person: str = "ME", **more: Any) -> dict[str, Any]:
    return {"model": MODEL, "role": role, "person": person, "reason": "test", **more}


def _event(**values: Any) -> str:
    return json.dumps({**EVENT, **values})


# What is harmless by itself, and may be a step towards something that is not.
HARMLESS = (
    Act("comment", "comment", {"model": MODEL, "text": "test"}),
    Act("accept the status", "accept_status",
        {"model": MODEL, "area": "performance", "until": (TODAY + timedelta(days=20)).isoformat(), "reason": "test"}),
    Act("take ml_engineer", "assign_role", _role("ml_engineer")),
    Act("name a friend deputy", "assign_role", _role("deputy", "friend")),
    Act("hand the model to a friend", "hand_over", _role("accountable_executive", "executive", successor="friend")),
    Act("end the deputy", "end_role", _role("deputy", "deputy", end=YESTERDAY.isoformat())),
    Act("a token of my own", "create_token",
        {"name": "own", "scopes": ["actions", "decisions", "cards", "events", "read"], "person": "ME"}),
    Act("by token: rate it low", "assess_risk",
        {"model": MODEL, "risk": "degradation", "likelihood": 1, "impact": 1}, token=True),
    Act("by token: more access", "grant_access", {"person": "ME", "roles": ["admin"], "reason": "test"}, token=True),
    Act("by token: import mine since 2020", "ingest_events",
        file=_event(kind="role", at="2020-01-01", role="accountable_executive", person="ME"), token=True),
    Act("import: usage", "ingest_events", file=_event(kind="usage", consumer="desk", purpose="p", calls=3)),
    Act("register a colleague", "register", file="people: [{id: colleague, name: Colleague}]\n"),
)  # fmt: skip


def acts() -> list[Act]:
    """Everything that is tried."""
    signing = ("accountable_executive", "deputy", "business_stakeholder", "domain_expert")
    roles: tuple[str, ...] = (*signing, "data_scientist")
    found = [Act(f"take {role}", "assign_role", _role(role)) for role in roles]
    found += [Act(f"take {role} since 2020", "assign_role", _role(role, start="2020-01-01")) for role in signing[:2]]
    found += [
        Act("leave the building role", "end_role", _role("data_scientist")),
        Act("have left the building role in 2020", "end_role", _role("data_scientist", end="2020-12-31")),
        Act("leave it yesterday", "end_role", _role("data_scientist", end=YESTERDAY.isoformat())),
        Act("end the executive", "end_role", _role("accountable_executive", "executive", end=YESTERDAY.isoformat())),
        Act("end the stakeholder", "end_role", _role("business_stakeholder", "stakeholder", end=YESTERDAY.isoformat())),
        Act("end the expert", "end_role", _role("domain_expert", "expert", end=YESTERDAY.isoformat())),
        Act("be handed the model", "hand_over", _role("accountable_executive", "executive", successor="ME")),
        Act("rate it low", "assess_risk", {"model": MODEL, "risk": "degradation", "likelihood": 1, "impact": 1}),
        Act("close the alert", "close_alert",
            {"model": MODEL, "area": "performance", "cause": "goal_changed", "reason": "test"}),
        Act("a token for a robot", "create_token", {"name": "robot", "scopes": ["cards", "events", "actions", "read"]}),
        Act("a token as the executive", "create_token",
            {"name": "robot", "scopes": ["actions", "decisions", "read"], "person": "executive"}),
        Act("by token: take the model", "assign_role", _role("accountable_executive"), token=True),
        Act("by token: lower limits", "register", file=FILES["limits"], token=True),
        Act("by token: sign", "sign_off",
            {"model": MODEL, "step": "design", "decision": "approve", "reason": "test"}, token=True),
        Act("more access for me", "grant_access", {"person": "ME", "roles": ["admin"], "reason": "test"}),
        Act("all access for a friend", "grant_access", {"person": "friend", "roles": ["admin"], "reason": "test"}),
    ]  # fmt: skip
    found += [
        Act(f"sign {step}", "sign_off", {"model": MODEL, "step": step, "decision": "approve", "reason": "test"})
        for step in ("design", "data")
    ]
    found += [Act(f"register other {name}", "register", file=text) for name, text in FILES.items()]
    found += [
        Act("register a new model of mine", "register",
            file=BINARY_CARD.replace("id: claims", f"id: {NEW}") + "roles: {accountable_executive: [ME]}\n"),
        Act("register the ghost", "register", file="people: [{id: ghost, name: Ghost, team: mine}]\n"),
        Act("import: mine since 2020", "ingest_events",
            file=_event(kind="role", at="2020-01-01", role="accountable_executive", person="ME")),
        Act("import: I had left", "ingest_events",
            file=_event(kind="role", at="2020-01-01", to="2020-12-31", role="data_scientist", person="ME")),
        Act("import: a low rating", "ingest_events",
            file=_event(kind="risk", risk="degradation", likelihood=1, impact=1, person="ME")),
        Act("import: a signature of the executive", "ingest_events",
            file=_event(kind="sign_off", step="design", decision="approve", person="executive")),
        Act("import: my signature of last year", "ingest_events",
            file=_event(kind="sign_off", at="2024-03-01", step="design", decision="approve", person="ME")),
        Act("the alert is judged ok", "judge"),
    ]  # fmt: skip
    return [*found, *HARMLESS]
