"""What is open to whom: roles, scopes, persons, and models that are not shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.access.persons import person_principal
from dashboard.access.principal import Principal, operator
from dashboard.actions.comments import Comment, Decided
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.actions.tokens import NewToken
from dashboard.errors import ForbiddenError, InputRefusedError, NotFoundError
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.database import Store, open_store
from dashboard.store.grants import Grant, append_grant
from dashboard.store.statements import DECISION, list_statements
from dashboard.store.tokens import SCOPES
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import BINARY_CARD
from tests.examples import example_of

PEOPLE = """
people:
  - {id: anna, name: Anna, team: claims}
  - {id: ben, name: Ben, team: sales}
  - {id: leaver, name: Lea, team: claims, to: 2020-12-31}
"""
OPERATOR = operator("test")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("rights")
    opened = open_store(folder / "home")
    other = BINARY_CARD.replace("id: claims", "id: other") + "roles: {data_scientist: [ben]}\n"
    texts = {"claims": BINARY_CARD + "roles: {data_scientist: [anna]}\n", "other": other, "people": PEOPLE}
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    run_action(opened, "register", Files(files=tuple(folder / f"{name}.yaml" for name in texts)), OPERATOR)
    yield opened
    opened.close()


def granted(store: Store, person: str, *roles: str, teams: tuple[str, ...] = ()) -> Principal:
    with store.writing(AuditContext("grant_access", "test")) as cursor:
        append_grant(cursor, Grant(person, roles, teams=teams), "test")
    return person_principal(store, person, f"login:{person}")


def test_without_a_role_nothing_is_open(store: Store, tmp_path: Path) -> None:
    nobody = person_principal(store, "nobody", "login:nobody")
    with pytest.raises(ForbiddenError, match="other roles"):
        run_view(store, "models", Query(), nobody)
    with pytest.raises(ForbiddenError, match="other roles"):
        run_action(store, "register", example_of("register", tmp_path).payload, nobody)


def test_the_newest_grant_counts_and_a_leaver_has_none(store: Store) -> None:
    assert granted(store, "anna", "manager", "domain_expert").roles == {"manager", "domain_expert"}
    assert granted(store, "anna", "domain_expert").roles == {"domain_expert"}
    assert granted(store, "anna").roles == set()
    assert granted(store, "leaver", "admin").roles == set()


def test_a_token_needs_role_and_scope(store: Store, tmp_path: Path) -> None:
    payload = example_of("register", tmp_path).payload
    for scopes, message in ((frozenset({"read"}), "scope cards"), (frozenset[str](), "scope cards")):
        with pytest.raises(ForbiddenError, match=message):
            run_action(store, "register", payload, replace(OPERATOR, scopes=scopes))
    token = example_of("create_token", tmp_path).payload
    with pytest.raises(ForbiddenError, match="No token"):
        run_action(store, "create_token", token, replace(OPERATOR, scopes=frozenset({"actions"})))
    with pytest.raises(ForbiddenError, match="scope read"):
        run_view(store, "models", Query(), replace(OPERATOR, scopes=frozenset({"events"})))


def test_a_token_decides_in_a_persons_name_only_with_the_scope_for_it(store: Store) -> None:
    anna = granted(store, "anna", "domain_expert")
    payload = Decided(model="claims", decision="Keep it.", reason="It earns its cost.")
    for scopes in (SCOPES[:-1], ("read", "actions")):
        with pytest.raises(ForbiddenError, match="it needs the scope decisions"):
            run_action(store, "record_decision", payload, replace(anna, scopes=frozenset(scopes)))
    decides = replace(anna, actor="token:t as anna", scopes=frozenset({"decisions"}))
    run_action(store, "record_decision", payload, decides)
    said = list_statements(store, [DECISION])
    assert [(one.actor, one.person_id) for one in said] == [("token:t as anna", "anna")]
    with pytest.raises(ForbiddenError, match="it needs the scope actions"):
        run_action(store, "comment", Comment(model="claims", text="And this?"), decides)


def test_a_key_that_decides_is_made_for_a_person_by_that_person_or_the_operator(store: Store) -> None:
    unregistered = Principal("login:x", roles=frozenset({"admin"}))
    asked = NewToken(name="decider", scopes=("decisions",), person="ben")
    with pytest.raises(ForbiddenError, match="made by that person"):
        run_action(store, "create_token", asked, unregistered)
    with pytest.raises(InputRefusedError, match="say whose"):
        run_action(store, "create_token", NewToken(name="decider", scopes=("decisions",)), OPERATOR)
    assert "token decider (decisions)" in run_action(store, "create_token", asked, OPERATOR)


def test_a_login_of_nobody_registered_changes_no_roles_by_a_card(store: Store, tmp_path: Path) -> None:
    stranger = Principal("login:x", roles=frozenset({"data_scientist"}))
    (tmp_path / "claims.yaml").write_text(BINARY_CARD + "roles: {data_scientist: [ben]}\n", encoding="utf-8")
    with pytest.raises(ForbiddenError, match="Data scientist"):
        run_action(store, "register", Files(files=(tmp_path / "claims.yaml",)), stranger)
    (tmp_path / "risk.jsonl").write_text(
        '{"kind": "role", "model": "claims", "at": "2024-01-01", "role": "deputy", "person": "ben"}\n', encoding="utf-8"
    )
    with pytest.raises(ForbiddenError, match="other roles only: admin, manager"):
        run_action(store, "ingest_events", Files(files=(tmp_path / "risk.jsonl",)), stranger)


def test_models_of_other_teams_do_not_exist(store: Store, tmp_path: Path) -> None:
    anna = granted(store, "anna", "manager", "data_scientist", teams=("claims",))
    assert anna.models == {"claims"}
    assert set(run_view(store, "models", Query(), anna)["model"]) == {"claims"}
    assert set(run_view(store, "gaps", Query(), anna)["model"]) == {"claims"}
    assert "other" not in set(run_view(store, "audit", Query(), anna)["subject"].dropna())
    with pytest.raises(NotFoundError, match="not known"):
        run_view(store, "status", Query(model="other"), anna)
    for name in ("ingest_predictions", "monitor"):
        payload = example_of(name, tmp_path).payload
        with pytest.raises(NotFoundError, match="not known"):
            run_action(store, name, payload, replace(anna, models=frozenset({"other"})))


def test_a_refused_card_names_what_others_decide_in_the_readers_language(store: Store, tmp_path: Path) -> None:
    ben = granted(store, "ben", "data_scientist")
    changed = BINARY_CARD + (
        "roles: {data_scientist: [anna], deputy: [ben], accountable_executive: [ben]}\n"
        "risks: {knowledge_loss: {likelihood: 1, impact: 1}}\nsummary: This is ours to change.\n"
    )
    (tmp_path / "claims.yaml").write_text(changed, encoding="utf-8")
    head = store.ledger.head
    with pytest.raises(ForbiddenError) as refused:
        run_action(store, "register", Files(files=(tmp_path / "claims.yaml",)), ben)
    told = refused.value.sentence
    assert "Accountable executive, Deputy of the executive, Knowledge loss (claims)" in told.render("en")
    german = "Verantwortliche Führungskraft, Stellvertretung der Führungskraft, Wissensverlust"
    assert f": {german} (claims)" in told.render("de")
    assert store.ledger.head == head
    program = replace(OPERATOR, scopes=frozenset({"cards"}))
    assert "recorded 1 " in run_action(store, "register", Files(files=(tmp_path / "claims.yaml",)), program)


def test_a_persons_token_changes_roles_by_a_card_only_with_the_scope_for_roles(store: Store, tmp_path: Path) -> None:
    anna = granted(store, "anna", "data_scientist", "manager")
    changed = BINARY_CARD.replace("id: claims", "id: other") + "roles: {data_scientist: [ben], deputy: [ben]}\n"
    (tmp_path / "other.yaml").write_text(changed, encoding="utf-8")
    payload = Files(files=(tmp_path / "other.yaml",))
    with pytest.raises(ForbiddenError, match="Deputy of the executive"):
        run_action(store, "register", payload, replace(anna, scopes=frozenset({"cards"})))
    both = replace(anna, scopes=frozenset({"cards", "actions"}))
    assert "recorded 1 " in run_action(store, "register", payload, both)
