"""What was imported is known as such wherever it counts, and stands whole in the record of the import."""

from __future__ import annotations

import json
from pathlib import Path

from dashboard.access.principal import Principal, operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.actions.roles import Assignment
from dashboard.actions.tokens import NewToken
from dashboard.store.audit.chain import list_entries
from dashboard.store.engine.database import Store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import BINARY_CARD

ROLE = {"kind": "role", "model": "claims", "at": "2024-01-01", "role": "domain_expert", "person": "ben"}
RATED = {"kind": "risk", "model": "claims", "at": "2024-02-01", "risk": "outage", "likelihood": 1, "impact": 2}
SIGNED = {"kind": "sign_off", "model": "claims", "at": "2024-02-01", "step": "data", "person": "ben"}
HISTORY = (ROLE, {**RATED, "person": "anna.keller"}, {**SIGNED, "decision": "approve", "reason": "Read."})


def load(store: Store, folder: Path) -> None:
    (folder / "history.jsonl").write_text("".join(json.dumps(one) + "\n" for one in HISTORY), encoding="utf-8")
    run_action(store, "ingest_events", Files(files=(folder / "history.jsonl",)), operator("cli:root"))


def test_views_name_who_imported(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path)
    run_action(
        store, "assign_role", Assignment(model="claims", role="deputy", person="anna.keller", reason="here"),
        Principal("login:max", "max", frozenset({"manager"})),
    )  # fmt: skip
    asked = {view: run_view(store, view, Query(model="claims"), operator("test")) for view in
             ("people", "risk", "risk-history", "risk-record", "sign-offs")}  # fmt: skip
    people = asked["people"].set_index("role")["imported_by"]
    assert (people["domain_expert"], people["deputy"]) == ("cli:root", None)
    for view, column, value in (
        ("risk", "risk", "outage"),
        ("risk-history", "risk", "outage"),
        ("risk-record", "risk", "outage"),
    ):
        rows = asked[view]
        assert list(rows.loc[rows[column] == value, "imported_by"]) == ["cli:root"]
    signed = asked["sign-offs"]
    assert list(signed.loc[signed["person"] == "ben", "imported_by"]) == ["cli:root"]


def test_the_record_tells_each_decision_whole(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path)
    told = json.loads(list_entries(store)[-1].after)["claims"]
    assert told["events_added"] == {"role": 1, "risk": 1, "sign_off": 1}
    assert [one["kind"] for one in told["imported"]] == ["role", "risk", "sign_off"]
    for one, event in zip(told["imported"], HISTORY, strict=True):
        assert {name: one[name] for name in event if name != "model"} == {
            name: value for name, value in event.items() if name != "model"
        }


def test_what_a_token_does_leads_to_who_made_it(store: Store, tmp_path: Path) -> None:
    run_action(store, "create_token", NewToken(name="feed", scopes=("cards",)), operator("cli:root"))
    (tmp_path / "card.yaml").write_text(f"{BINARY_CARD}summary: Another.\n", encoding="utf-8")
    run_action(store, "register", Files(files=(tmp_path / "card.yaml",)), operator("token:feed"))
    run_action(store, "register", Files(files=(tmp_path / "card.yaml",)), operator("token:unknown"))
    (tmp_path / "card.yaml").write_text(f"{BINARY_CARD}summary: Once more.\n", encoding="utf-8")
    run_action(store, "register", Files(files=(tmp_path / "card.yaml",)), operator("token:unknown"))
    trail = run_view(store, "audit", Query(model="claims"), operator("test"))
    assert list(trail["actor"][:2]) == ["token:unknown", "token:feed"]
    assert list(trail["token_by"][:2]) == [None, "cli:root"]
