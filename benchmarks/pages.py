"""What pages cost a server, beside a hello page at Streamlit's own defaults: `python -m benchmarks.pages`.

It makes homes of 7, 1,000 and 10,000 models where they are missing, judges a copy of each from nothing, serves it, and
visits every page in Streamlit's own protocol; then it writes PAGES.md. `--homes DIR` says where the homes are,
`--sizes` which of them, `--sessions` how many sessions come at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.children import run
from benchmarks.homes import HOMES, SIZES, copied, home_of
from benchmarks.page_figures import (
    HELLO_PAGES,
    HomeFigures,
    addresses,
    hello_figures,
    model_with_most,
    page_figures,
    record_a_fact,
    sessions_ms,
)
from benchmarks.page_report import write_report
from benchmarks.servers import Server, command_cpu, dashboard_server, hello_server

SESSIONS = 50
# Models of the largest home whose history is judged from nothing and that many sessions visit at once: in larger ones
# each of these takes longer than all the rest.
MOST_CROWDED = 1000
COMMANDS = 3


def measure(home: Path, hello: Server, sessions: int) -> HomeFigures:
    """All figures of one home. It is judged, and then copied; without `sessions` no history, and none come at once."""
    history = ["--history"] if sessions else []
    judged = run([sys.executable, "-m", "benchmarks.judging", str(home), *history]).found
    with copied(home) as copy:
        shown, helped = (
            min(command_cpu(*words) for _ in range(COMMANDS))
            for words in (("show", "models", "--home", str(copy)), ("--help",))
        )
        model_id = model_with_most(copy)
        pages = addresses(model_id)
        clicks = [(page.path, page.query) for page in pages]
        with dashboard_server(copy) as server:
            started, before = server.settle(), hello_figures(hello)
            found = page_figures(server, pages, lambda number: record_a_fact(copy, model_id, number))
            return HomeFigures(
                judged=judged,
                show_s=shown,
                help_s=helped,
                start_s=started,
                pages=found,
                hello=[*before, *hello_figures(hello)],
                hello_crowd_ms=sessions_ms(hello, sessions, HELLO_PAGES) if sessions else None,
                crowd_ms=sessions_ms(server, sessions, clicks) if sessions else None,
                memory_mb=server.memory_mb(),
            )


def measure_all(sizes: Sequence[int], homes: Path, sessions: int) -> dict[int, HomeFigures]:
    """The figures of each number of models, beside one hello server."""
    with hello_server() as hello:
        found = {}
        for count in sizes:
            print(f"{count:,} models", file=sys.stderr, flush=True)
            found[count] = measure(home_of(count, homes), hello, sessions if count <= MOST_CROWDED else 0)
        return found


def main() -> None:
    """Read the command line, measure, write the report and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--homes", type=Path, default=HOMES)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    parser.add_argument("--to", type=Path, help="another file than PAGES.md")
    chosen = parser.parse_args()
    found = measure_all(chosen.sizes, chosen.homes, chosen.sessions)
    print(write_report(found, chosen.sessions, chosen.to))


if __name__ == "__main__":
    main()
