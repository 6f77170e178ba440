"""What a long run is judged by finds a leak of memory, of files, and judgements that fall behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.api.soaking import SAMPLE_SECONDS, Sample, faults_of, longest_wait


def steady(minutes: float) -> list[Sample]:
    """A run in which memory and files go up and down by the load alone, and models wait for a few seconds."""
    return [
        Sample(number * SAMPLE_SECONDS, 300 + 6 * (number % 3), 40 + number % 4, int(number % 10 < 2), 0.1)
        for number in range(int(minutes * 60 / SAMPLE_SECONDS))
    ]


@pytest.mark.parametrize("minutes", [6, 120])
def test_a_steady_run_holds(minutes: float) -> None:
    assert faults_of(steady(minutes)) == []


@pytest.mark.parametrize(("minutes", "an_hour"), [(6, 1_500), (120, 25)])
def test_a_leak_of_memory_is_found(minutes: float, an_hour: float) -> None:
    leaking = [replace(one, memory_mb=one.memory_mb + an_hour * one.at / 3600) for one in steady(minutes)]
    assert [fault.split(" by ")[0] for fault in faults_of(leaking)] == ["memory grew"]


def test_files_that_stay_open_are_found() -> None:
    leaking = [replace(one, files=one.files + int(one.at // 15)) for one in steady(10)]
    assert "files are open" in faults_of(leaking)[0]


def test_judgements_that_fall_behind_are_found() -> None:
    behind = [replace(one, to_judge=1) if one.at > 100 else one for one in steady(10)]
    assert longest_wait(behind) > 480
    assert "waited" in faults_of(behind)[0]
    assert longest_wait(steady(10)) == SAMPLE_SECONDS


def test_a_log_of_writes_that_is_never_emptied_is_found() -> None:
    assert "log of writes" in faults_of([replace(one, log_mb=20.0) for one in steady(10)])[0]
