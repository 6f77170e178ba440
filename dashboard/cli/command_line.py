"""The command line: a thin face over views and actions. What it offers follows from their registries.

A command imports what it needs when it runs, so that help and short commands start at once.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard import __version__
from dashboard.cli.command_parser import CommandParser, Commands
from dashboard.cli.commands import add_action, given_values
from dashboard.cli.exporting import add_export_commands
from dashboard.cli.maintenance import add_upkeep_commands
from dashboard.cli.printing import FORMATS, print_done, printed, printed_records, progress_bar, warnings_shown
from dashboard.errors import DashboardError, InputRefusedError, Problem, StoreInUseError
from dashboard.machine import machine_error
from dashboard.registry import declared
from dashboard.resources import resource

if TYPE_CHECKING:
    from dashboard.actions.registry import Action

# The script of the installed package; pyproject.toml.
COMMAND = "model-ledger"
DEFAULT_HOME = Path("data") / "home"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 failed, 2 input refused (then nothing was written)."""
    # A refusal is printed once, below; only a server writes a log.
    logging.getLogger("dashboard").addHandler(logging.NullHandler())
    warnings_shown()
    # What the program writes is for the account that runs it.
    os.umask(0o077)
    parser = build_parser()
    options = parser.parse_args(arguments)
    options.acting_as = getattr(options, "acting_as", None)
    options.home = Path(getattr(options, "home", None) or os.environ.get("DASHBOARD_HOME") or DEFAULT_HOME)
    try:
        return int(options.run(options) or 0)
    except InputRefusedError as refused:
        print("\n".join(refused.lines()), file=sys.stderr)
        return refused.exit_code
    except DashboardError as failed:
        print(failed, file=sys.stderr)
        return failed.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as fault:
        error = machine_error(fault, "the command could not be done")
        if error is None:
            raise
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted; what was not acknowledged is not written", file=sys.stderr)
        return 130


def program() -> str:
    """How this program was called: by the installed command, or as a module."""
    called = Path(sys.argv[0]).name
    return called if called == COMMAND else "python -m dashboard"


def build_parser() -> CommandParser:
    """The parser of all commands."""
    everywhere = CommandParser(add_help=False)
    everywhere.add_argument(
        "--home", default=argparse.SUPPRESS, metavar="DIR", help="directory of this deployment (default: data/home)"
    )
    everywhere.add_argument(
        "--as", dest="acting_as", default=argparse.SUPPRESS, metavar="PERSON",
        help="act in the name of this person, with their rights (default: the operator of this machine)",
    )  # fmt: skip
    parser = CommandParser(
        prog=program(), description="Model Ledger: models, their numbers and who answers for them.",
        parents=[everywhere],
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"Model Ledger {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_own_commands(commands, everywhere)
    groups: dict[str, Commands] = {}
    for action in declared("dashboard.actions", "action").values():
        add_action(commands, groups, action, everywhere).set_defaults(run=_act, action=action.name)
    add_export_commands(commands, groups, everywhere)
    views = declared("dashboard.views", "view")
    show = commands.add_parser("show", parents=[everywhere], help="print what a page shows")
    show.add_argument("what", choices=sorted(views), metavar="WHAT", help=", ".join(sorted(views)))
    show.add_argument(
        "model", nargs="?", metavar="MODEL", help="id of the model, or name of the node, that is asked about"
    )
    show.set_defaults(run=_show)
    show.fill = _add_show_options
    tokens = groups["token"].add_parser("list", parents=[everywhere], help=views["tokens"].summary)
    tokens.set_defaults(run=_show, what="tokens", model=None)
    tokens.fill = _add_show_options
    return parser


def _add_show_options(parser: argparse.ArgumentParser) -> None:
    from dashboard.cli.queries import add_query_options

    parser.add_argument("--format", choices=FORMATS, default="table", help="how it is printed")
    add_query_options(parser)


def _add_own_commands(commands: Commands, everywhere: CommandParser) -> None:
    demo = commands.add_parser("demo", parents=[everywhere], help="build the demo portfolio into the home directory")
    demo.set_defaults(run=_demo)
    serve = commands.add_parser("serve", parents=[everywhere], help="start dashboard and HTTP API")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine)")
    serve.add_argument("--port", type=int, default=8501, help="port to listen on (default: 8501)")
    serve.set_defaults(run=_serve)
    check = commands.add_parser("check", parents=[everywhere], help="validate cards, people, processes and config")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help="file to check")
    check.set_defaults(run=_check)
    add_upkeep_commands(commands, everywhere)


def _act(options: argparse.Namespace) -> None:
    from dashboard.actions.registry import ACTIONS
    from dashboard.cli.commands import named_as_written

    action = ACTIONS.get(options.action)
    with named_as_written(action):
        _act_named(options, action)


def _act_named(options: argparse.Namespace, action: Action) -> None:
    from dashboard.actions.registry import read_payload, run_action
    from dashboard.cli.acting import actor, principal
    from dashboard.cli.patience import patiently
    from dashboard.store.engine.database import open_store

    values = given_values(action, options)
    payload = read_payload(action.name, values)
    try:
        store = patiently(options.home, lambda: open_store(options.home))
    except StoreInUseError as held:
        from dashboard.cli.client import find_server

        print_done(find_server(options.home, held).act(action, values, actor(), options.acting_as))
        return
    try:
        with progress_bar() as progress:
            done = run_action(store, action.name, payload, principal(store, options), progress)
    finally:
        store.close()
    print_done(done)


def _show(options: argparse.Namespace) -> None:
    # What is read is printed and the process ends; looking for circles in it takes a tenth of all.
    gc.disable()
    try:
        _show_at_once(options)
    finally:
        gc.enable()


def _show_at_once(options: argparse.Namespace) -> None:
    from dashboard.cli.acting import actor, principal
    from dashboard.cli.patience import patiently
    from dashboard.cli.queries import asked, query_from
    from dashboard.store.engine.database import open_store
    from dashboard.views.registry import VIEWS, run_view

    query = query_from(options)
    if not options.home.exists():
        raise InputRefusedError(
            [Problem(f"home {options.home} does not exist; build the demo or register a card first")]
        )
    try:
        store = patiently(options.home, lambda: open_store(options.home))
    except StoreInUseError as held:
        from dashboard.cli.client import find_server

        server = find_server(options.home, held)
        records = server.show(options.what, asked(options), actor(), options.acting_as)
        print(printed_records(records, VIEWS.get(options.what).columns.names, options.format))
        return
    try:
        frame = run_view(store, options.what, query, principal(store, options))
    finally:
        store.close()
    print(printed(frame, options.format))


def _check(options: argparse.Namespace) -> None:
    from dashboard.schema.reading.documents import read_documents

    for document in read_documents(options.files):
        print(f"{document.path}: valid {document.kind}")


def _demo(options: argparse.Namespace) -> None:
    from dashboard.cli.patience import patiently
    from dashboard.demo.building import build_demo

    with progress_bar() as progress:
        patiently(options.home, lambda: build_demo(options.home, progress))
    print(f"the demo is in {options.home}; start the dashboard with: {program()} serve --home {options.home}")


def _serve(options: argparse.Namespace) -> None:
    from dashboard.access.exposure import exposure_of
    from dashboard.access.proxies import trusted_proxies
    from dashboard.api.logs import EARLY, log_form
    from dashboard.cli.patience import patiently
    from dashboard.store.engine.database import open_store
    from dashboard.store.engine.home_lock import hand_over

    exposure_of(options.host)
    trusted_proxies()
    early = ["--logger.messageFormat", EARLY] if log_form() == "json" else []
    # Opened here, so that a home in use or damaged is refused in words; the server opens it again under the same lock.
    with patiently(options.home, lambda: open_store(options.home)).detach() as lock:
        environment = {**os.environ, "DASHBOARD_HOME": str(options.home.resolve()), **hand_over(lock)}
        command = [
            sys.executable, "-m", "dashboard.api.launch",
            "--server.address", options.host, "--server.port", str(options.port), *early,
        ]  # fmt: skip
        print(f"Model Ledger on http://{options.host}:{options.port}", flush=True)
        # The settings of Streamlit stand beside the program, wherever it is started from.
        os.chdir(resource())
        os.execve(sys.executable, command, environment)  # noqa: S606 - this very program, no shell wanted
