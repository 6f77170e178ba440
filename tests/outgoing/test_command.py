"""Commands: no shell, little of the environment, an end after their time, and only the end of what they print."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from dashboard.connectors.outgoing.command import Ended, run_command


def run(*command: str, seconds: float = 60.0, directory: Path | None = None, sent: bytes = b"") -> Ended:
    folder = str(directory) if directory else None
    return run_command(command, folder, {"RETRAINING_ID": "id-1"}, sent, seconds, lambda share: None)


def python(code: str, seconds: float = 60.0, sent: bytes = b"") -> Ended:
    return run(sys.executable, "-c", code, seconds=seconds, sent=sent)


def test_a_command_gets_its_request_and_says_how_it_ended():
    code = "import json, os, sys; print(json.load(sys.stdin)['model'], os.environ['RETRAINING_ID'])"
    assert python(code, sent=b'{"model": "claims"}') == Ended(True, "it ended well: claims id-1")
    assert python("import sys; print('no rows'); sys.exit(3)") == Ended(False, "it ended with exit code 3: no rows")
    assert python("import os; os.kill(os.getpid(), 9)") == Ended(False, "it was ended by signal 9")


def test_words_are_no_shell(tmp_path: Path):
    made = tmp_path / "made"
    ended = run("/bin/echo", "$HOME", ";", "touch", str(made), "$(id)", "`id`")
    assert ended == Ended(True, f"it ended well: $HOME ; touch {made} $(id) `id`")
    assert not made.exists()


@pytest.mark.parametrize("command", ["/does/not/exist", "no-such-command-anywhere", "/etc/passwd"])
def test_a_command_that_is_not_there_or_no_program_is_told(command: str):
    ended = run(command)
    assert not ended.well
    assert ended.detail.startswith("the command cannot be started: ")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    assert "cannot be started" in run("/bin/echo", directory=tmp_path / "gone").detail


def test_secrets_of_the_environment_are_not_handed_on(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DASHBOARD_TRAINING_SECRET", "whsec_secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    ended = python("import json, os; print(json.dumps(sorted(os.environ)))")
    given = set(json.loads(ended.detail.removeprefix("it ended well: ")))
    assert given <= {"PATH", "HOME", "LANG", "TZ", "TMPDIR", "RETRAINING_ID", "LC_CTYPE"}


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path: Path):
    sign = tmp_path / "sign"
    child = f"import time; time.sleep(4); open({str(sign)!r}, 'w')"
    begins = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}])"
    code = f"{begins}; print('begun', flush=True); time.sleep(100)"
    ended = python(code, seconds=2)
    assert ended == Ended(False, "it took longer than 2 seconds and was ended: begun")
    time.sleep(4)
    assert not sign.exists()


def test_a_child_that_lives_on_is_not_waited_for():
    child = "import time; time.sleep(70)"
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]); print('handed on')"
    assert python(code, seconds=60) == Ended(True, "it ended well: handed on")


def test_of_a_flood_of_output_only_the_end_is_kept():
    ended = python("import sys; sys.stdout.write('x' * 5_000_000 + '\\x1b[31mlast words\\x07')")
    assert ended.well
    assert ended.detail.endswith("xlast words")
    assert len(ended.detail) < 1_100


def test_a_command_that_closes_its_output_is_waited_for():
    ended = python("import os, sys, time; os.close(1); os.close(2); time.sleep(1); os._exit(7)")
    assert ended == Ended(False, "it ended with exit code 7")
