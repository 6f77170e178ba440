"""Long lists on a page: what is sent is one page of rows and few options, whatever there is."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.widgets.narrowing import OFFERED, PAGE_ROWS, holding


def long_table() -> None:
    import pandas as pd

    from dashboard.ui.widgets.tables import table

    names = [f"model {number}" for number in range(250)]
    table(pd.DataFrame({"name": names, "predictions": range(250)}), "models", "many", "Models")


def long_picker() -> None:
    import streamlit as st

    from dashboard.ui.widgets import filters

    names = {f"m{number}": f"Name {number:03d}" for number in range(250)}
    st.write(filters.pick_one("thing", "Thing", list(names), names.__getitem__))


@pytest.fixture
def shown_table() -> AppTest:
    return AppTest.from_function(long_table, default_timeout=600).run()


def names_of(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["name"])


def test_one_page_of_a_long_table_is_sent(shown_table: AppTest) -> None:
    assert names_of(shown_table) == [f"model {number}" for number in range(PAGE_ROWS)]
    assert [caption.value for caption in shown_table.caption] == ["Rows 1 to 100 of 250"]
    shown_table.session_state["page_many"] = 3
    assert names_of(shown_table.run()) == [f"model {number}" for number in range(200, 250)]


def test_the_pages_of_a_table_are_drawn_without_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.elements.lib import policies

    warned: list[object] = []
    # Outside of a server nothing is warned of.
    monkeypatch.setattr(policies.runtime, "exists", lambda: True)
    monkeypatch.setattr(policies, "_shown_default_value_warning", False)
    monkeypatch.setattr(policies._LOGGER, "warning", lambda _, key, stack_info: warned.append(key))
    app = AppTest.from_function(long_table, default_timeout=600).run()
    app.text_input(key="find_in_many").set_value("model 24").run()
    assert warned == []
    assert not app.exception


def test_all_rows_are_searched_and_a_page_too_far_is_the_last(shown_table: AppTest) -> None:
    shown_table.session_state["page_many"] = 3
    shown_table.run().text_input(key="find_in_many").set_value("MODEL 24").run()
    assert names_of(shown_table) == ["model 24", *(f"model {number}" for number in range(240, 250))]


def test_the_download_holds_all_rows(shown_table: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.ui.widgets import tables

    lengths: list[int] = []
    monkeypatch.setattr(tables, "download", lambda frame, name: lengths.append(len(frame)))
    shown_table.run()
    assert lengths == [250]


def test_a_picker_offers_few_options_and_always_the_picked_one() -> None:
    app = AppTest.from_function(long_picker, default_timeout=600)
    app.query_params["thing"] = "m249"
    app.run()
    assert len(app.selectbox(key="pick_thing").options) == OFFERED + 1
    assert app.selectbox(key="pick_thing").value == "m249"
    app.text_input(key="find_thing").set_value("name 12").run()
    assert set(app.selectbox(key="pick_thing").options) == {
        "Name 249",
        *(f"Name {number}" for number in range(120, 130)),
    }


def test_numbers_are_not_searched() -> None:
    frame = pd.DataFrame({"name": ["One", None], "n": [11, 1]})
    assert list(holding(frame, "one").index) == [0]
    assert holding(frame, "11").empty
    assert len(holding(frame, "")) == 2
