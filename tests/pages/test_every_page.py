"""Each page shows each state in each language without a fault, with its answer first."""

from __future__ import annotations

import json
import re

import pytest

from dashboard.ui.session.page_registry import find_pages
from dashboard.ui.widgets.model_lists import SIMULATED
from dashboard.words import LANGUAGES, translate
from tests.gallery import STATES
from tests.pages.conftest import Open, texts

PAGES = [path.stem for path, _ in find_pages()]
ABOUT_MODELS = [path.stem for path, page in find_pages() if page.url_path not in ("access", "tokens", "sources")]
TABS = [path.stem for path, page in find_pages() if page.is_tab()]
MODEL = "Late departure warning"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("page", PAGES)
def test_page_opens(open_page: Open, page: str, state: str) -> None:
    for language in LANGUAGES:
        app = open_page(page, state, lang=language, model="flight-delay")
        assert not app.exception, app.exception[0].value
        assert not app.error, app.error[0].value
        assert app.title[0].value == _title(page, state, language)


@pytest.mark.parametrize("page", PAGES)
def test_no_heading_is_the_name_of_a_column(open_page: Open, page: str) -> None:
    for language in LANGUAGES:
        app = open_page(page, lang=language, model="flight-delay")
        names = [(name, json.loads(frame.proto.columns)) for frame in app.dataframe for name in frame.value.columns]
        headings = [config.get(name, {}).get("label", name) for name, config in names]
        lists = [text.value.splitlines()[0] for text in app.markdown if str(text.value).startswith("| ")]
        headings += [name.strip().replace("\\", "") for line in lists for name in line.strip("|").split("|")]
        assert [heading for heading in headings if not re.fullmatch(r"[^_]*[A-ZÄÖÜ%][^_]*|\s*", heading)] == []


def _title(page: str, state: str, language: str) -> str:
    """The heading: of a tab the name of the model, else the page's own title."""
    if page in TABS and state != "empty":
        name = MODEL if language == "en" else f"{MODEL} (de)"
        return translate(SIMULATED, language).format(name=name) if state == "simulated" else name
    return translate(next(one.title for path, one in find_pages() if path.stem == page), language)


@pytest.mark.parametrize("page", ABOUT_MODELS)
def test_empty_home_offers_the_demo_and_the_commands(open_page: Open, page: str) -> None:
    app = open_page(page, "empty")
    assert app.button(key="build_demo").label == "Build the demo portfolio"
    assert "python -m dashboard register" in app.code[0].value


@pytest.mark.parametrize("page", [page for page in ABOUT_MODELS if page != "overview"])
def test_simulated_models_are_marked(open_page: Open, page: str) -> None:
    app = open_page(page, "simulated", model="flight-delay")
    frames = [*app.dataframe, *app.table]
    shown = texts(app) + " ".join(str(list(frame.value.to_dict("list").values())) for frame in frames)
    shown += "".join(str(component.proto) for component in app.get("bidi_component"))
    assert "(simulated)" in shown


@pytest.mark.parametrize("page", ["model", "performance", "drift"])
def test_unknown_is_never_told_as_good(open_page: Open, page: str) -> None:
    app = open_page(page, "unknown", model="flight-delay")
    answer = app.container(key="answer").markdown[0].value
    assert ":gray-badge[" in answer
    assert ":green-badge[" not in texts(app)


@pytest.mark.parametrize("page", ["performance", "drift"])
def test_german_charts_have_german_numbers_and_words(open_page: Open, page: str) -> None:
    app = open_page(page, lang="de", model="flight-delay")
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    assert {spec["layout"]["separators"] for spec in specs} == {".’"}
    assert all("Januar" in chart.proto.config for chart in app.get("plotly_chart"))


@pytest.mark.parametrize("page", PAGES)
def test_every_chart_has_its_table_and_download(open_page: Open, page: str) -> None:
    app = open_page(page)
    charts = {chart.proto.id for chart in app.get("plotly_chart")}
    tables = len(app.dataframe)
    assert tables >= len(charts) - 1  # the time line of the drift page is a filter


def test_an_error_for_people_is_shown_as_a_message(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.errors import NotFoundError
    from dashboard.ui.layout import layout as frame

    def fail(*_: object) -> None:
        raise NotFoundError("model 'x' is not known; known are a, b")

    monkeypatch.setattr(frame, "tiles", fail)
    app = open_page("overview")
    assert [error.value for error in app.error] == [
        "What this is about is not there, or no longer; load the page again."
    ]
    assert not app.exception
