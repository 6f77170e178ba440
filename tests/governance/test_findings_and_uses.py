"""Conditions with owner and day until they are met; uses that nobody approved, and the three answers."""

from __future__ import annotations

import pytest

from dashboard.errors import DashboardError, ForbiddenError
from tests.governance.signing import Ledger
from tests.governance.test_sign_offs import sign_all


@pytest.fixture
def signed(ledger: Ledger) -> Ledger:
    ledger.on("2024-03-01")
    ledger.register()
    sign_all(ledger)
    return ledger


def conditions(ledger: Ledger) -> str:
    ledger.act(
        "bea", "sign_off", step="deployment", decision="conditions", reason="Almost.", conditions="Write it down.",
        owner="sam", due="2024-03-20",
    )  # fmt: skip
    return str(ledger.show("findings")["finding"].iloc[0])


def test_a_condition_is_open_then_overdue_and_goes_to_the_executive(signed: Ledger) -> None:
    conditions(signed)
    assert signed.state("deployment") == "conditional"
    [gap] = signed.gaps("open_condition", "2024-03-20")
    assert (gap["severity"], gap["person"], gap["since"]) == ("medium", "sam", "2024-03-01")
    [gap] = signed.gaps("open_condition", "2024-03-21")
    assert (gap["severity"], gap["person"]) == ("high", "eva")
    assert list(signed.show("findings", "2024-03-21")["state"]) == ["overdue"]
    assert signed.show("status", "2024-03-21").set_index("area")["status"]["sign_off"] == "alert"


def test_whoever_deals_with_a_finding_does_not_close_it(signed: Ledger) -> None:
    finding = conditions(signed)
    signed.on("2024-03-10")
    with pytest.raises(ForbiddenError, match="bea"):
        signed.act("sam", "resolve_finding", finding=finding, reason="Done.")
    signed.act("eva", "resolve_finding", finding=finding, reason="Read it.")
    row = signed.show("findings").iloc[0]
    assert (row["state"], row["resolved_by"], row["reason"]) == ("resolved", "eva", "Read it.")
    assert (signed.state("deployment"), signed.state("deployment", "2024-03-09")) == ("signed", "conditional")
    assert signed.gaps("open_condition") == []
    with pytest.raises(DashboardError, match="already closed"):
        signed.act("bea", "resolve_finding", finding=finding, reason="Again.")
    with pytest.raises(DashboardError, match="not known"):
        signed.act("bea", "resolve_finding", finding="nothing", reason="Again.")


def test_a_later_decision_replaces_a_finding(signed: Ledger) -> None:
    signed.signed("design", "bea", "2024-02-01", "reject", reason="No.")
    row = signed.show("findings", "2024-02-15").iloc[0]
    # Nobody was named: the data scientist, within thirty days.
    assert (row["owner"], row["due_on"], row["state"], row["kind"]) == ("sam", "2024-03-02", "open", "reject")
    signed.signed("design", "bea", "2024-02-20")
    assert list(signed.show("findings")["state"]) == ["resolved"]
    assert list(signed.show("findings", "2024-02-15")["state"]) == ["open"]


USE = {"consumer": "shop", "purpose": "pricing"}


def used(ledger: Ledger, at: str, until: str | None = None, purpose: str = "pricing") -> None:
    more = {"until": until} if until else {}
    ledger.event("usage", at, consumer="shop", purpose=purpose, calls=5, **more)


def state(ledger: Ledger, on: str | None = None) -> str:
    frame = ledger.show("uses", on)
    return str(frame.loc[frame["purpose"] == "pricing", "state"].iloc[0])


def test_an_approved_use_raises_no_question(signed: Ledger) -> None:
    used(signed, "2024-02-10", purpose="Triage")
    assert list(signed.show("uses")["state"]) == ["approved"]
    assert signed.gaps("unapproved_use") == []


def test_an_unapproved_use_is_a_question_to_the_executive(signed: Ledger) -> None:
    used(signed, "2024-02-10", "2024-02-12")
    used(signed, "2024-02-20")
    row = signed.show("uses").iloc[0]
    assert tuple(row[["calls", "first_seen", "last_seen", "state"]]) == (10, "2024-02-10", "2024-02-20", "unapproved")
    [gap] = signed.gaps("unapproved_use")
    assert (gap["person"], gap["since"], gap["severity"]) == ("eva", "2024-02-10", "medium")
    assert signed.gaps("unapproved_use", "2024-02-09") == []
    with pytest.raises(ForbiddenError, match="eva, dora"):
        signed.act("bea", "answer_use", **USE, answer="stop", reason="No.")
    with pytest.raises(DashboardError, match="was observed"):
        signed.act("eva", "answer_use", consumer="shop", purpose="x", answer="stop", reason="No.")


def test_allowed_for_a_time_counts_until_its_day(signed: Ledger) -> None:
    used(signed, "2024-02-10")
    with pytest.raises(DashboardError, match="until when"):
        signed.act("eva", "answer_use", **USE, answer="allow", reason="A test.")
    signed.act("dora", "answer_use", **USE, answer="allow", reason="A test.", until="2024-03-31")
    assert (state(signed), state(signed, "2024-03-31"), state(signed, "2024-04-01")) == ("allowed", "allowed", "ended")
    assert state(signed, "2024-02-29") == "unapproved"
    used(signed, "2024-04-05")
    assert (state(signed, "2024-04-04"), state(signed, "2024-04-05")) == ("ended", "unapproved")


def test_extending_the_purpose_approves_it_and_makes_the_design_stale(signed: Ledger) -> None:
    used(signed, "2024-02-10")
    signed.act("eva", "answer_use", **USE, answer="extend", reason="Fits.")
    assert (state(signed), state(signed, "2024-02-29")) == ("approved", "unapproved")
    found = signed.show("sign-off-differences")
    assert tuple(found[["step", "fact", "then", "now", "since"]].iloc[0]) == (
        "design", "purposes", "triage", "pricing, triage", "2024-03-01",
    )  # fmt: skip


def test_a_stopped_use_is_a_gap_until_it_ends(signed: Ledger) -> None:
    used(signed, "2024-02-25")
    signed.act("eva", "answer_use", **USE, answer="stop", reason="Never meant for it.")
    assert (state(signed), state(signed, "2024-03-26"), state(signed, "2024-03-27")) == (
        "stopping",
        "stopping",
        "ended",
    )
    assert signed.gaps("unapproved_use", "2024-03-27") == []
    used(signed, "2024-03-20")
    [gap] = signed.gaps("unapproved_use", "2024-03-27")
    assert (gap["severity"], "still does" in str(gap["reason"])) == ("high", True)
    assert state(signed, "2024-04-20") == "ended"
