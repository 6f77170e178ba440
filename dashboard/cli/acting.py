"""Who acts on the command line."""

from __future__ import annotations

import argparse
import getpass
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.access.principal import Principal
    from dashboard.store.engine.database import Store


def actor() -> str:
    """Who acts on the command line: the account of the operating system."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"cli:uid-{os.getuid()}"


def principal(store: Store, options: argparse.Namespace) -> Principal:
    """Who acts on the command line: the operator of this machine, or with `--as` a person with that person's rights."""
    from dashboard.access.principal import operator

    if options.acting_as is None:
        return operator(actor())
    from dashboard.access.persons import person_principal

    return person_principal(store, options.acting_as, f"{actor()} as {options.acting_as}")
