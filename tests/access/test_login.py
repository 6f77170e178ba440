"""Who a login is: the person of a verified address or of a claim, roles by claims and grants, never a borrowed name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.access.login import Login, claimed, login_principal, person_of
from dashboard.access.principal import Principal, operator
from dashboard.access.sessions import SignedOutError, browser_of, end_session, note_login, open_session, session_key
from dashboard.actions.access import EndedLogins, NewGrant
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.cli.command_line import main
from dashboard.errors import ForbiddenError, InputRefusedError
from dashboard.schema.access import EVERYBODY
from dashboard.schema.config.login import SETTING, ClaimedRole, LoginRules, load_login_rules
from dashboard.store.audit.chain import list_entries
from dashboard.store.engine.database import Store, open_store
from dashboard.store.organisation import get_organisation
from dashboard.store.sessions import list_logins
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.access.world import SETTINGS, claims_of

PEOPLE = """
people:
  - {id: anna, name: Anna, email: Anna@Example.org}
  - {id: ben, name: Ben, email: shared@example.org}
  - {id: cleo, name: Cleo, email: shared@example.org}
  - {id: gone, name: Gone, email: gone@example.org, to: 2020-12-31}
"""
TEST = operator("test")


def registered(folder: Path) -> Store:
    opened = open_store(folder / "home")
    (folder / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    run_action(opened, "register", Files(files=(folder / "people.yaml",)), TEST)
    return opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = registered(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("claims", "person"),
    [
        ({"email": "anna@example.org", "email_verified": True}, "anna"),
        ({"email": " ANNA@EXAMPLE.ORG ", "email_verified": True}, "anna"),
        ({"email": "anna@example.org", "email_verified": "true"}, None),
        ({"email": "anna@example.org", "email_verified": 1}, None),
        ({"email": "anna@example.org", "email_verified": [True]}, None),
        ({"email": "anna@example.org", "email_verified": False}, None),
        ({"email": "anna@example.org"}, None),
        ({"email": "anna@example.org", "email_verified": "no"}, None),
        ({"email": ["anna@example.org"], "email_verified": True}, None),
        ({"email": "shared@example.org", "email_verified": True}, None),
        ({"email": "", "email_verified": True}, None),
        ({"sub": "anna", "email_verified": True}, None),
    ],
)
def test_a_login_is_the_person_with_its_verified_address(store: Store, claims: dict, person: str | None) -> None:
    assert person_of(claims, LoginRules(), get_organisation(store)) == person


def test_a_claim_that_is_set_decides_alone(store: Store) -> None:
    rules, known = LoginRules(person_claim="staff.id"), get_organisation(store)
    assert person_of({"staff": {"id": "ben"}}, rules, known) == "ben"
    assert person_of({"staff": {"id": "nobody"}}, rules, known) is None
    assert person_of({"email": "anna@example.org", "email_verified": True}, rules, known) is None
    assert person_of({"staff": {"id": ["anna", "ben"]}}, rules, known) is None


def test_values_of_claims() -> None:
    told = {"groups": ["a", "b"], "realm": {"roles": ["x"]}, "dotted.name": "y", "flag": True, "number": 3, "odd": {}}
    assert claimed(told, "groups") == ["a", "b"]
    assert claimed(told, "realm.roles") == ["x"]
    assert claimed(told, "dotted.name") == ["y"]
    assert claimed(told, "flag") == ["true"]
    assert claimed(told, "number") == ["3"]
    assert claimed(told, "odd") == claimed(told, "none") == claimed(told, "groups.x") == []


def test_roles_of_claims_and_grants_are_united_and_a_leaver_has_neither(store: Store) -> None:
    rules = LoginRules(claimed_roles=[ClaimedRole(claim="groups", value="bosses", role="manager")])
    bosses = {"sub": "1", "groups": ["bosses"], "email_verified": True}
    assert login_principal(store, {**bosses, "email": "anna@example.org"}, rules).roles == {"manager"}
    run_action(store, "grant_access", NewGrant(person="anna", roles=("domain_expert",), reason="r"), TEST)
    anna = login_principal(store, {**bosses, "email": "anna@example.org"}, rules)
    assert (anna.actor, anna.person, anna.roles) == ("login:anna", "anna", {"manager", "domain_expert"})
    assert login_principal(store, {**bosses, "email": "gone@example.org"}, rules).roles == set()
    assert login_principal(store, {"sub": "1", "groups": "bosses, others"}, rules).roles == set()


def test_nobody_borrows_the_name_of_a_person(store: Store) -> None:
    assert login_principal(store, {"sub": "anna"}, LoginRules()).actor == "login:subject anna"
    assert login_principal(store, {"sub": "x\n login:anna"}, LoginRules()).actor == "login:x__login_anna"


def test_every_login_of_a_person_ends_at_once_and_later_ones_hold(store: Store) -> None:
    login = Login(*SETTINGS.values())
    before = claims_of("person.x") | {"email": "anna@example.org"}
    assert open_session(store, before, login).principal.person == "anna"
    run_action(store, "end_sessions", EndedLogins(person="anna", reason="lost device"), TEST)
    with pytest.raises(SignedOutError, match="ended"):
        open_session(store, before, login)
    assert open_session(store, before | {"iat": before["iat"] + 90}, login).principal.person == "anna"
    assert open_session(store, before | {"email": "gone@example.org"}, login).principal.roles == set()


def test_signing_out_ends_one_login_only(store: Store) -> None:
    login = Login(*SETTINGS.values())
    one = claims_of("person.x") | {"nonce": "1"}
    other = one | {"nonce": "2"}
    end_session(store, one, login)
    with pytest.raises(SignedOutError):
        open_session(store, one, login)
    assert open_session(store, other, login).claims == other
    assert session_key(one) == session_key(one | {"origin": "https://x", "provider": "default", "tokens": {}})


def test_a_person_finds_their_logins_and_those_that_were_ended_are_gone(store: Store) -> None:
    login = Login(*SETTINGS.values())
    run_action(store, "grant_access", NewGrant(person="anna", roles=("manager",), reason="r"), TEST)
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0"
    claims = [claims_of("person.x") | {"email": "anna@example.org", "nonce": nonce} for nonce in "123"]
    head = store.ledger.head.seq
    for one in (*claims, *claims):
        note_login(store, open_session(store, one, login), login, agent)
    assert store.ledger.head.seq == head + 3
    assert [entry.action for entry in list_entries(store)][-3:] == ["log_in"] * 3
    assert {found.browser for found in list_logins(store, "anna")} == {"Edge, Windows"}
    end_session(store, claims[0], login)
    assert {found.key for found in list_logins(store, "anna")} == {session_key(one) for one in claims[1:]}
    assert list_logins(store, "ben") == []
    run_action(store, "end_sessions", EndedLogins(person="anna", reason="lost device"), TEST)
    assert list_logins(store, "anna") == []


def test_one_login_of_a_person_ends_and_the_others_hold(store: Store) -> None:
    login = Login(*SETTINGS.values())
    run_action(store, "grant_access", NewGrant(person="anna", roles=("manager",), reason="r"), TEST)
    claims = [claims_of("person.x") | {"email": "anna@example.org", "nonce": nonce} for nonce in "12"]
    for one in claims:
        note_login(store, open_session(store, one, login), login, "Firefox/144.0")
    anna, ben = (Principal(f"login:{person}", person, EVERYBODY - {"admin"}) for person in ("anna", "ben"))
    listed = run_view(store, "logins", Query(), anna)
    assert set(listed["login"]) == {session_key(one) for one in claims}
    assert run_view(store, "logins", Query(), ben).empty
    lost = EndedLogins(person="anna", reason="lost device", login=session_key(claims[0]))
    with pytest.raises(ForbiddenError):
        run_action(store, "end_sessions", lost, ben)
    with pytest.raises(InputRefusedError, match="no such login"):
        run_action(store, "end_sessions", lost.model_copy(update={"person": "ben"}), TEST)
    run_action(store, "end_sessions", lost, anna)
    with pytest.raises(SignedOutError, match="ended"):
        open_session(store, claims[0], login)
    assert open_session(store, claims[1], login).principal.person == "anna"
    assert list(run_view(store, "logins", Query(), anna)["login"]) == [session_key(claims[1])]
    with pytest.raises(InputRefusedError, match="ended already"):
        run_action(store, "end_sessions", lost, anna)


def test_a_login_to_which_nothing_is_open_leaves_no_record(store: Store) -> None:
    login, head = Login(*SETTINGS.values()), store.ledger.head
    note_login(store, open_session(store, claims_of("person.x") | {"email": "ben@example.org"}, login), login, "")
    assert store.ledger.head == head


@pytest.mark.parametrize(
    ("agent", "browser"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("<script>", ""),
    ],
)
def test_browsers_are_called_what_people_call_them(agent: str, browser: str) -> None:
    assert browser_of(agent) == browser


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"person": "nobody", "roles": ["manager"]}, "person"),
        ({"person": "gone", "roles": ["manager"]}, "person"),
        ({"person": "anna", "roles": ["manager"], "processes": ["none"]}, "processes"),
        ({"person": "anna", "roles": ["manager"], "teams": ["none"]}, "teams"),
    ],
)
def test_a_grant_names_what_is_registered(store: Store, values: dict, field: str) -> None:
    head = store.ledger.head
    with pytest.raises(InputRefusedError) as refused:
        run_action(store, "grant_access", NewGrant(**values, reason="r"), TEST)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert refused.value.problems[0].sentence.render("de") != refused.value.problems[0].sentence.render("en")
    assert store.ledger.head == head


def test_a_leaver_can_lose_what_was_granted(store: Store) -> None:
    done = run_action(store, "grant_access", NewGrant(person="gone", reason="left"), TEST)
    assert done == "gone has no role, so nothing is open to them"


def test_the_command_line_grants_and_names_who_acts(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    registered(tmp_path).close()
    home = ["--home", str(tmp_path / "home")]
    assert main(["access", "grant", "anna", "admin", "manager", "--reason", "first", *home]) == 0
    assert main(["access", "grant", "anna", "--reason", "myself", "--as", "anna", *home]) == 2
    assert "your own access" in capsys.readouterr().err
    assert main(["token", "create", "mine", "--scope", "read", "--person", "ben", *home]) == 0
    assert main(["access", "grant", "ben", "manager", "--reason", "by anna", "--as", "anna", *home]) == 0
    capsys.readouterr()
    assert main(["show", "access", "--format", "csv", *home]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("anna,Anna,manager admin,")
    assert lines[2].startswith("ben,Ben,manager,")
    assert " as anna," in lines[2]


def test_a_file_of_roles_is_read_and_its_faults_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_login_rules() == LoginRules()
    path = tmp_path / "roles.yaml"
    path.write_text("claimed_roles: [{claim: groups, value: '7', role: boss}]\nperson: x\n", encoding="utf-8")
    monkeypatch.setenv(SETTING, str(path))
    with pytest.raises(InputRefusedError) as refused:
        load_login_rules()
    assert [problem.field for problem in refused.value.problems] == ["claimed_roles[0].role", "person"]
    assert main(["check", str(path)]) == 2
    path.write_text("person_claim: staff\nclaimed_roles: [{claim: g, value: '7', role: admin}]\n", encoding="utf-8")
    assert load_login_rules().claimed_roles[0].role == "admin"
    assert main(["check", str(path)]) == 0
