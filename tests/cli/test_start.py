"""What a command imports before it does its work."""

import json
import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT

WATCHED = ("duckdb", "numpy", "pandas", "pyarrow", "pydantic", "rich")
SCRIPT = """
import contextlib, io, json, sys
from dashboard.cli.command_line import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(sys.argv[2:])
print(json.dumps([name for name in json.loads(sys.argv[1]) if name in sys.modules]))
"""


@pytest.mark.parametrize(
    ("words", "loaded"),
    [
        (["--help"], []),
        (["--version"], []),
        (["token", "--help"], []),
        (["show", "--help"], ["pydantic"]),
        (["check", str(ROOT / "data" / "demo" / "people.yaml")], ["pydantic"]),
    ],
    ids=" ".join,
)
def test_short_commands_load_no_library_that_they_do_not_need(words, loaded):
    command = [sys.executable, "-c", SCRIPT, json.dumps(WATCHED), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == loaded


def test_what_is_kept_is_shown_without_what_judges(home):
    judges = ["dashboard.governance.situation.situation", "dashboard.schema.card.card", "rich"]
    command = [sys.executable, "-c", SCRIPT, json.dumps(judges), "show", "models", "--home", str(home)]
    loaded = [
        json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
        for _ in range(2)
    ]
    # The first one may have to judge.
    assert loaded[1] == []
