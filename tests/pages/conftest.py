"""Run the dashboard on the gallery: every page in every state and both languages, without a browser."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard.access.principal import Principal
from dashboard.store.engine.shared_stores import release_store
from dashboard.ui.session import data, lineage, reader
from tests.gallery import gallery
from tests.pages.made_lineage import MadeLineage, flights

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]
Switches = Callable[[], list[tuple[str, str | None]]]
Sent = list[tuple[str, dict[str, Any]]]


@pytest.fixture(scope="session", autouse=True)
def _scan_components_once() -> Iterator[None]:
    """Every new AppTest reads the metadata of all installed packages; once is enough."""
    once = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a page of the gallery asks the store itself, it asks an empty one of this process, never data/home."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("gallery") / "home"
        patch.setenv("DASHBOARD_HOME", str(home))
        yield
        release_store(home)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page in a state of the gallery; further words stand in the address."""

    def run(page: str, state: str = "alarming", **address: str) -> AppTest:
        shown = gallery(state)
        monkeypatch.setattr(data, "read", shown.read)
        monkeypatch.setattr(data, "models", lambda: shown.models)
        monkeypatch.setattr(data, "card", shown.cards.__getitem__)
        monkeypatch.setattr(data, "organisation", lambda: shown.organisation)
        made = MadeLineage() if state == "empty" else flights()
        monkeypatch.setattr(lineage, "opened", lambda day: made)
        monkeypatch.setattr(data, "judged_behind", lambda: 0)
        monkeypatch.setattr(data, "judge_past", lambda progress: None)
        monkeypatch.setattr(reader, "players", lambda: {"anna.keller": "Anna Keller"})
        monkeypatch.setattr(reader, "exposure", lambda: reader.Exposure("127.0.0.1", None, everybody=False))
        app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=600)
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        return app if page == "desk" else app.switch_page(f"../pages/{page}.py").run()

    return run


@pytest.fixture
def switches(monkeypatch: pytest.MonkeyPatch) -> Switches:
    """From its call on, note where clicks lead, as page and model, instead of going there: AppTest cannot."""

    def begin() -> list[tuple[str, str | None]]:
        gone: list[tuple[str, str | None]] = []
        monkeypatch.setattr(
            "streamlit.switch_page",
            lambda page, query_params: gone.append((Path(page).stem, query_params.get("model"))),
        )
        return gone

    return begin


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What forms send and buttons begin from now on, as action and values; nothing of it is done."""
    found: Sent = []
    monkeypatch.setattr(data, "act", recorder(found))
    monkeypatch.setattr(data, "start", recorder(found))
    return found


def recorder(sent: Sent) -> Callable[[str, dict[str, Any]], str]:
    """What stands in for doing: it keeps what a form sends; that somebody looked at a page is no form."""

    def act(action: str, values: dict[str, Any]) -> str:
        if action != "record_look":
            sent.append((action, dict(values)))
        return "done"

    return act


def reads_as(patch: pytest.MonkeyPatch, who: Principal) -> None:
    """From now on, pages are read by somebody."""
    patch.setattr(reader, "reader", lambda: who)


def confirm(app: AppTest) -> AppTest:
    """Answer the dialog before something is done that cannot be undone."""
    return app.button(key="confirm_asked").click().run()


def texts(app: AppTest) -> str:
    """Everything that stands on the page as text."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.warning, app.info, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)
