"""The audit trail filtered by subject, person and action."""

from __future__ import annotations

import pytest

from dashboard.store.audit.chain import Head
from dashboard.ui.panels.audit import coverage
from tests.pages.conftest import Open


@pytest.mark.parametrize(
    ("word", "value", "rows"), [("subject", "calm", 1), ("actor", "anna|pipeline", 2), ("action", "begin_chain", 1)]
)
def test_filters_of_the_address_choose_the_entries(open_page: Open, word: str, value: str, rows: int) -> None:
    app = open_page("audit", "healthy", **{word: value})
    assert len(app.dataframe[0].value) == rows
    assert len(open_page("audit", "healthy").dataframe[0].value) == 3


@pytest.mark.parametrize(("kind", "rows"), [("all", 5), ("refused", 2), ("nonsense", 3)])
def test_what_was_refused_is_shown_where_it_is_asked_for(open_page: Open, kind: str, rows: int) -> None:
    app = open_page("audit", "healthy", refused=kind)
    table = app.dataframe[0].value
    assert len(table) == rows
    told = list(table["changed"])
    newest = "was refused: You build this model"
    often = "was refused: This is open to other roles only: manager; at least 64 times within the hour"
    assert [line for line in told if "refused" in line] == ([newest, often] if rows != 3 else [])
    assert list(table["at"]) == sorted(table["at"], reverse=True)
    assert ("was refused to Anna Keller" in " ".join(one.value for one in app.markdown)) == (rows != 3)


def test_names_of_the_refused_can_be_chosen(open_page: Open) -> None:
    app = open_page("audit", "healthy", refused="all", actor="token:pipeline")
    assert list(app.dataframe[0].value["action"]) == ["Refused: Figures updated"]


@pytest.mark.parametrize(
    ("language", "title", "found"),
    [
        ("en", "What verification covers", "Figures, statuses and importances: each has its hash"),
        ("de", "Was die Prüfung abdeckt", "Zahlen, Status und Wichtigkeiten: Ihr Hash steht im Eintrag"),
    ],
)
def test_the_page_says_what_verification_covers_and_shows_the_head(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, language: str, title: str, found: str
) -> None:
    monkeypatch.setattr(coverage, "head", lambda: Head(7, "ab" * 32))
    app = open_page("audit", "healthy", lang=language)
    assert title in [one.value for one in app.subheader]
    assert found in " ".join(one.value for one in app.markdown)
    assert f"7:{'ab' * 32}" in [one.value for one in app.code]
    assert coverage.file_name() == f"audit-head-7-{'ab' * 8}"
