"""What is read of a registry's entries without importing them is what importing finds."""

import subprocess
import sys

import pytest

from dashboard.actions.registry import ACTIONS
from dashboard.errors import NotFoundError
from dashboard.measures.drift import METHODS
from dashboard.registry import Registry, declared
from dashboard.views.registry import VIEWS
from tests.architecture.tree import ROOT


@pytest.mark.parametrize("registry", [ACTIONS, VIEWS, METHODS], ids=lambda registry: registry.kind)
def test_the_declared_entries_are_the_registered_ones(registry: Registry):
    assert list(declared(registry.package, registry.decorator)) == list(registry.all())


def test_actions_are_declared_with_command_and_purpose():
    told = declared(ACTIONS.package, ACTIONS.decorator)
    assert {name: (entry.summary, tuple(entry.keywords["command"].split())) for name, entry in told.items()} == {
        name: (action.purpose, action.command) for name, action in ACTIONS.all().items()
    }
    assert {name: entry.module for name, entry in told.items()} == {
        name: action.run.__module__ for name, action in ACTIONS.all().items()
    }


def test_views_are_declared_with_their_question():
    told = declared(VIEWS.package, VIEWS.decorator)
    assert {name: entry.summary for name, entry in told.items()} == {
        name: view.question for name, view in VIEWS.all().items()
    }


def test_one_entry_costs_the_import_of_its_own_module():
    code = (
        "import sys\n"
        "from dashboard.actions.registry import ACTIONS\n"
        "assert ACTIONS.get('register').name == 'register'\n"
        "assert 'dashboard.actions.tokens' not in sys.modules\n"
        "assert 'create_token' in ACTIONS.all()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_what_is_not_declared_is_refused_with_what_there_is():
    with pytest.raises(NotFoundError, match="known are .*register"):
        ACTIONS.get("nothing")
