"""What all judgements rest on besides facts: the rules and settings of the program and of a home, and the program."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from dashboard.resources import PACKAGE, resource

# What is said about a model changes with the program as well.
JUDGING = ("governance", "measures", "profiles", "schema")
SETTINGS = "config"


def rules_digest(home: Path) -> str:
    """Hash the rules, the settings and the program by which models are judged in a home."""
    digest = hashlib.sha256(program_digest().encode())
    for folder in (resource(SETTINGS), home / SETTINGS):
        for path in sorted(folder.glob("*.yaml")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def program_digest() -> str:
    """The SHA-256 of the program's files that judge."""
    digest = hashlib.sha256()
    for folder in JUDGING:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
