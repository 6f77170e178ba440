"""The minimum rules: kept, broken, or not due, and how the share kept moves over time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.governance.desk.sources.gaps import REMEDIES
from dashboard.governance.gaps.registry import GAP_CHECKS
from dashboard.governance.rules import RULES, check_rules, team_of
from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.registry import area_statuses
from dashboard.store.engine.database import Store, open_store
from dashboard.ui.labels.people import GAPS
from dashboard.ui.session.page_registry import find_pages
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import BINARY_CARD

PEOPLE = """
people: [{id: anna, name: Anna, team: claims, executive: true}, {id: ben, name: Ben, team: sales}]
processes: [{id: triage, name: Triage, owner: ben}]
"""
FULL = BINARY_CARD + "summary: S\nstatus: production\nroles: {accountable_executive: [anna]}\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("rules")
    opened = open_store(folder / "home")
    texts = {
        "people": PEOPLE,
        "full": FULL,
        "bare": BINARY_CARD.replace("id: claims", "id: bare") + "status: production\n",
        "idea": BINARY_CARD.replace("id: claims", "id: idea") + "status: idea\n",
        "retired": BINARY_CARD.replace("id: claims", "id: retired") + "status: retired\n",
    }
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    run_action(opened, "register", Files(files=tuple(folder / f"{name}.yaml" for name in texts)), operator("test"))
    yield opened
    opened.close()


def states(store: Store, model: str) -> dict[str, str]:
    return {kept.rule: kept.state for kept in check_rules(Situation(store), [model])}


def test_rules_and_remedies_rest_on_checks_that_are_there() -> None:
    """A rule over a check that nobody makes would always be kept."""
    checks = set(GAP_CHECKS.all())
    assert {name for rule in RULES for name in rule.gaps} <= checks
    assert set(REMEDIES) == checks == set(GAPS)
    assert {remedy.page for remedy in REMEDIES.values()} <= {page.url_path for _, page in find_pages()}


def test_a_rule_is_broken_by_its_gap_and_kept_without(store: Store) -> None:
    assert states(store, "claims")["executive"] == "kept"
    assert states(store, "bare")["executive"] == "broken"
    assert states(store, "bare")["documents"] == "broken"
    assert states(store, "bare")["versions"] == "broken"


def test_what_is_not_used_owes_less(store: Store) -> None:
    idea = states(store, "idea")
    assert {rule for rule, state in idea.items() if state != "not_due"} == {"executive", "documents"}
    assert set(states(store, "retired").values()) == {"not_due"}


def test_the_team_is_that_of_who_answers(store: Store) -> None:
    assert team_of(Situation(store), "claims") == "claims"
    assert team_of(Situation(store), "bare") is None


def test_the_share_over_time_counts_models_that_were_there(store: Store) -> None:
    frame = run_view(store, "rules-over-time", Query(), operator("test"))
    assert list(frame["share"]) == [kept / due for kept, due in zip(frame["kept"], frame["due"], strict=True)]
    early = run_view(store, "rules-over-time", Query(on=date(1990, 5, 20)), operator("test"))
    assert early.empty
    last = frame[frame["period"] == frame["period"].max()]
    found = [kept for kept in check_rules(Situation(store), Situation(store).cards) if kept.state != "not_due"]
    assert last["due"].sum() == len(found)


def test_rules_are_counted_as_their_rows_say(store: Store) -> None:
    rows = run_view(store, "rules", Query(), operator("test"))
    counts = run_view(store, "rule-counts", Query(), operator("test"))
    by = ["team", "rule", "state"]
    wanted = rows.fillna({"team": ""}).groupby(by).size().to_dict()
    assert counts.fillna({"team": ""}).set_index(by)["models"].to_dict() == wanted
    due = rows[rows["state"] != "not_due"]
    assert due.groupby("rule")["model"].nunique().max() == due["model"].nunique()
    for rule in set(rows["rule"]):
        found = run_view(store, "rules", Query(rule=rule, statuses=("broken",)), operator("test"))
        expected = rows[(rows["rule"] == rule) & (rows["state"] == "broken")].reset_index(drop=True)
        assert found.to_dict("records") == expected.to_dict("records")


def test_the_desk_orders_by_stake_per_minute_after_what_is_overdue(store: Store, tmp_path: Path) -> None:
    frame = run_view(store, "desk", Query(), operator("test"))
    assert set(frame["model"]) >= {"bare"}
    late = list(frame["overdue"].astype(bool))
    assert late == sorted(late, reverse=True)
    for _, part in frame.groupby(frame["overdue"].astype(bool)):
        rates = [points / minutes for points, minutes in zip(part["stake"], part["minutes"], strict=True)]
        assert rates == sorted(rates, reverse=True)
    retired = run_view(store, "desk", Query(model="retired"), operator("test"))
    assert set(retired["kind"]) == {"missing_sign_off"}


def test_a_model_is_there_from_its_first_known_day_for_gaps_and_rules_alike(tmp_path: Path) -> None:
    """A card that dates nothing begins with its registration; a dated fact lets the model begin earlier."""
    store = open_store(tmp_path / "home")
    bare = BINARY_CARD.replace("id: claims", "id: bare") + "status: production\n"
    trained = BINARY_CARD.replace('version: "1"', 'version: "1", trained_at: 2020-03-01T00:00:00Z')
    assert trained != BINARY_CARD
    for name, text in {"bare": bare, "claims": trained + "status: production\n"}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        run_action(store, "register", Files(files=(tmp_path / f"{name}.yaml",)), operator("test"))
    for day, there in ((date(2020, 2, 29), set()), (date(2020, 6, 30), {"claims"}), (None, {"bare", "claims"})):
        for view in ("gaps", "rules"):
            assert set(run_view(store, view, Query(on=day), operator("test"))["model"]) == there
    early = area_statuses(Situation(store, on=date(2020, 2, 29)), "claims")
    assert {verdict.status for verdict in early.values()} == {"unknown"}
    store.close()
