"""Whatever arrives is done or refused in words, and what is refused leaves no trace: no fault, no partial commit.

`make campaign` runs 20,000 cases of each kind (2,000 of prediction files, which cost milliseconds each).
"""

from __future__ import annotations

import io
import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from dashboard.access.principal import Principal
from dashboard.actions.ingest import Delivery
from dashboard.actions.register import Files
from dashboard.actions.registry import ACTIONS, Payload, read_payload, run_action
from dashboard.api.service import refusal
from dashboard.errors import DashboardError, ForbiddenError, InputRefusedError
from dashboard.schema.access import EVERYBODY
from dashboard.schema.reading.documents import read_document
from dashboard.store.audit.chain import AuditContext
from dashboard.store.audit.facts import digest, list_fact_tables, read_facts
from dashboard.store.audit.verify import verify
from dashboard.store.engine.database import Store, open_store
from tests.acceptance.portfolio import claims
from tests.examples import example_of, with_example
from tests.hostile.mutations import damaged, mutated
from tests.ledger.conftest import fill

GOLDEN = Path(__file__).resolve().parents[1] / "schema" / "golden"
CONNECTED = Path(__file__).resolve().parents[1] / "connectors" / "golden"
EVERYBODY_AS_ANNA = Principal("fuzz", "anna.keller", EVERYBODY)
# Ids that the store does not have, so that good rows are new ones.
ROWS = claims(number=25).frame.assign(id=[f"fuzz-{number}" for number in range(25)])


INSIDES = ("Traceback", "PosixPath", "pydantic", "duckdb.", "site-packages", "Invalid Input Error", "Binder Error")


class UndoneError(Exception):
    """An accepted case is taken back at the last moment, so that the store stays the same for the next one."""


@dataclass
class Tally:
    """What became of the cases of one kind."""

    accepted: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("fuzz")
    opened = open_store(folder / "home")
    fill(opened, folder)
    for name in with_example():
        for before, payload in prepared(name, folder):
            # What one example needs, another one may have done already.
            with suppress(InputRefusedError, ForbiddenError):
                run_action(opened, before, payload, EVERYBODY_AS_ANNA)
    yield opened
    opened.close()


def prepared(name: str, folder: Path) -> list[tuple[str, Payload]]:
    place = folder / name
    place.mkdir()
    return [step for step in example_of(name, place).before if name != "revoke_token"]


def ledger_digest(store: Store) -> str:
    """One hash of all facts, the head of the chain and the files of the home."""
    with store.cursor() as cursor:
        facts = [[name, *(fact.sha256 for fact in read_facts(cursor, name))] for name in list_fact_tables(cursor)]
    places = ("log", "artifacts", "uploads")
    files = sorted(str(path) for place in places for path in (store.home / place).rglob("*") if path.is_file())
    return digest([facts, store.ledger.head.hash, files])


def attempt(store: Store, work: Callable[[], object], tally: Tally, shown: object) -> None:
    """Do one case; everything but success and a refusal in words is a fault, and so is a refusal after a commit."""
    head = store.ledger.head
    try:
        work()
        tally.accepted += 1
    except UndoneError:
        tally.accepted += 1
    except DashboardError as fault:
        tally.refused += 1
        tally.faults += [f"{problem}: {shown!r}"[:600] for problem in faults_of(fault)]
        if store.ledger.head != head:
            tally.faults.append(f"committed and then refused ({fault}): {shown!r}"[:600])
    except Exception as fault:  # noqa: BLE001 - this is what the campaign looks for
        tally.faults.append(f"{type(fault).__name__} {fault}: {shown!r}"[:600])


def faults_of(fault: DashboardError) -> list[str]:
    """What is wrong with the words of a refusal: it names a place, on one line, without the insides of the server."""
    found = []
    answer = refusal(fault, None)
    if answer.status_code not in (403, 404, 422):
        found.append(f"status {answer.status_code}")
    for line in fault.lines() if isinstance(fault, InputRefusedError) else [str(fault)]:
        if "\n" in line or "\r" in line or "\x1b" in line or "\x00" in line:
            found.append(f"control characters in {line!r}")
        if any(word in line for word in INSIDES):
            found.append(f"insides in {line!r}")
        if len(line) > 1_500:
            found.append(f"{len(line)} characters in a line")
    if isinstance(fault, InputRefusedError):
        found += [f"no place in {p}" for p in fault.problems if p.field is None and p.row is None and p.file is None]
    return found


def undo(*_: object) -> None:
    raise UndoneError


@pytest.fixture
def undone(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store, which takes nothing for good."""
    monkeypatch.setattr(store.ledger, "record", undo)
    return store


def of_files(action: str, name: str, make: Callable[[random.Random], bytes], model: str | None = None) -> Any:
    """A kind: files of one action, made by `make`."""

    def run(store: Store, folder: Path, chance: random.Random, tally: Tally) -> None:
        content = make(chance)
        path = folder / name
        path.write_bytes(content)
        payload = Files(files=(path,)) if model is None else Delivery(model=model, files=(path,))
        attempt(store, lambda: run_action(store, action, payload, EVERYBODY_AS_ANNA), tally, content[:400])

    return run


CARDS = [(GOLDEN / name).read_bytes() for name in ("full_card.yaml", "minimal_card.yaml")]
PEOPLE = [(GOLDEN / "people.yaml").read_bytes(), b"people: [{id: a, name: A, from: 2010-01-01}]\n"]
EVENTS = [line for line in (GOLDEN / "events.jsonl").read_bytes().splitlines() if line]
RUNS = (CONNECTED / "lineage.jsonl").read_bytes().splitlines()


def yaml_of(seeds: list[bytes]) -> Callable[[random.Random], bytes]:
    """Documents whose bytes are damaged, or whose values are changed."""
    trees = [yaml.safe_load(seed) for seed in seeds]

    def make(chance: random.Random) -> bytes:
        if chance.random() < 0.5:
            return damaged(chance.choice(seeds), chance, seeds)
        text = yaml.safe_dump(mutated(chance.choice(trees), chance), allow_unicode=True)
        return text.encode("utf-8", "surrogatepass")

    return make


def lines_of(seeds: list[bytes], model: str | None = None) -> Callable[[random.Random], bytes]:
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


def table_of(kind: str) -> Callable[[random.Random], bytes]:
    """A file of prediction rows, with damaged bytes or strange values in it."""
    frame = ROWS.astype(object).where(ROWS.notna(), None)
    if kind == "parquet":
        typed = io.BytesIO()
        ROWS.to_parquet(typed, index=False)
    else:
        frame["decided"] = ROWS["decided"].astype(str)

    def written(changed: pd.DataFrame) -> bytes:
        if kind == "csv":
            return changed.to_csv(index=False).encode("utf-8", "surrogatepass")
        if kind == "jsonl":
            return b"\n".join(json.dumps(row).encode() for row in changed.to_dict("records"))
        target = io.BytesIO()
        try:
            changed.to_parquet(target, index=False)
        except Exception:  # noqa: BLE001 - what Parquet cannot hold is written as text
            target = io.BytesIO()
            texts = changed.astype(object).map(lambda value: str(value).encode("utf-8", "replace").decode())
            texts.columns = [str(name).encode("utf-8", "replace").decode() for name in changed]
            texts.loc[:, ~texts.columns.duplicated()].to_parquet(target, index=False)
        return target.getvalue()

    good = typed.getvalue() if kind == "parquet" else written(frame)

    def make(chance: random.Random) -> bytes:
        if chance.random() < 0.6:
            return damaged(good, chance, [good])
        rows = mutated(frame.to_dict("records"), chance)
        rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        # No frame has a column whose name is no Unicode text.
        named = [{str(name).encode("utf-8", "replace").decode(): row[name] for name in row} for row in rows]
        return written(pd.DataFrame(named, dtype=object))

    return make


def of_payloads(store: Store, folder: Path, chance: random.Random, tally: Tally) -> None:
    """One payload of each action as JSON would bring it."""
    for name in PAYLOADS:
        values = plain_values(name, folder)
        changed = mutated(values, chance)
        if not isinstance(changed, dict):
            continue
        changed |= {"files": values["files"]} if "files" in values else {}
        work = lambda name=name, changed=changed: run_action(  # noqa: E731
            store, name, read_payload(name, changed), EVERYBODY_AS_ANNA
        )
        attempt(store, work, tally, (name, changed))


def plain_values(name: str, folder: Path) -> dict[str, Any]:
    """The example of an action as plain values, made once."""
    if name not in VALUES:
        place = folder / name
        place.mkdir(exist_ok=True)
        payload = example_of(name, place).payload
        VALUES[name] = {
            key: value if key == "files" else json.loads(payload.model_dump_json())[key]
            for key, value in payload.model_dump().items()
        }
    return VALUES[name]


VALUES: dict[str, dict[str, Any]] = {}
# Without fields other than files there is nothing to change.
PAYLOADS = [name for name in with_example() if set(ACTIONS.get(name).payload.model_fields) != {"files"}]
MANY, SOME = 20_000, 2_000
KINDS: dict[str, tuple[Any, int]] = {
    "action payloads": (of_payloads, MANY // len(PAYLOADS) + 1),
    "cards": (of_files("register", "card.yaml", yaml_of(CARDS)), MANY),
    "people": (of_files("register", "people.yaml", yaml_of(PEOPLE)), MANY),
    "events": (of_files("ingest_events", "events.jsonl", lines_of(EVENTS, "claims")), MANY),
    "lineage": (of_files("ingest_lineage", "runs.json", lines_of(RUNS)), MANY),
    "predictions csv": (of_files("ingest_predictions", "rows.csv", table_of("csv"), "claims"), SOME),
    "predictions jsonl": (of_files("ingest_predictions", "rows.jsonl", table_of("jsonl"), "claims"), SOME),
    "predictions parquet": (of_files("ingest_predictions", "rows.parquet", table_of("parquet"), "claims"), SOME),
}


def run_cases(store: Store, kind: str, number: int, folder: Path) -> Tally:
    run, _ = KINDS[kind]
    tally, before = Tally(), ledger_digest(store)
    chance = random.Random(f"{kind} {os.environ.get('FUZZ_SEED')}")
    for _ in range(number):
        run(store, folder, chance, tally)
    assert ledger_digest(store) == before
    assert verify(store).faults == []
    return tally


@pytest.mark.parametrize("kind", KINDS)
def test_a_slice_of_every_kind(undone: Store, kind: str, tmp_path: Path) -> None:
    tally = run_cases(undone, kind, KINDS[kind][1] // 80, tmp_path)
    assert tally.faults == []
    assert min(tally.refused, tally.accepted) > 0


def test_what_is_accepted_is_written_once_and_what_is_refused_not_at_all(store: Store, tmp_path: Path) -> None:
    head, before = store.ledger.head, ledger_digest(store)
    chance, tally = random.Random(7), Tally()
    for kind in ("events", "lineage", "people"):
        for _ in range(40):
            KINDS[kind][0](store, tmp_path, chance, tally)
    assert tally.faults == []
    assert verify(store).faults == []
    assert (ledger_digest(store) == before) == (store.ledger.head == head)
    assert store.ledger.head.seq - head.seq <= tally.accepted


def test_a_partial_commit_would_be_seen(store: Store) -> None:
    tally = Tally()

    def half() -> None:
        with store.writing(AuditContext("half", "fuzz", after={"x": 1})):
            pass
        raise DashboardError("refused")

    attempt(store, half, tally, "half")
    assert "committed and then refused" in tally.faults[-1]


@pytest.mark.campaign
@pytest.mark.parametrize("kind", KINDS)
def test_campaign(undone: Store, kind: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    tally = run_cases(undone, kind, KINDS[kind][1], tmp_path)
    for name, value in (("accepted", tally.accepted), ("refused", tally.refused), ("faults", len(tally.faults))):
        record_property(name, value)
    assert tally.faults == []


@pytest.mark.parametrize("key", ["", "\x00", "\ud800", "x\ny", "x" * 6_000])
def test_a_strange_key_is_named(key: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        read_payload("revoke_token", {"name": "feeder", key: [key]})
    assert faults_of(refused.value) == []


@pytest.mark.parametrize("sign", ["*", "&", "!"])
def test_a_long_anchor_is_cut(sign: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        read_document("f.yaml", f"a: {sign}{'9' * 5_000} b".encode())
    assert faults_of(refused.value) == []
