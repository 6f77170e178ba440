"""The demo's people and their roles: each of the five groups is there, and somebody sees only a part of the models."""

from __future__ import annotations

from pathlib import Path

import yaml

from dashboard.access.principal import operator, person_principal
from dashboard.actions.access import NewGrant
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.demo import ACCESS, DEMO, _grant_access
from dashboard.schema.access import ACCESS_ROLES
from dashboard.store.engine.database import open_store


def test_the_demo_has_somebody_for_each_role_and_for_a_part_of_the_models(tmp_path: Path) -> None:
    store = open_store(tmp_path / "home")
    run_action(store, "register", Files(files=(DEMO / "people.yaml",)), operator("test"))
    taken = NewGrant(person="mei.tanaka", reason="on leave")
    run_action(store, "grant_access", taken, operator("test"))
    _grant_access(store)
    head = store.ledger.head
    _grant_access(store)
    assert store.ledger.head == head
    grants = yaml.safe_load(ACCESS.read_text(encoding="utf-8"))
    assert {role for grant in grants for role in grant["roles"]} == set(ACCESS_ROLES)
    found = {grant["person"]: person_principal(store, grant["person"], "x") for grant in grants}
    assert found["mei.tanaka"].roles == set()
    assert sum(principal.models is not None for principal in found.values()) == 2
    store.close()
