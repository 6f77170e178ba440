"""Many cases of bad input of each kind: `make fuzz`, or `make fuzz KIND=backups FUZZ_SEED=7 FUZZ_CASES=500`.

A fault names its case: kind, seed and number, from which the same input is made again.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from dashboard.store.audit.verify import verify
from tests.hostile.fuzz_kinds import KINDS
from tests.hostile.fuzzing import arena_in, memory, run_cases, seed_of, undo

CASES = int(os.environ.get("FUZZ_CASES", "10000"))


@pytest.mark.campaign
@pytest.mark.parametrize("name", KINDS)
def test_no_input_of_a_kind_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    began = time.process_time()
    with arena_in(tmp_path) as arena:
        monkeypatch.setattr(arena.store.ledger, "record", undo)
        tally = run_cases(arena, name, KINDS[name], CASES)
        faults = verify(arena.store).faults
    problems = f"{tally.rows} problems name a row, {tally.fields} a field"
    took = f"{time.process_time() - began:.0f} s of CPU, at most {memory('VmHWM'):.0f} MB"
    became = f"{tally.accepted} accepted, {tally.refused} refused"
    print(f"\n{name}: seed {seed_of()}, {CASES} cases, {became}; {problems}; {took}")
    for words, number in tally.elsewhere.most_common(25):
        print(f"  without row and field, {number} times: {words}")
    for fault in tally.faults[:20]:
        print(f"  FAULT {fault}")
    assert tally.faults == []
    assert faults == []
