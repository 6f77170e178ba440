"""Sign-offs, findings and uses in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

STEP_STATES: dict[str, str] = {
    "rejected": mark("rejected"),
    "missing": mark("missing"),
    "stale": mark("out of date"),
    "partly": mark("partly signed"),
    "conditional": mark("with conditions"),
    "signed": mark("signed"),
    "not_due": mark("not due yet"),
}

DECISIONS: dict[str, str] = {
    "approve": mark("Approve"),
    "conditions": mark("Approve with conditions"),
    "reject": mark("Reject"),
}

DECIDED: dict[str, str] = {
    "approve": mark("approved"),
    "conditions": mark("approved with conditions"),
    "reject": mark("rejected"),
}

FINDING_STATES: dict[str, str] = {
    "overdue": mark("overdue"),
    "open": mark("open"),
    "resolved": mark("dealt with"),
}

USE_STATES: dict[str, str] = {
    "unapproved": mark("not approved"),
    "stopping": mark("must stop"),
    "allowed": mark("allowed for a limited time"),
    "ended": mark("ended"),
    "approved": mark("approved"),
}

USE_KINDS: dict[str, str] = {
    "use": mark("use"),
    "population": mark("cases"),
}

USE_ANSWERS: dict[str, str] = {
    "allow": mark("Allow for a limited time"),
    "stop": mark("Stop it"),
    "extend": mark("Extend the approved uses"),
}
