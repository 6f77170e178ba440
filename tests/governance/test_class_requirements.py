"""What a risk class asks for reaches the roles that must be held and the signatures that must be there."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.governance.risk.class_requirements import requirements_of
from dashboard.governance.risk.risk_class import risk_class
from dashboard.governance.sign_offs.required import required_sign_offs
from dashboard.governance.situation.builders import BUILDER_ROLES
from tests.governance.conftest import History

ROLES = "{accountable_executive: [anna], deputy: [carla], data_scientist: [ben]}"
PEOPLE = "people: [{id: anna, name: Anna}, {id: ben, name: Ben}, {id: carla, name: Carla}, {id: dora, name: Dora}]"
HIGH: dict[str, Any] = {"eu_ai_act": {"class": "high", "reason": "creditworthiness", "annex": "III 5b"}}


@pytest.fixture
def described(history: History) -> History:
    history.on("2024-01-01")
    history.people(PEOPLE)
    return history


def test_a_card_without_a_class_asks_for_what_every_model_owes(described: History) -> None:
    described.card(ROLES, status="production")
    assert required_sign_offs(described.situation(), "claims")["evaluation"] == (
        "accountable_executive",
        "domain_expert",
    )
    assert "role_missing" not in described.gaps()


def test_a_high_class_adds_roles_and_signatures_but_no_builder(described: History) -> None:
    described.card(ROLES, status="production", risk_class=HIGH)
    situation = described.situation()
    assert risk_class(situation, "claims").name == "high"
    found = required_sign_offs(situation, "claims")
    assert found["review"] == ("accountable_executive", "domain_expert")
    assert not {role for roles in found.values() for role in roles} & set(BUILDER_ROLES)
    assert {"business_stakeholder", "domain_expert"} < set(requirements_of(situation, "claims").roles)
    missing = described.gaps()["role_missing"]
    assert len(missing) == 2
    assert {gap.severity for gap in missing} == {"high"}
    described.event(at="2024-02-01", role="domain_expert", person="dora")
    assert len(described.gaps("2024-02-01")["role_missing"]) == 1
