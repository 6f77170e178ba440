"""Files and payloads that were good and are made bad: cards, people, events, lineage, and tables of predictions."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dashboard.actions.ingest import Delivery
from dashboard.actions.register import Files
from dashboard.actions.registry import ACTIONS, read_payload, run_action
from tests.acceptance.portfolio import claims
from tests.examples import example_of, with_example
from tests.hostile.fuzzing import EVERYBODY_AS_ANNA, Arena, Case, Tally, attempt
from tests.hostile.mutations import damaged, mutated

GOLDEN = Path(__file__).resolve().parents[1] / "schema" / "golden"
CONNECTED = Path(__file__).resolve().parents[1] / "connectors" / "golden"
CARDS = [(GOLDEN / name).read_bytes() for name in ("full_card.yaml", "minimal_card.yaml")]
PEOPLE = [(GOLDEN / "people.yaml").read_bytes(), b"people: [{id: a, name: A, from: 2010-01-01}]\n"]
EVENTS = [line for line in (GOLDEN / "events.jsonl").read_bytes().splitlines() if line]
RUNS = (CONNECTED / "lineage.jsonl").read_bytes().splitlines()
# Ids that the store does not have, so that good rows are new ones.
ROWS = claims(number=25).frame.assign(id=[f"fuzz-{number}" for number in range(25)])
Make = Callable[[random.Random], bytes]


def of_files(action: str, name: str, make: Make, model: str | None = None) -> Case:
    """A kind: files of one action, made by `make`."""

    def run(arena: Arena, chance: random.Random, tally: Tally) -> None:
        content = make(chance)
        path = arena.upload(name, content)
        payload = Files(files=(path,)) if model is None else Delivery(model=model, files=(path,))
        work = lambda: run_action(arena.store, action, payload, EVERYBODY_AS_ANNA)  # noqa: E731
        attempt(arena.store, work, tally, content[:400], {str(path): (0, name)})

    return run


def yaml_of(seeds: list[bytes]) -> Make:
    """Documents whose bytes are damaged, or whose values are changed."""
    trees = [yaml.safe_load(seed) for seed in seeds]

    def make(chance: random.Random) -> bytes:
        if chance.random() < 0.5:
            return damaged(chance.choice(seeds), chance, seeds)
        text = yaml.safe_dump(mutated(chance.choice(trees), chance), allow_unicode=True)
        return text.encode("utf-8", "surrogatepass")

    return make


def lines_of(seeds: list[bytes], model: str | None = None) -> Make:
    """One to three lines of JSON, one of them damaged or changed."""
    trees = [{**json.loads(seed), **({"model": model} if model else {})} for seed in seeds]
    texts = [json.dumps(tree).encode() for tree in trees]

    def make(chance: random.Random) -> bytes:
        if chance.random() < 0.4:
            bad = damaged(chance.choice(texts), chance, texts)
        else:
            bad = json.dumps(mutated(chance.choice(trees), chance)).encode()
        lines = [chance.choice(texts) for _ in range(chance.choice((0, 0, 1, 2)))]
        lines.insert(chance.randrange(len(lines) + 1), bad)
        return b"\n".join(lines)

    return make


def _parquet(frame: pd.DataFrame) -> bytes:
    target = io.BytesIO()
    try:
        frame.to_parquet(target, index=False)
    except Exception:  # noqa: BLE001 - what Parquet cannot hold is written as text
        target = io.BytesIO()
        texts = frame.astype(object).map(lambda value: str(value).encode("utf-8", "replace").decode())
        texts.columns = [str(name).encode("utf-8", "replace").decode() for name in frame]
        texts.loc[:, ~texts.columns.duplicated()].to_parquet(target, index=False)
    return target.getvalue()


def _json_table(frame: pd.DataFrame) -> bytes:
    """One of the three forms of a table, by the number of rows."""
    records = frame.to_dict("records")
    split = {"columns": list(frame), "data": [list(record.values()) for record in records]}
    forms = (records, split, {"dataframe_records": records})
    return json.dumps(forms[len(records) % 3], default=str).encode()


WRITTEN: dict[str, Callable[[pd.DataFrame], bytes]] = {
    "csv": lambda frame: frame.to_csv(index=False).encode("utf-8", "surrogatepass"),
    "jsonl": lambda frame: b"\n".join(json.dumps(row).encode() for row in frame.to_dict("records")),
    "json": _json_table,
    "parquet": _parquet,
}


def table_of(form: str) -> Make:
    """A file of prediction rows, with damaged bytes or strange values in it."""
    frame = ROWS.astype(object).where(ROWS.notna(), None)
    written = WRITTEN[form]
    if form != "parquet":
        frame["decided"] = ROWS["decided"].astype(str)
    goods = [written((ROWS if form == "parquet" else frame).head(rows)) for rows in (25, 24, 23)]

    def make(chance: random.Random) -> bytes:
        if chance.random() < 0.6:
            return damaged(chance.choice(goods), chance, goods)
        rows = mutated(frame.head(chance.choice((1, 2, 3, 25))).to_dict("records"), chance)
        rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        # No frame has a column whose name is no Unicode text.
        named = [{str(name).encode("utf-8", "replace").decode(): row[name] for name in row} for row in rows]
        return written(pd.DataFrame(named, dtype=object))

    return make


def packed(make: Make) -> Make:
    """The same packed with gzip, now and then with damage to the packed bytes."""

    def pack(chance: random.Random) -> bytes:
        content = gzip.compress(make(chance), 1, mtime=0)
        return damaged(content, chance, [content]) if chance.random() < 0.6 else content

    return pack


def of_payloads(arena: Arena, chance: random.Random, tally: Tally) -> None:
    """The payload of an action as JSON would bring it."""
    name = chance.choice(PAYLOADS)
    values = plain_values(name, arena.folder)
    changed = mutated(values, chance)
    if not isinstance(changed, dict):
        return
    changed |= {"files": values["files"]} if "files" in values else {}
    work = lambda: run_action(arena.store, name, read_payload(name, changed), EVERYBODY_AS_ANNA)  # noqa: E731
    attempt(arena.store, work, tally, (name, changed), {})


def plain_values(name: str, folder: Path) -> dict[str, Any]:
    """The example of an action as plain values, made once for a folder."""
    if (name, folder) not in VALUES:
        place = folder / name
        place.mkdir(exist_ok=True)
        payload = example_of(name, place).payload
        VALUES[name, folder] = {
            key: value if key == "files" else json.loads(payload.model_dump_json())[key]
            for key, value in payload.model_dump().items()
        }
    return VALUES[name, folder]


VALUES: dict[tuple[str, Path], dict[str, Any]] = {}
# Without fields other than files there is nothing to change.
PAYLOADS = [name for name in with_example() if set(ACTIONS.get(name).payload.model_fields) != {"files"}]
