"""What is new at a source, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.connectors.incoming.sources.databases import new_rows
from dashboard.connectors.incoming.sources.files import new_files
from dashboard.connectors.incoming.sources.items import Item, Known
from dashboard.schema.config.sources import Source


def new_items(source: Source, known: Known) -> Iterator[Item]:
    """What a source has that is not known yet, oldest first; raises SourceFailedError when it cannot be read."""
    read = {"files": new_files, "database": new_rows}[source.kind]
    return read(source, known)
