"""The audit trail filtered by subject, person and action."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Open


@pytest.mark.parametrize(
    ("word", "value", "rows"), [("subject", "calm", 1), ("actor", "anna|pipeline", 2), ("action", "begin_chain", 1)]
)
def test_filters_of_the_address_choose_the_entries(open_page: Open, word: str, value: str, rows: int) -> None:
    app = open_page("audit", "healthy", **{word: value})
    assert len(app.dataframe[0].value) == rows
    assert len(open_page("audit", "healthy").dataframe[0].value) == 3
