"""Cards, people, teams and processes from YAML files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dashboard.connectors.registry import connector
from dashboard.schema.reading.documents import Document, read_documents


@connector("cards", gives="documents", endings=(".yaml", ".yml"))
def read_cards(paths: Sequence[Path]) -> list[Document]:
    """Model cards, people, teams and processes as YAML; faults are named with their line."""
    return read_documents(paths)
