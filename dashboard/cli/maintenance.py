"""Commands that keep a home safe: verify, rebuild, backup, restore; beside a running server it does them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import IO, TYPE_CHECKING

from dashboard.cli.command_parser import CommandParser, Commands
from dashboard.errors import DashboardError, InputRefusedError, Problem, StoreInUseError
from dashboard.machine import machine_faults

if TYPE_CHECKING:
    from dashboard.store.engine.database import Store


def add_upkeep_commands(commands: Commands, everywhere: CommandParser) -> None:
    """Add the commands to the command line."""
    verify = commands.add_parser(
        "verify", parents=[everywhere], help="check the hash chain and all that it vouches for"
    )
    verify.add_argument(
        "--figures", type=int, default=0, metavar="N",
        help="count this many figures anew from the log, chosen at random, and compare",
    )  # fmt: skip
    verify.add_argument(
        "--head", metavar="SEQ:HASH",
        help="a head that was kept elsewhere (of verify, /metrics, a backup's name); the chain must lead over it",
    )  # fmt: skip
    verify.set_defaults(run=_verify)
    rebuild = commands.add_parser("rebuild", parents=[everywhere], help="make the store anew from its journal")
    rebuild.set_defaults(run=_rebuild)
    backup = commands.add_parser("backup", parents=[everywhere], help="write a consistent copy of the home into a .zip")
    backup.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="ZIP file to write, or a folder, in which it is named after instant and head",
    )
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", parents=[everywhere], help="make an empty home from a backup")
    restore.add_argument("file", type=Path, metavar="FILE", help="ZIP file that backup wrote")
    restore.set_defaults(run=_restore)


def _existing(home: Path) -> Path:
    if not home.exists():
        raise InputRefusedError([Problem(f"home {home} does not exist; name another with --home")])
    return home


def _at_server(home: Path, held: StoreInUseError, what: str, **values: str) -> str:
    """Let the server that holds the home do it, and return what it says; raises `held` when no server holds it."""
    from dashboard.cli.acting import actor
    from dashboard.cli.client import find_server

    return find_server(home, held).keep_up(what, actor(), **values)


def _verify(options: argparse.Namespace) -> None:
    from dashboard.cli.patience import patiently
    from dashboard.governance.verification.verification import check_home, read_asked

    home, asked = _existing(options.home), read_asked(options.figures, options.head)
    try:
        print(patiently(home, lambda: check_home(home, asked)))
    except StoreInUseError as held:
        values = {"figures": str(options.figures)} | ({} if options.head is None else {"head": options.head})
        print(_at_server(home, held, "verify", **values))


def _rebuild(options: argparse.Namespace) -> None:
    from dashboard.cli.patience import patiently

    home = _existing(options.home)
    try:
        print(patiently(home, lambda: rebuild_home(home)))
    except StoreInUseError as held:
        print(_at_server(home, held, "rebuild"))


def rebuild_home(home: Path, lock: IO[str] | None = None) -> str:
    """Make the store of a home anew and tell what came back; errors as `rebuild`."""
    from dashboard.store.audit.rebuild import rebuild

    rebuilt = rebuild(home, lock)
    summary = f"rebuilt {rebuilt.records} records with {rebuilt.facts} facts; run `monitor` for the figures"
    return f"{summary}\nthe old store lies in {rebuilt.old.parent}" if rebuilt.old else summary


def _backup(options: argparse.Namespace) -> None:
    from dashboard.cli.patience import patiently
    from dashboard.store.engine.database import open_store

    home = _existing(options.home)
    try:
        store = patiently(home, lambda: open_store(home))
    except StoreInUseError as held:
        print(_at_server(home, held, "backup", file=str(options.file.absolute())))
        return
    try:
        print(back_up_store(store, options.file))
    finally:
        store.close()


def back_up_store(store: Store, file: Path) -> str:
    """Write a backup of an open store and tell what it holds; raises DashboardError when it cannot be written."""
    from dashboard.store.audit.backup import back_up

    try:
        with machine_faults(f"backup {file} cannot be written", "there is none"):
            done = back_up(store, file)
    except OSError as fault:
        raise DashboardError(f"backup {file} cannot be written; {fault.strerror}; choose another place") from fault
    return f"backed up {done.files} files to {done.path}; the chain ends with {done.head.seq}:{done.head.hash}"


def _restore(options: argparse.Namespace) -> None:
    from dashboard.cli.patience import patiently
    from dashboard.store.audit.restore import restore

    try:
        with machine_faults(f"home {options.home} cannot be written", "nothing was restored"):
            head = patiently(options.home, lambda: restore(options.home, options.file))
        print(f"restored into {options.home}; {head}")
    except OSError as fault:
        raise DashboardError(f"home {options.home} cannot be written; {fault.strerror}; choose another") from fault
