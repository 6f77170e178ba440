"""Downloads that no spreadsheet runs, and badges that do without colour."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from dashboard.ui.widgets import badges, tables
from dashboard.ui.widgets.badges import STATUS_SIGNS, escaped, status_text
from dashboard.ui.widgets.tables import safe_csv


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_would_run_is_quoted(text: str) -> None:
    read = pd.read_csv(io.BytesIO(safe_csv(pd.DataFrame({"name": [text]}))), encoding="utf-8-sig")
    assert str(read["name"][0]).startswith("'")


def test_numbers_dates_and_harmless_text_stay() -> None:
    frame = pd.DataFrame({"value": [-1.5, 2.0], "day": pd.to_datetime(["2013-04-21", None]), "name": ["Zürich", None]})
    read = safe_csv(frame).decode("utf-8-sig").splitlines()
    assert read == ["value,day,name", "-1.5,2013-04-21,Zürich", "2.0,,"]


def test_short_lists_write_values_by_their_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[pd.DataFrame] = []
    monkeypatch.setattr(tables.st, "table", lambda shown, **_: drawn.append(shown))
    monkeypatch.setattr(tables, "download", lambda *_: None)
    frame = pd.DataFrame(
        {
            "at": ["2024-06-30T22:30:00Z", None],
            "since": ["2024-06-30", None],
            "share": [0.125, None],
            "likelihood": [3, None],
            "status": ["ok", "unknown"],
            "reason": ["*fine*", None],
        }
    )
    tables.list_of(frame, "sign-offs", "key", "alt")
    assert drawn[0].to_dict("list") == {
        "At (UTC)": ["30 Jun 2024", "–"],
        "Since": ["30 Jun 2024", "–"],
        "Share of all models": ["12\\.5%", "–"],
        "Likelihood": ["3", "–"],
        "Status": [badges.badge("ok"), badges.badge("unknown")],
        "Reason": ["\\*fine\\*", "–"],
    }


def test_a_column_name_is_guarded_too() -> None:
    assert safe_csv(pd.DataFrame({"=x": [1]})).decode("utf-8-sig").startswith("'=x")


def test_every_status_has_a_word_and_a_sign_of_its_own() -> None:
    assert len(set(STATUS_SIGNS.values())) == len(STATUS_SIGNS) == 4
    assert status_text("unknown", "de") == "○ Unbekannt"


def test_text_of_people_is_no_markup() -> None:
    assert escaped("[a](http://x) **b** :red[c] $d$ `e` <f>") == (
        "\\[a\\](http\\:\u2060//x) \\*\\*b\\*\\* \\:red\\[c\\] \\$d\\$ \\`e\\` \\<f\\>"
    )
    assert escaped("- a\n1. b\n    c & www.x.org !") == "\\- a\n1\\. b\nc \\& www\u2060.x.org \\!"
    assert escaped("-1.5") == "\\-1.5"
