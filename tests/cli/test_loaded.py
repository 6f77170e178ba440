"""Libraries that take seconds to import are loaded by no question and by no page."""

import json
import os
import subprocess
import sys

import pytest

from dashboard.ui.session.page_registry import find_pages
from dashboard.views.registry import VIEWS
from tests.architecture.tree import ROOT

NAMES = {"views": set(VIEWS.all()), "pages": {path.stem for path, _ in find_pages()}}


@pytest.mark.parametrize("what", NAMES)
def test_no_question_and_no_page_loads_a_heavy_library(what, home):
    command = [sys.executable, "-m", "tests.cli.loaded", what, str(home)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout)
    assert set(loaded) == NAMES[what]
    assert {name: found for name, found in loaded.items() if found} == {}
