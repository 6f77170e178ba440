"""Models that a person is not shown do not exist for them: in no view, no action, no page, and no cached frame."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access.principal import Principal, operator
from dashboard.actions.comments import Comment
from dashboard.actions.ingest import Delivery
from dashboard.actions.register import Files
from dashboard.actions.registry import ACTIONS, Payload, named_models, run_action
from dashboard.cli.printing import printed
from dashboard.errors import NotFoundError
from dashboard.store.engine import clock
from dashboard.store.engine.database import Store
from dashboard.ui.session import data, reader
from dashboard.ui.session.page_registry import find_pages
from dashboard.views import registry
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, View, run_view
from tests.access.world import HIDDEN_CARD, PART, SETTINGS, World, claims_of, tried, world_in
from tests.architecture.tree import ROOT
from tests.examples import CASES, RUN, with_example

HIDDEN = "zebra"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world_in(tmp_path_factory.mktemp("visibility")) as made:
        yield made


def shown(name: str) -> str:
    """What a view prints to the person who sees one model."""
    try:
        return printed(data.read(name, Query()), "json").lower()
    except NotFoundError:
        return ""


def hidden_payload(payload: Payload) -> Payload | None:
    """The example of an action about the hidden model; None where it names no model."""
    if not named_models(payload):
        return None
    return payload.model_copy(update={"model": HIDDEN} if hasattr(payload, "model") else {"models": (HIDDEN,)})


def leaks(world: World) -> list[str]:
    """Every view and action that knows the hidden model for a person who must not."""
    world.patch.setattr(reader, "claims", lambda: claims_of(PART))
    found = []
    for name, view in VIEWS.all().items():
        if view.model in ("optional", "none") and HIDDEN in shown(name):
            found.append(f"view {name} shows it")
        if view.model != "none":
            query = Query(model=HIDDEN, feature="amount")
            answer = tried(lambda name=name, query=query: world.page_read(PART, name, query))
            found += [] if answer.startswith("NotFoundError") else [f"view {name} answers about it: {answer}"]
    for name in with_example():
        action = ACTIONS.get(name)
        payload = hidden_payload(world.example(name).payload)
        if payload is not None:
            before = world.counts()
            answer = tried(lambda action=action, payload=payload: world.page_act(PART, action, payload))
            found += [] if answer.startswith("NotFoundError") else [f"action {name} acts on it: {answer}"]
            found += ["it wrote"] if world.counts() != before else []
    return found


def test_neither_views_nor_actions_know_it(world: World) -> None:
    assert leaks(world) == []


def test_files_about_it_are_refused(world: World) -> None:
    card = world.folder / "changed.yaml"
    card.write_text(f"{HIDDEN_CARD}summary: Mine now.\n", encoding="utf-8")
    before = world.counts()
    for name, path in (("register", card), ("ingest_events", world.folder / "zebra.jsonl")):
        unknown = world.folder / f"unknown{path.suffix}"
        unknown.write_text(path.read_text(encoding="utf-8").replace("zebra", "yeti"), encoding="utf-8")
        answers = [world.page_act(PART, ACTIONS.get(name), Files(files=(one,))) for one in (path, unknown)]
        assert answers[0].startswith("InputRefusedError"), answers
        assert answers[0].replace(str(path), str(unknown)).replace("zebra", "yeti") == answers[1]
    rows = Delivery(model=HIDDEN, files=(world.folder / "zebra.parquet",))
    assert world.http_act(world.as_person(PART), ACTIONS.get("ingest_predictions"), rows).startswith("404")
    assert world.command(PART, ["show", "status", HIDDEN]) == "denied"
    assert world.counts() == before


def test_monitoring_everything_means_everything_that_is_seen(world: World) -> None:
    runs = "SELECT DISTINCT model_id FROM monitor_runs WHERE actor = ?"
    assert world.page_act(PART, ACTIONS.get("monitor"), ACTIONS.get("monitor").payload()) == "done"
    with world.store.cursor() as cursor:
        assert HIDDEN not in {row[0] for row in cursor.execute(runs, [f"login:{PART}"]).fetchall()}


def test_cards_processes_and_cached_frames_are_each_readers_own(world: World) -> None:
    world.patch.setattr(reader, "claims", lambda: claims_of("person.a"))
    # Another test of this world may have registered one more.
    assert set(data.models()) - {"yak"} == {"claims", "seen", HIDDEN}
    everything = data.read("models", Query())
    world.patch.setattr(reader, "claims", lambda: claims_of(PART))
    assert set(data.models()) == {"seen"}
    assert list(data.read("models", Query())["model"]) == ["seen"]
    assert set(data.organisation().processes) == {"desk"}
    assert set(everything["model"]) >= {"claims", "seen", HIDDEN}
    world.patch.setattr(reader, "claims", lambda: claims_of("person.gone"))
    assert data.models() == {}
    assert data.organisation().people == {}


def test_cached_frames_end_with_the_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(store: Store, name: str, query: Query, reader: Principal) -> pd.DataFrame:
        asked.append(name)
        return run_view(store, name, query, reader)

    monkeypatch.setattr(registry, "run_view", counted)
    world.patch.setattr(reader, "claims", lambda: claims_of("person.a"))
    for moment in ("2031-05-01T18:20:00", "2031-05-01T18:29:59", "2031-05-01T18:30:00"):
        monkeypatch.setattr(clock, "now", lambda moment=moment: datetime.fromisoformat(moment).replace(tzinfo=UTC))
        data.read("tokens", Query())
    # Half past six in London is midnight in Delhi.
    assert asked == ["tokens", "tokens"]


@pytest.mark.parametrize("page", [path.stem for path, _ in find_pages()])
def test_no_page_knows_it(world: World, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name)
    monkeypatch.setattr(reader, "exposure", lambda: reader.Exposure("127.0.0.1", None, everybody=False))
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=600)
    app.query_params["as"] = PART
    app.query_params["model"] = HIDDEN
    app.run()
    app = app if page == "overview" else app.switch_page(str(Path("..") / "pages" / f"{page}.py")).run()
    assert not app.exception
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.warning, app.info, app.error)
    text = " ".join(str(element.value) for kind in kinds for element in kind)
    frames = " ".join(json.dumps(frame.value.to_dict("list"), default=str) for frame in app.dataframe)
    options = " ".join(str(box.options) for box in (*app.selectbox, *app.multiselect))
    assert HIDDEN not in f"{text} {frames} {options}".lower()


# A second hidden model that touches everything: the people of the one that is seen, with a lineage event.
YAK_CARD = f"""{HIDDEN_CARD.replace("zebra", "yak").replace("Zebra", "Yak")}status: production
roles: {{accountable_executive: [person.b, {PART}], data_scientist: [person.d], deputy: [person.e]}}
risks: {{outage: {{likelihood: 5, impact: 5}}}}
"""


def queries_of(view: View) -> dict[str, Query]:
    """What can be asked of a view, over all models and about the one that is seen."""
    if view.model == "node":
        return {} if view.name == "provenance" else {"seen": Query(node="model:seen")}
    if view.name in CASES:
        return {}
    over_all = {} if view.model == "required" else {"": Query()}
    return over_all if view.model == "none" else over_all | {"seen": Query(model="seen", feature="amount")}


def answers_of(world: World) -> dict[str, str]:
    """What every view answers to the person who sees one model, over all and about that model."""
    world.patch.setattr(reader, "claims", lambda: claims_of(PART))
    found = {}
    for name, view in VIEWS.all().items():
        for about, query in queries_of(view).items():
            found[f"{name} {about}"] = printed(data.read(name, query), "json")
    return found


def test_a_model_that_is_not_seen_changes_no_answer(world: World) -> None:
    roles = [
        {"kind": "role", "model": "seen", "at": "2024-01-01", "role": "accountable_executive", "person": "person.b"}
    ]
    roles.append({**roles[0], "role": "data_scientist", "person": "person.d"})
    (world.folder / "seen.jsonl").write_text("".join(json.dumps(one) + "\n" for one in roles), encoding="utf-8")
    run_action(world.store, "ingest_events", Files(files=(world.folder / "seen.jsonl",)), operator("test"))
    before = answers_of(world)
    (world.folder / "yak.yaml").write_text(YAK_CARD, encoding="utf-8")
    run = RUN | {"job": {"namespace": "nightly", "name": "score/yak"}, "eventTime": "2024-03-02T10:00:00Z"}
    (world.folder / "yak.jsonl").write_text(json.dumps(run) + "\n", encoding="utf-8")
    run_action(world.store, "register", Files(files=(world.folder / "yak.yaml",)), operator("test"))
    run_action(world.store, "ingest_lineage", Files(files=(world.folder / "yak.jsonl",)), operator("test"))
    run_action(world.store, "comment", Comment(model="yak", text="Seen by few."), operator("test"))
    after = answers_of(world)
    assert [name for name in before if before[name] != after[name]] == []


def test_who_builds_models_imports_no_decisions_of_others(world: World) -> None:
    common = {"model": "claims", "at": "2024-03-05", "person": "person.b"}
    events = (
        {"kind": "sign_off", "step": "deployment", "decision": "approve"},
        {"kind": "risk", "risk": "outage", "likelihood": 1, "impact": 1},
        {"kind": "role", "role": "accountable_executive"},
    )
    before = world.counts()
    for number, event in enumerate(events):
        path = world.folder / f"forged-{number}.jsonl"
        path.write_text(json.dumps({**common, **event}) + "\n", encoding="utf-8")
        payload, action = Files(files=(path,)), ACTIONS.get("ingest_events")
        assert world.page_act("person.d", action, payload) == "denied"
        assert world.http_act(world.token("person.d"), action, payload) == "denied"
    assert world.counts() == before
    assert world.page_act("person.a", ACTIONS.get("ingest_events"), payload) == "done"
