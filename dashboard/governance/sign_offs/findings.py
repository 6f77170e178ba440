"""What was rejected or approved with conditions, until it is dealt with: each finding has an owner and a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dashboard.governance.sign_offs.required import required_sign_offs
from dashboard.governance.sign_offs.signatures import Signature, entitled, signatures_of
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RoleName
from dashboard.schema.config.sign_offs import load_sign_off_rules
from dashboard.store.statements import Statement

REPAIRERS: tuple[RoleName, ...] = ("data_scientist", "ml_engineer", "data_engineer")
FINDING_RESOLVED = "finding_resolved"
FindingState = Literal["open", "overdue", "resolved"]


@dataclass(frozen=True)
class Finding:
    """One finding; `owner` deals with it until `due`. `resolved_by` and `reason` say how it ended."""

    raised: Signature
    owner: str | None
    due: date
    state: FindingState
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    reason: str | None = None

    @property
    def finding_id(self) -> str:
        """The id, that of the sign-off which raised it."""
        return self.raised.sign_off_id

    @property
    def is_open(self) -> bool:
        """Return whether the finding still needs work."""
        return self.state != "resolved"


def findings_of(situation: Situation, model_id: str) -> list[Finding]:
    """Every finding about a model until the asked moment, oldest first."""
    return situation.cached(("findings", model_id), lambda: _findings(situation, model_id))


def _findings(situation: Situation, model_id: str) -> list[Finding]:
    signatures = signatures_of(situation, model_id)
    resolved = _resolutions(situation, model_id) if any(one.decision != "approve" for one in signatures) else {}
    return [
        _finding(situation, one, signatures, resolved.get(one.sign_off_id))
        for one in signatures
        if one.decision != "approve"
    ]


def _resolutions(situation: Situation, model_id: str) -> dict[str, Statement]:
    until = situation.moment(model_id)
    said = situation.statements(model_id, FINDING_RESOLVED)
    return {str(statement.subject): statement for statement in said if statement.recorded_at <= until}


def _finding(situation: Situation, raised: Signature, signatures: list[Signature], said: Statement | None) -> Finding:
    due = raised.due or raised.day + timedelta(days=load_sign_off_rules().finding_days)
    owner = raised.owner or _responsible(situation, raised)
    later = next((one for one in signatures if _takes_back(one, raised)), None)
    if said is not None and (later is None or said.recorded_at <= later.at):
        return Finding(
            raised, owner, due, "resolved", said.person_id, said.recorded_at, str(said.content.get("reason"))
        )
    if later is not None:
        return Finding(raised, owner, due, "resolved", later.person, later.at, later.reason)
    return Finding(raised, owner, due, "overdue" if situation.day(raised.model_id) > due else "open")


def _takes_back(later: Signature, raised: Signature) -> bool:
    """Return whether a later decision on the step, by the same person or for the same role, replaces a former one."""
    if later.step != raised.step or later.at <= raised.at or later.own_work:
        return False
    return later.person == raised.person or bool(set(later.roles) & set(raised.roles))


def _responsible(situation: Situation, raised: Signature) -> str | None:
    """Return who deals with a finding that names nobody: after a rejection a builder, else the executive."""
    executive: RoleName = "accountable_executive"
    for role in (*REPAIRERS, executive) if raised.decision == "reject" else (executive,):
        holders = situation.holders(raised.model_id, role) or situation.holders_on(raised.model_id, role, raised.day)
        if holders:
            return holders[0]
    return None


def may_resolve(situation: Situation, finding: Finding) -> list[str]:
    """List who may close a finding: who raised it, and who signs its step; not the person assigned to it.

    Only where the person who raised it also has to deal with it does nobody else need to look.
    """
    model_id, at = finding.raised.model_id, situation.moment(finding.raised.model_id)
    roles = required_sign_offs(situation, model_id).get(finding.raised.step, ())
    signing = [person for role in roles for person in entitled(situation, model_id, role, at)]
    allowed = dict.fromkeys([finding.raised.person, *signing])
    return [person for person in allowed if person != finding.owner or person == finding.raised.person]
