"""The command line. Programs call `main` with the words of a command; what a command needs is imported when it runs."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, by default that of this process; returns its exit code, see `command_line.main`."""
    from dashboard.cli.command_line import main as run

    return run(arguments)
