"""Commands that keep a home safe: verify, rebuild, backup, restore."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.errors import DashboardError, InputRefusedError, Problem


def add_upkeep_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], everywhere: argparse.ArgumentParser
) -> None:
    """Add the commands to the command line."""
    verify = commands.add_parser(
        "verify", parents=[everywhere], help="check the hash chain and all that it vouches for"
    )
    verify.set_defaults(run=_verify)
    rebuild = commands.add_parser("rebuild", parents=[everywhere], help="make the store anew from its journal")
    rebuild.set_defaults(run=_rebuild)
    backup = commands.add_parser("backup", parents=[everywhere], help="write a consistent copy of the home into a .zip")
    backup.add_argument("file", type=Path, metavar="FILE")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", parents=[everywhere], help="make an empty home from a backup")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.set_defaults(run=_restore)


def _existing(home: Path) -> Path:
    if not home.exists():
        raise InputRefusedError([Problem(f"home {home} does not exist; name another with --home")])
    return home


def _verify(options: argparse.Namespace) -> None:
    from dashboard.store.verifying import verify_home

    print(verify_home(_existing(options.home)))


def _rebuild(options: argparse.Namespace) -> None:
    from dashboard.store.rebuilding import rebuild

    rebuilt = rebuild(_existing(options.home))
    print(f"rebuilt {rebuilt.records} records with {rebuilt.facts} facts; run `monitor` for the figures")
    if rebuilt.old:
        print(f"the old store lies in {rebuilt.old.parent}")


def _backup(options: argparse.Namespace) -> None:
    from dashboard.store.backups import back_up
    from dashboard.store.database import open_store

    store = open_store(_existing(options.home))
    try:
        done = back_up(store, options.file)
    except OSError as fault:
        raise DashboardError(
            f"backup {options.file} cannot be written; {fault.strerror}; choose another place"
        ) from fault
    finally:
        store.close()
    print(f"backed up {done.files} files to {options.file}; the chain ends with {done.head}")


def _restore(options: argparse.Namespace) -> None:
    from dashboard.store.backups import restore

    try:
        print(f"restored into {options.home}; {restore(options.home, options.file)}")
    except OSError as fault:
        raise DashboardError(f"home {options.home} cannot be written; {fault.strerror}; choose another") from fault
