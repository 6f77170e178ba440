"""The kinds of input that are tried with bad content, by name."""

from __future__ import annotations

from tests.hostile.fuzz_archives import archives
from tests.hostile.fuzz_bodies import in_gzip, multipart
from tests.hostile.fuzz_files import (
    CARDS,
    EVENTS,
    PEOPLE,
    RUNS,
    lines_of,
    of_files,
    of_payloads,
    packed,
    table_of,
    yaml_of,
)
from tests.hostile.fuzzing import Kind

# A table costs a tenth of a second, a backup somewhat more.
FEW = 15


def _rows(form: str, few: int = FEW) -> Kind:
    return Kind(of_files("ingest_predictions", f"rows.{form}", table_of(form), "claims"), few)


KINDS: dict[str, Kind] = {
    "action payloads": Kind(of_payloads, 150),
    "cards": Kind(of_files("register", "card.yaml", yaml_of(CARDS)), 100),
    "people": Kind(of_files("register", "people.yaml", yaml_of(PEOPLE)), 100),
    "events": Kind(of_files("ingest_events", "events.jsonl", lines_of(EVENTS, "claims")), 100),
    "lineage": Kind(of_files("ingest_lineage", "runs.json", lines_of(RUNS)), 100),
    "predictions csv": _rows("csv"),
    "predictions jsonl": _rows("jsonl", 60),
    "predictions json": _rows("json"),
    "predictions parquet": _rows("parquet"),
    "predictions packed": Kind(of_files("ingest_predictions", "rows.csv.gz", packed(table_of("csv")), "claims"), FEW),
    "forms": Kind(multipart),
    "gzip bodies": Kind(in_gzip),
    "backups": Kind(archives, FEW),
}
