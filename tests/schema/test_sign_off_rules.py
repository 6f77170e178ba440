"""config/sign_offs.yaml: the committed file is valid, and faults are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.cli.command_line import main
from dashboard.errors import InputRefusedError
from dashboard.schema.config.sign_offs import SIGN_OFFS_FILE, STEPS, load_sign_off_rules
from dashboard.schema.events import parse_event
from dashboard.schema.recorded import recorded_content
from tests.architecture.tree import ROOT

STEP = "sign_off_steps:\n  design: {due_from: validation, roles: [deputy], rests_on: [version]}\n"


def test_the_committed_rules_cover_every_step() -> None:
    rules = load_sign_off_rules()
    assert [step for step, _ in rules.steps()] == list(STEPS)
    assert main(["check", str(ROOT / SIGN_OFFS_FILE)]) == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (STEP.replace("version", "verson"), "did you mean 'version'"),
        (STEP.replace("[deputy]", "[deputy, deputy]"), "deputy more than once"),
        (STEP + "tolerances: {metrics: {relative: -1}}\n", "at least 0"),
        (STEP + "finding_days: 0\n", "at least 1"),
        ("sign_off_steps: {party: {}}\n", "party"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefusedError, match=fault):
        load_sign_off_rules(path)
    assert main(["check", str(path)]) == 2


def test_an_event_keeps_its_form_when_nothing_new_is_given() -> None:
    event = {"kind": "sign_off", "model": "m", "at": "2024-01-01", "step": "data", "person": "p", "decision": "approve"}
    told = recorded_content(parse_event(event))
    assert set(told) == {*event, "until", "version", "known_at", "reason"}
    with pytest.raises(InputRefusedError, match="unknown key"):
        parse_event(event | {"basis": {"colour": "red"}})
