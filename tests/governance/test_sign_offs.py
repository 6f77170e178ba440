"""Joint signatures: which steps are due, who signs them, and how they stand on any day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.errors import DashboardError, ForbiddenError, InputRefusedError
from tests.governance.signing import Ledger

STEPS = ("design", "data", "evaluation", "deployment")
BOTH = {
    "design": ("eva", "bea"),
    "data": ("eva", "dan"),
    "evaluation": ("eva", "dan"),
    "deployment": ("eva", "bea"),
}


@pytest.fixture
def live(ledger: Ledger) -> Ledger:
    """Registered in 2025, in production since February 2024."""
    ledger.on("2025-01-15")
    ledger.register()
    return ledger


def sign_all(ledger: Ledger, at: str = "2024-01-20") -> None:
    for step, people in BOTH.items():
        for person in people:
            ledger.signed(step, person, at)


def test_what_is_due_follows_from_stage_and_day(live: Ledger) -> None:
    assert [live.state(step) for step in STEPS] == ["missing"] * 4
    assert (live.state("review", "2025-01-30"), live.state("review", "2025-02-01")) == ("not_due", "missing")
    assert live.state("retirement") == "not_due"
    # Before it went live only design and data were wanted.
    assert [live.state(step, "2024-01-31") for step in STEPS] == ["not_due"] * 4
    assert {gap["since"] for gap in live.gaps("missing_sign_off", "2024-06-01")} == {"2024-02-01"}
    assert live.gaps("missing_sign_off", "2024-01-31") == []


def test_a_retired_model_needs_only_its_retirement(live: Ledger) -> None:
    live.on("2025-03-01")
    live.register(status="retired")
    assert live.state("retirement") == "missing"
    assert [gap["since"] for gap in live.gaps("missing_sign_off")] == ["2025-03-01"]
    live.signed("retirement", "eva", "2025-03-02")
    assert live.state("retirement", "2025-03-02") == "signed"


def test_an_idea_needs_nothing(ledger: Ledger) -> None:
    ledger.on("2025-01-15")
    ledger.register(status="idea", versions=[{"version": "1"}])
    assert ledger.gaps("missing_sign_off") == []
    status = ledger.show("status").set_index("area")
    assert status["status"]["sign_off"] == "unknown"


def test_a_step_is_signed_when_every_role_has_approved(live: Ledger) -> None:
    live.signed("design", "eva", "2024-01-20")
    assert live.state("design") == "partly"
    [gap] = [gap for gap in live.gaps("missing_sign_off") if "Design" in str(gap["reason"])]
    assert (gap["severity"], gap["person"]) == ("medium", "bea")
    live.signed("design", "bea", "2024-03-05")
    assert (live.state("design"), live.state("design", "2024-03-04")) == ("signed", "partly")
    assert live.signer("design", "business_stakeholder") == "bea"
    assert live.signer("design", "business_stakeholder", "since") == "2024-03-05"


def test_a_deputy_signs_for_the_executive_and_nobody_else(live: Ledger) -> None:
    live.signed("design", "dora", "2024-01-20")
    assert live.signer("design", "accountable_executive") == "dora"
    assert live.signer("design", "business_stakeholder") is None


def test_one_person_alone_gives_no_joint_signature(ledger: Ledger) -> None:
    ledger.on("2025-01-15")
    ledger.register(
        roles={
            "accountable_executive": ["eva"],
            "business_stakeholder": ["bea"],
            "deputy": ["bea"],
            "domain_expert": ["dan"],
        }
    )
    ledger.signed("design", "eva", "2024-01-20")
    ledger.signed("design", "bea", "2024-01-21")
    assert ledger.signer("design", "accountable_executive") == "eva"
    ledger.signed("deployment", "bea", "2024-01-22")
    assert ledger.state("deployment") == "partly"
    # In a step where she has no role of her own she stands in.
    ledger.signed("data", "bea", "2024-01-22")
    assert ledger.signer("data", "accountable_executive") == "bea"


def test_executive_and_deputy_sign_where_nobody_holds_the_other_role(ledger: Ledger) -> None:
    ledger.on("2025-01-15")
    ledger.register(roles={"accountable_executive": ["eva"], "deputy": ["dora"]})
    ledger.signed("data", "eva", "2024-01-20")
    assert ledger.state("data") == "partly"
    assert {ledger.signer("data", role, "to_sign") for role in ("accountable_executive", "domain_expert")} == {
        None,
        "dora",
    }
    ledger.signed("data", "dora", "2024-01-21")
    assert ledger.state("data") == "signed"


def test_two_roles_need_two_people(ledger: Ledger) -> None:
    ledger.on("2025-01-15")
    ledger.register(roles={"accountable_executive": ["eva"], "domain_expert": ["eva"], "deputy": ["eva"]})
    ledger.signed("data", "eva", "2024-01-20")
    assert ledger.state("data") == "partly"
    (gap,) = [one for one in ledger.gaps("missing_sign_off") if "Data" in str(one["reason"])]
    assert "signed by eva only; a second person is needed" in str(gap["reason"])
    ledger.event("role", "2024-02-01", role="deputy", person="dora", **{"from": "2024-02-01"})
    assert ledger.signer("data", "accountable_executive", "to_sign") == "dora"
    assert ledger.signer("data", "domain_expert") == "eva"
    ledger.signed("data", "dora", "2024-02-02")
    assert ledger.state("data") == "signed"


def test_a_rejection_stands_for_every_role_of_its_person(ledger: Ledger) -> None:
    ledger.on("2025-01-15")
    ledger.register(roles={"accountable_executive": ["eva", "ida"], "domain_expert": ["eva"]})
    ledger.signed("data", "ida", "2024-01-19")
    ledger.signed("data", "eva", "2024-01-20", "reject")
    assert ledger.state("data") == "rejected"


def test_a_role_recorded_for_the_past_gives_no_right_that_was_not_there(live: Ledger) -> None:
    live.signed("design", "eva", "2024-01-20")
    live.signed("design", "bob", "2024-04-30")
    role = {"role": "business_stakeholder", "person": "bob", "reason": "late"}
    live.register_text("people: [{id: bob, name: Bob}]\n")
    live.act("max", "assign_role", start="2024-01-01", **role)
    assert "bob" in live.situation().holders_on("claims", "business_stakeholder", date(2024, 4, 30))
    assert live.state("design") == "partly"
    # What the operator brings tells of its own days.
    live.event("role", "2024-01-01", **role)
    assert live.state("design") == "signed"


def test_who_left_a_building_role_within_a_year_still_judges_own_work(live: Ledger) -> None:
    live.event("role", "2024-01-01", role="domain_expert", person="sam")
    live.act("max", "end_role", role="data_scientist", person="sam", reason="moves on", end="2020-12-31")
    live.signed("data", "sam", "2025-01-16")
    live.on("2025-01-17")
    assert live.signer("data", "domain_expert") is None
    live.on("2026-02-01")
    live.signed("data", "sam", "2026-01-31")
    assert live.signer("data", "domain_expert") == "sam"


def test_a_signature_counts_by_the_role_of_its_day(live: Ledger) -> None:
    live.event("role", "2024-05-01", role="business_stakeholder", person="bob", **{"from": "2024-05-01"})
    live.signed("design", "eva", "2024-01-20")
    live.signed("design", "bob", "2024-04-30")
    assert live.state("design") == "partly"
    live.signed("design", "bob", "2024-05-02")
    assert live.state("design") == "signed"


def test_own_work_does_not_count_and_is_a_gap(live: Ledger) -> None:
    live.event("work", "2024-01-09", person="eva", activity="trained", version="1")
    live.signed("evaluation", "sam", "2024-01-19")
    live.signed("evaluation", "dan", "2024-01-20")
    live.signed("evaluation", "eva", "2024-01-21")
    assert live.state("evaluation") == "partly"
    found = {(gap["since"], gap["severity"]) for gap in live.gaps("self_approval")}
    assert found == {("2024-01-19", "high"), ("2024-01-21", "high")}
    assert live.gaps("self_approval", "2024-01-18") == []
    rows = live.show("sign-offs")
    assert set(rows.loc[rows["role"].isna(), "person"]) == {"sam", "eva"}
    # Before she trained it she might have.
    live.signed("design", "eva", "2024-01-08")
    assert live.signer("design", "accountable_executive") == "eva"


def test_own_work_is_healed_by_those_who_have_to_sign(live: Ledger) -> None:
    live.signed("evaluation", "sam", "2024-01-19")
    for person in BOTH["evaluation"]:
        live.signed("evaluation", person, "2024-03-01")
    assert live.gaps("self_approval", "2024-02-28")
    assert live.gaps("self_approval") == []


def test_a_rejection_stands_until_its_role_approves(live: Ledger) -> None:
    sign_all(live)
    live.signed("design", "bea", "2024-03-01", "reject", reason="Nobody asked the desk.")
    assert (live.state("design", "2024-02-28"), live.state("design")) == ("signed", "rejected")
    [gap] = [gap for gap in live.gaps("missing_sign_off", "2024-03-02") if "Design" in str(gap["reason"])]
    assert (gap["since"], gap["severity"], gap["person"]) == ("2024-03-01", "high", "bea")
    assert live.show("status").set_index("area")["status"]["sign_off"] == "alert"
    live.signed("design", "bea", "2024-04-01")
    assert live.state("design") == "signed"


def test_a_review_holds_for_its_time(live: Ledger) -> None:
    sign_all(live)
    live.signed("review", "eva", "2024-03-01")
    assert live.state("review", "2025-03-01") == "signed"
    assert live.state("review", "2025-03-02") == "stale"
    [gap] = live.gaps("stale_sign_off", "2025-03-05")
    assert gap["since"] == "2025-03-02"


def test_imports_that_came_later_were_not_known_before(live: Ledger) -> None:
    live.on("2025-06-01")
    sign_all(live)
    assert live.state("design", "2024-02-01", as_of="2025-05-01T00:00:00+00:00") == "missing"
    assert live.state("design", "2024-02-01") == "signed"


def test_only_who_has_to_may_sign(live: Ledger) -> None:
    audit_context = {"step": "design", "decision": "approve", "reason": "Fine."}
    for person, said in (("sam", "build this model"), ("dan", "may not sign"), ("zoe", "may not sign")):
        with pytest.raises(ForbiddenError, match=said):
            live.act(person, "sign_off", **audit_context)
    live.act("dora", "sign_off", **audit_context)
    live.act("bea", "sign_off", **audit_context)
    assert live.state("design") == "signed"
    live.on("2025-01-16")
    with pytest.raises(InputRefusedError, match="You already made this decision"):
        live.act("bea", "sign_off", **audit_context)
    # Another decision is no repetition.
    live.act("bea", "sign_off", **(audit_context | {"decision": "reject"}))
    assert live.state("design") == "rejected"


@pytest.mark.parametrize(
    "wrong",
    [
        {"decision": "conditions"},
        {"conditions": "x"},
        {"decision": "conditions", "conditions": "x", "due": "2025-01-14"},
        {"reason": ""},
        {"step": "party"},
    ],
)
def test_a_signature_that_says_too_little_is_refused(live: Ledger, wrong: dict[str, object]) -> None:
    with pytest.raises(DashboardError):
        live.act("eva", "sign_off", **({"step": "design", "decision": "approve", "reason": "Fine."} | wrong))
    assert live.show("sign-offs")["person"].isna().all()


def test_the_area_is_fine_only_when_everything_due_is_signed(live: Ledger) -> None:
    area = "sign_off"
    assert live.show("status", "2024-06-01").set_index("area")["status"][area] == "warn"
    sign_all(live)
    assert live.show("status", "2024-06-01").set_index("area")["status"][area] == "ok"


def test_who_has_left_is_not_asked(live: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text("people: [{id: eva, name: Eva, to: 2024-06-30}, {id: dora, name: Dora}]\n", encoding="utf-8")
    run_action(live.store, "register", Files(files=(path,)), operator("test"))
    assert live.signer("retirement", "accountable_executive", "to_sign") == "dora"
    frame = live.show("sign-offs", "2024-06-30")
    assert frame.loc[frame["step"] == "design", "to_sign"].iloc[0] == "eva, dora"


@pytest.mark.parametrize(
    ("stated", "last", "why"),
    [
        (None, "2025-01-31", "a signature on this step is valid for 365 days"),
        (
            {"eu_ai_act": {"class": "high"}},
            "2024-08-01",
            "the risk class of the model requires a review every 6 months",
        ),
        ({"exposure": "small", "purpose": "internal"}, "2025-01-31", "a signature on this step is valid for 365 days"),
    ],
)
def test_a_review_is_due_by_the_stricter_of_step_and_class(
    ledger: Ledger, stated: dict[str, object] | None, last: str, why: str
) -> None:
    # Live since 1 February 2024: 365 days end on 31 January 2025, six months on 1 August 2024.
    ledger.on("2024-01-15")
    ledger.register(**({"risk_class": stated} if stated else {}))
    after = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    assert (ledger.state("review", last), ledger.state("review", after)) == ("not_due", "missing")
    (gap,) = [one for one in ledger.gaps("missing_sign_off", after) if "review" in str(one["reason"])]
    assert gap["since"] == after
    assert why in str(gap["reason"])
    rows = ledger.show("sign-offs", after).set_index("step").loc[["review"]]
    assert all(why in str(told) for told in rows["valid_why"])
    assert ledger.show("sign-offs", last).set_index("step").loc[["review"], "valid_why"].isna().all()


def test_a_review_older_than_the_interval_of_its_class_is_overdue_and_says_so(ledger: Ledger) -> None:
    ledger.on("2024-01-15")
    ledger.register(risk_class={"eu_ai_act": {"class": "high"}})
    for person in ("eva", "dan"):
        ledger.signed("review", person, "2024-03-31")
    # Six months after 31 March are over with 30 September.
    assert (ledger.state("review", "2024-09-30"), ledger.state("review", "2024-10-01")) == ("signed", "stale")
    rows = ledger.show("sign-offs", "2024-10-01").set_index(["step", "role"]).loc["review"]
    assert set(rows["valid_until"]) == {"2024-09-30"}
    assert set(rows["valid_why"]) == {"the risk class of the model requires a review every 6 months"}
    (gap,) = [one for one in ledger.gaps("stale_sign_off", "2024-10-01") if "review" in str(one["reason"])]
    assert (gap["person"], gap["since"]) == ("eva", "2024-10-01")
    assert "was valid until 30 Sept 2024; the risk class of the model requires a review every 6 months" in gap["reason"]
    (task,) = [one for one in ledger.show("desk", "2024-10-01").to_dict("records") if one["since"] == "2024-10-01"]
    assert "every 6 months" in task["why"]
    # A reclassified model is asked for what its class asks from then on.
    ledger.on("2024-10-02")
    ledger.register(risk_class={"exposure": "small", "purpose": "internal"})
    assert ledger.state("review", "2024-10-02") == "signed"
