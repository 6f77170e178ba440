"""Downloads: no text is a formula, every text can be had back, numbers stay, and nobody gets somebody else's."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from playwright.sync_api import Browser
from streamlit.runtime.memory_media_file_storage import _calculate_file_id

from dashboard.cli.printing import printed
from dashboard.schema.formulas import guarded, unguarded
from dashboard.ui.widgets.downloads import own_kind
from dashboard.ui.widgets.tables import safe_csv
from tests.browser.conftest import ROOT
from tests.hostile.corpus import FORMULAS, SCRIPTS, SQL

SIGNS = set("=+-@\uff1d\uff0b\uff0d\uff20\u2212")
BLANK = set(' \t\r\n\u00a0\u3000\u200b\ufeff\x0b\x00"')
TEXTS = [
    text for text in (*FORMULAS, *SCRIPTS, *SQL, "Zürich", "a; b", "a-b", "1.5", "2024-01-01") if "\x00" not in text
]
NUMBERS = pd.DataFrame({
    "value": [-1.5, 2.0, -0.0, 1e-300, -1e300], "count": [-1, 0, 1, 2**62, -(2**62)],
    "day": pd.to_datetime(["2013-04-21", "1999-01-01", None, "2024-02-29", "2024-03-01"]),
    "mixed": pd.Series([-1, -2.5, None, 3, -4], dtype=object),
})  # fmt: skip


def runs(cell: str) -> bool:
    """Whether a spreadsheet could take a cell, or a part that it splits off, for a formula."""
    for part in [cell, *cell.replace("\t", ";").replace("\r", ";").replace("\n", ";").split(";")]:
        rest = part.lstrip("".join(BLANK))
        if rest and rest[0] in SIGNS:
            return True
    return False


def test_there_are_forty_starts_that_run() -> None:
    assert len({text for text in FORMULAS if runs(text)}) >= 40


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_runs_nowhere_and_comes_back(text: str) -> None:
    frame = pd.DataFrame({text: [text, "x", None], "number": [-1.5, 2, 3]})
    content = safe_csv(frame)
    (cell, *_), *_ = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    assert not runs(cell)
    assert unguarded(cell) == text
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype={0: str}, keep_default_na=False)
    assert [unguarded(str(value)) for value in read.iloc[:2, 0]] == [text, "x"]
    assert unguarded(str(read.columns[0])) == text
    assert list(read["number"]) == [-1.5, 2, 3]


def test_duckdb_reads_the_same_texts(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(safe_csv(pd.DataFrame({"text": TEXTS, "place": range(len(TEXTS))})))
    reading = "SELECT text FROM read_csv(?, header = true, columns = {text: 'VARCHAR', place: 'BIGINT'}, quote = '\"')"
    found = duckdb.connect().execute(f"{reading} ORDER BY place", [str(tmp_path / "t.csv")]).fetchall()
    assert [unguarded(text or "") for (text,) in found] == TEXTS


def test_numbers_and_dates_are_written_as_ever() -> None:
    plain = NUMBERS.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
    assert safe_csv(NUMBERS) == plain
    assert b"-1.5,-1,2013-04-21,-1\r\n" in plain


def test_the_command_line_guards_the_same() -> None:
    frame = pd.DataFrame({"text": ["=1+1", "plain", None], "value": [-1.5, 2.0, float("nan")]})
    assert printed(frame, "csv") == "text,value\n'=1+1,-1.5\nplain,2.0\n,"
    assert json.loads(printed(frame, "json"))[0] == {"text": "=1+1", "value": -1.5}


@given(st.text(alphabet=st.sampled_from("=+-@'\";,\t\r\n \u00a0\u200b\uff1dax1"), max_size=12))
def test_any_text_runs_nowhere_and_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not runs(guarded(text))


def exports(who: str) -> bytes:
    """3 MB that differ between two readers in the middle of the first half alone."""
    content = bytearray(b"x" * 3_000_000)
    content[700_000:700_001] = who.encode()
    return bytes(content)


def test_two_long_exports_have_one_address_without_their_own_kind() -> None:
    one, other = exports("a"), exports("b")
    assert _calculate_file_id(one, "text/csv", "t.csv") == _calculate_file_id(other, "text/csv", "t.csv")
    kinds = {_calculate_file_id(one, own_kind("text/csv"), "t.csv") for _ in range(100)}
    assert len(kinds) == 100


APP = """
import streamlit as st
from dashboard.ui.widgets.downloads import offer
from tests.hostile.test_exports import exports

who = st.query_params["who"]
st.title(who)
offer("Save", lambda: exports(who), "same.csv", "text/csv", "save")
"""


@pytest.fixture
def two_readers(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["run", str(tmp_path / "app.py"), "--server.port", str(port), "--server.address", "127.0.0.1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "streamlit", *words]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            wait(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait(address: str) -> None:
    until = time.monotonic() + 600
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=300).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not start")


@pytest.mark.chromium
def test_two_readers_get_their_own_long_exports(chromium: Browser, two_readers: str) -> None:
    got: dict[str, bytes] = {}
    save: list[Callable[[], None]] = []
    for who in ("a", "b"):
        page = chromium.new_context().new_page()
        page.goto(f"{two_readers}/?who={who}")
        page.get_by_role("button", name="Save").wait_for(timeout=180_000)

        def press(page=page, who=who) -> None:
            with page.expect_download(timeout=180_000) as download:
                page.get_by_role("button", name="Save").click()
            got[who] = Path(download.value.path()).read_bytes()
            assert download.value.suggested_filename == "same.csv"

        save.append(press)
    for press in save:
        press()
    assert got == {"a": exports("a"), "b": exports("b")}
