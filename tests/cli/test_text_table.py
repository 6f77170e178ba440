import re

import pytest
from hypothesis import given, strategies as st
from rich.cells import cell_len

from dashboard.cli.text_table import ABSENT, cell_text, fold, text_table, width

TEXTS = st.text(st.sampled_from("ab z09é中️\u0301\t\n\x1b –"), max_size=30)
CELLS = st.one_of(st.none(), TEXTS, st.integers(-999, 9999), st.floats(allow_nan=False, allow_infinity=False))


@given(st.lists(st.fixed_dictionaries({"one": CELLS, "two": CELLS}), min_size=1, max_size=6), st.integers(10, 90))
def test_lines_fit_and_no_word_is_lost(records, room):
    shown = text_table(records, ["one", "two"], room)
    assert all(width(line) <= room for line in shown.splitlines())
    assert all(line == line.rstrip() for line in shown.splitlines())
    wanted = "".join(cell_text(value) for record in records for value in record.values())
    gone = re.compile(r"[\s─]")
    assert sorted(gone.sub("", shown)) == sorted(gone.sub("", "one" + "two" + wanted))


@given(TEXTS.filter(str.isprintable), st.integers(2, 12))
def test_a_text_is_folded_into_pieces_that_fit(text, most):
    pieces = list(fold(text, most))
    assert all(width(piece) <= most for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("text", ["", "abc", "Zürich", "中文 x", "e\u0301", "ＡＢ", "–"])
def test_a_text_is_as_wide_as_a_terminal_shows_it(text):
    assert width(text) == cell_len(text)


def test_a_table_has_numbers_to_the_right_and_folds_the_widest_column():
    records = [
        {"model": "claims", "risk": 12, "share": 0.123456, "reason": "too many cases of it"},
        {"model": "offers", "risk": None, "share": 2.0, "reason": "calm"},
    ]
    assert text_table(records, ["model", "risk", "share", "reason"], 45).splitlines() == [
        "",
        " model    risk     share   reason",
        " " + 44 * "─",
        " claims     12   0.12346   too many cases of",
        "                           it",
        f" offers      {ABSENT}         2   calm",
    ]


def test_what_a_terminal_would_obey_is_not_written():
    assert cell_text("\x1b[2Jgone\a\nnext") == " [2Jgone  next"
