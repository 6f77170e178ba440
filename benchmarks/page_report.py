"""The figures of a run as the tables of PAGES.md; what stands below them there is written by hand and stays."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.children import machine
from benchmarks.page_figures import HomeFigures, PageFigures

PAGES = Path(__file__).parent / "PAGES.md"
NOTES = "\n## Notes"
HOW = """
Written by `python -m benchmarks.pages`, which makes the homes, starts the servers and visits every page in Streamlit's
own protocol: 7 models are the demo, 1,000 are made up (`benchmarks.portfolio`), 10,000 are those ten times under other
ids (`benchmarks.multiply`). CPU seconds are user and system of the server and what it starts, until it rests again;
the cores are shared with other work, so that ratios count. *First*: the first visit after the start, page after page in
menu order; *again*: in a new session; *navigation*: by the menu inside a session, median of three; *after a fact*: the
same while the server takes in one more event of a model; *kB*: the largest answer, without compression. *Hello* is a
page of one line at Streamlit's own defaults in the same run. Commands are the best of three. Memory is the
server's after all of this, what it shares with others divided among them.
"""


def write_report(found: Mapping[int, HomeFigures], sessions: int, to: Path | None = None) -> str:
    """Write PAGES.md or another file anew, down to its notes, and return the tables."""
    to = to or PAGES
    known = to.read_text(encoding="utf-8") if to.exists() else ""
    kept = known[known.index(NOTES) :] if NOTES in known else f"{NOTES}\n"
    tables = "\n".join(_lines(found, sessions))
    to.write_text(f"{tables}\n{kept}", encoding="utf-8")
    return tables


def _lines(found: Mapping[int, HomeFigures], sessions: int) -> Iterator[str]:
    yield "# What pages cost"
    yield ""
    yield f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}, streamlit {version('streamlit')}"
    yield HOW
    yield from _summary(found, sessions)
    for count, home in found.items():
        yield from _pages(count, home)


def _summary(found: Mapping[int, HomeFigures], sessions: int) -> Iterator[str]:
    yield f"| | {' | '.join(f'{count:,} models' for count in found)} | aim at 7 / 1,000 / 10,000 |"
    yield f"|---{'|---' * len(found)}|---|"
    rows: list[tuple[str, Callable[[HomeFigures], str], str]] = [
        ("hello rerun, CPU s", lambda home: f"{home.hello_s:.3f}", ""),
        ("navigation to a hello rerun, median of all pages", lambda home: f"**{home.ratio():.1f}**", "2 / 2 / 3"),
        ("the same, worst page", lambda home: _worst(home, lambda page: page.navigation / home.hello_s, ".1f"), ""),
        ("first load after a start, CPU s, worst page", lambda home: _worst(home, _first, ".2f"), "0.3 / 0.5 / 1.0"),
        ("largest page, kB", lambda home: _worst(home, lambda page: page.sent_kb, ",.0f"), "- / - / 300"),
        ("portfolio page after one fact, CPU s, median", _median_after_fact, "- / 0.15 / 0.3"),
        ("the same, worst page", lambda home: _worst(home, lambda page: page.after_fact or 0, ".2f"), ""),
        ("judging one model again, CPU ms", lambda home: _maybe(home.judged.get("one_ms")), "20"),
        ("the same, and finding which", lambda home: _maybe(home.judged.get("found_one_ms")), ""),
        (
            "all judged from nothing, the present, CPU s",
            lambda home: _maybe(home.judged.get("present_s"), ".1f"),
            "- / - / 200",
        ),
        ("the same, the history", lambda home: _maybe(home.judged.get("history_s")), ""),
        ("peak of judging, MB", lambda home: _maybe(home.judged.get("peak_mb")), ""),
        ("`show models`, CPU s", lambda home: f"{home.show_s:.2f}", "0.6 / 0.7 / 1.2"),
        ("`--help`, CPU s", lambda home: f"{home.help_s:.2f}", "0.3"),
        ("server started and at rest, CPU s", lambda home: f"{home.start_s:.1f}", ""),
        ("memory after use, MB", lambda home: f"{home.memory_mb:,.0f}", "250 / 300 / 500"),
        (f"{sessions} sessions at once, CPU ms a navigation", lambda home: _maybe(home.crowd_ms), "- / 100 / -"),
        ("the same, hello", lambda home: _maybe(home.hello_crowd_ms), ""),
    ]
    for name, cell, aim in rows:
        yield f"| {name} | {' | '.join(cell(home) for home in found.values())} | {aim} |"


def _maybe(figure: float | None, form: str = ".0f") -> str:
    return "" if figure is None else f"{figure:{form}}"


def _first(page: PageFigures) -> float:
    return page.first


def _worst(home: HomeFigures, figure: Callable[[PageFigures], float], form: str) -> str:
    worst = max(home.pages, key=figure)
    return f"{figure(worst):{form}} ({worst.name})"


def _median_after_fact(home: HomeFigures) -> str:
    return f"{statistics.median(page.after_fact for page in home.pages if page.after_fact is not None):.2f}"


def _pages(count: int, home: HomeFigures) -> Iterator[str]:
    yield from ("", f"## {count:,} models, CPU s", "")
    yield "| page | first | again | navigation | to hello | after a fact | kB |"
    yield "|---|---|---|---|---|---|---|"
    for page in home.pages:
        after = f"{page.after_fact:.2f}" if page.after_fact is not None else ""
        cells = f"{page.first:.2f} | {page.again:.2f} | {page.navigation:.3f} | {page.navigation / home.hello_s:.1f}"
        yield f"| {page.name} | {cells} | {after} | {page.sent_kb:,.0f} |"
