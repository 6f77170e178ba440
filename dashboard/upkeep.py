"""Commands that keep a home safe: verify, rebuild, backup, restore."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.errors import InputRefusedError, Problem


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
