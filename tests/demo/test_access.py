"""The demo's people and their roles: each of the five groups is there, and everybody who acts can be played."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.access.persons import person_principal
from dashboard.schema.access import ACCESS_ROLES
from dashboard.store.engine.database import Store, open_store
from dashboard.store.events import list_events
from dashboard.store.grants import list_grants
from dashboard.store.organisation import get_organisation
from dashboard.store.statements import list_statements


@pytest.fixture(scope="module")
def store(demo_home: Path) -> Iterator[Store]:
    opened = open_store(demo_home)
    yield opened
    opened.close()


def test_the_demo_has_somebody_for_each_role_and_for_a_part_of_the_models(store: Store) -> None:
    grants = list_grants(store)
    assert {role for known in grants.values() for role in known.grant.roles} == set(ACCESS_ROLES)
    found = [person_principal(store, person, "x") for person in grants]
    assert sum(principal.models is not None for principal in found) == 2


def test_everybody_who_acts_and_is_still_there_can_be_played(store: Store) -> None:
    people = get_organisation(store).people
    acting = {said.person_id for said in list_statements(store, ("look", "comment", "decision"))}
    acting |= {event.content.get("person") for event in list_events(store)}
    there = {person for person in acting if person in people and people[person].end is None}
    assert len(there) >= 20
    assert {person for person in there if not person_principal(store, person, "x").roles} == set()
    gone = [person for person in people.values() if person.end is not None]
    assert [person.id for person in gone] == ["tom.baumann"]
    assert person_principal(store, "tom.baumann", "x").roles == set()
