"""Downloads that no spreadsheet runs, and badges that do without colour."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pandas as pd
import pytest

from dashboard.store.audit.chain import Head
from dashboard.ui.widgets import badges, exports, tables
from dashboard.ui.widgets.badges import STATUS_SIGNS, escaped, status_text
from dashboard.ui.widgets.tables import readable, safe_csv


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_would_run_is_quoted(text: str) -> None:
    read = pd.read_csv(io.BytesIO(safe_csv(pd.DataFrame({"name": [text]}))), encoding="utf-8-sig")
    assert str(read["name"][0]).startswith("'")


def test_numbers_dates_and_harmless_text_stay() -> None:
    frame = pd.DataFrame({"value": [-1.5, 2.0], "day": pd.to_datetime(["2013-04-21", None]), "name": ["Zürich", None]})
    read = safe_csv(frame).decode("utf-8-sig").splitlines()
    assert read == ["value,day,name", "-1.5,2013-04-21,Zürich", "2.0,,"]


def test_short_lists_write_values_by_their_kind_and_leave_out_empty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(tables.st, "markdown", drawn.append)
    monkeypatch.setattr(tables, "download", lambda *_: None)
    frame = pd.DataFrame(
        {
            "at": ["2024-06-30T22:30:00Z", None],
            "until": [None, None],
            "since": ["2024-06-30", None],
            "share": [0.125, None],
            "likelihood": [3, None],
            "status": ["ok", "unknown"],
            "reason": ["*fine*\n| so", None],
        }
    )
    tables.list_of(frame, "sign-offs", "key")
    assert drawn[0].splitlines() == [
        "| At (UTC) | Since | Share of all models | Likelihood | Reason |",
        "| :-- | :-- | :-- | :-- | :-- |",
        f"| 30 Jun 2024 | 30 Jun 2024 | 12\\.5% | {badges.badge('ok')} 3 | \\*fine\\* \\| so |",
        f"| – | – | – | {badges.badge('unknown')} – | – |",
    ]


def test_an_export_ends_with_the_head_of_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    head = Head(7, "ab" * 32)
    monkeypatch.setattr(exports, "open_home", lambda: SimpleNamespace(ledger=SimpleNamespace(head=head)))
    monkeypatch.setattr(exports.as_of, "day", lambda: None)
    footer = exports.footer()
    assert footer.startswith("# Exported at ")
    assert footer.endswith(f"last entry of the chain: 7:{'ab' * 32}")
    made = safe_csv(pd.DataFrame({"name": ["a, b"], "n": [1]}), footer)
    assert made.decode("utf-8-sig").splitlines()[-1] == footer
    read = pd.read_csv(io.BytesIO(made), encoding="utf-8-sig", comment="#")
    assert read.to_dict("list") == {"name": ["a, b"], "n": [1]}


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


def test_money_is_written_without_digits_that_mean_nothing():
    frame = pd.DataFrame({"promised": [12_345.678, 0.4567, None], "currency": ["EUR", "EUR", "EUR"]})
    shown, _ = readable(frame, "value")
    assert list(shown["promised"].head(2)) == [12_346, 0.46]
    assert shown["promised"].isna().iloc[2]
