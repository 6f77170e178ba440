"""Visits to every page of a server, and what they cost it. Pages are those that stand in `pages/`."""

from __future__ import annotations

import json
import statistics
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from benchmarks.multiply import STORE
from benchmarks.servers import Server, command_cpu
from benchmarks.visitor import Answer, visiting
from dashboard.ui.session.page_registry import Page, find_pages

ROUNDS, HELLO_VISITS, CLICKS = 3, 9, 2
# A page and its query.
Click = tuple[str, str]
HELLO_PAGES: tuple[Click, ...] = (("", ""), ("world", ""))


@dataclass
class PageFigures:
    """CPU seconds of the server for one page, and what it sent; `after_fact` of pages about the whole portfolio."""

    name: str
    first: float
    again: float
    navigation: float
    sent_kb: float
    after_fact: float | None = None


@dataclass
class HomeFigures:
    """Everything that was measured of one home; `hello` are single runs of the hello page between it."""

    judged: dict[str, float]
    start_s: float
    pages: list[PageFigures]
    hello: list[float]
    hello_crowd_ms: float | None
    crowd_ms: float | None
    memory_mb: float
    show_s: float
    help_s: float

    @property
    def hello_s(self) -> float:
        """CPU seconds of a hello rerun."""
        return statistics.median(self.hello)

    def ratio(self) -> float:
        """Navigation to a hello rerun, the median of all pages."""
        return statistics.median(page.navigation for page in self.pages) / self.hello_s


@dataclass(frozen=True)
class Address:
    """Where a page is, and what is asked of it."""

    name: str
    path: str
    query: str
    portfolio: bool


def addresses(model_id: str) -> list[Address]:
    """All pages in their order; the tabs of a model with the model."""
    pages = [page for _, page in find_pages()]

    def address(page: Page) -> Address:
        one = page.is_tab()
        path = "" if page is pages[0] else page.url_path
        return Address(page.url_path, path, f"model={model_id}" if one else "", not one and not page.roles)

    return [address(page) for page in pages]


def model_with_most(home: Path) -> str:
    """The model with the most profiles, in a home that nobody has open."""
    with duckdb.connect(home / STORE, read_only=True) as connection:
        statement = "SELECT model_id FROM profiles GROUP BY model_id ORDER BY count(*) DESC, model_id LIMIT 1"
        found = connection.execute(statement).fetchone()
    assert found is not None
    return str(found[0])


def cost(server: Server, visit: Callable[[], Answer]) -> tuple[float, Answer]:
    """CPU seconds of the server until it rests again, and the answer."""
    before = server.settle()
    answer = visit()
    return server.settle() - before, answer


def hello_figures(hello: Server) -> list[float]:
    """CPU seconds of reruns of the hello page within a session."""
    with visiting(hello.port) as visitor:
        visitor.visit("")
        return [cost(hello, partial(visitor.visit, *HELLO_PAGES[turn % 2]))[0] for turn in range(HELLO_VISITS)]


def page_figures(server: Server, pages: list[Address], act: Callable[[int], object]) -> list[PageFigures]:
    """Every page the first time after the start, again, by the menu, and after `act` recorded a fact."""

    def opened(page: Address) -> tuple[float, Answer]:
        with visiting(server.port) as visitor:
            return cost(server, partial(visitor.visit, page.path, page.query))

    first, again = ([opened(page) for page in pages] for _ in range(2))
    with visiting(server.port) as visitor:
        visitor.visit(pages[0].path)
        clicks = [
            [cost(server, partial(visitor.visit, page.path, page.query)) for page in pages] for _ in range(ROUNDS)
        ]
        found = [
            PageFigures(
                page.name,
                first[place][0],
                again[place][0],
                statistics.median(turn[place][0] for turn in clicks),
                max(answer.size for _, answer in (first[place], again[place], *(turn[place] for turn in clicks)))
                / 1000,
            )
            for place, page in enumerate(pages)
        ]
        for place, page in enumerate(pages):
            if page.portfolio:
                server.settle()
                act(place)
                found[place].after_fact = cost_at_once(server, partial(visitor.visit, page.path, page.query))
    return found


def cost_at_once(server: Server, visit: Callable[[], Answer]) -> float:
    """CPU seconds of a visit that does not wait until the server rests, and of what it has to do besides."""
    before = server.cpu()
    visit()
    return server.settle() - before


def record_a_fact(home: Path, model_id: str, number: int) -> None:
    """Record one more event of a model by a command, which the server that holds the home carries out."""
    event = {"kind": "usage", "model": model_id, "at": "2026-09-01", "consumer": f"benchmark {number}", "purpose": "p"}
    path = home / "benchmark-event.jsonl"
    path.write_text(json.dumps({**event, "calls": 1}) + "\n", encoding="utf-8")
    command_cpu("ingest", "events", str(path), "--home", str(home))


def sessions_ms(server: Server, sessions: int, pages: Sequence[Click]) -> float:
    """CPU milliseconds of a navigation while so many sessions click at once, each through other pages."""
    ready = threading.Barrier(sessions + 1)
    begun = threading.Barrier(sessions + 1)

    def click(number: int) -> None:
        with visiting(server.port) as visitor:
            visitor.visit(*pages[0])
            ready.wait()
            begun.wait()
            for turn in range(CLICKS):
                visitor.visit(*pages[(number + turn) % len(pages)])

    with ThreadPoolExecutor(sessions) as pool:
        clicking = [pool.submit(click, number) for number in range(sessions)]
        ready.wait()
        before = server.settle()
        begun.wait()
        for one in clicking:
            one.result()
        return 1000 * (server.settle() - before) / (sessions * CLICKS)
