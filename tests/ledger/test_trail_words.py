"""Every field that a record of an action names, and what it is about, has words for readers of the audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.principal import operator
from dashboard.actions.registry import run_action
from dashboard.store.audit.chain import read_entries
from dashboard.store.engine.database import Store
from dashboard.ui.labels.actions import SUBJECT_KINDS
from dashboard.ui.labels.fields import FIELDS
from dashboard.ui.panels.audit.differences import OF_DATA
from tests.examples import example_of, with_example

# Models, and names that somebody chose.
NAMED = {"claims", "COMPLETE"}


def field_names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from str(name).replace("]", "").replace("[", ".").split(".")
            # Below these stand prediction ids, which are no fields.
            yield from () if name in OF_DATA else field_names(part)
    elif isinstance(value, list):
        for part in value:
            yield from field_names(part)


@pytest.mark.parametrize("name", with_example())
def test_the_fields_of_every_action_have_words(store: Store, tmp_path: Path, name: str) -> None:
    example = example_of(name, tmp_path)
    somebody = replace(operator("somebody"), person="anna.keller")
    for action, payload in (*example.before, (name, example.payload)):
        run_action(store, action, payload, somebody)
    with store.cursor() as cursor:
        entry = read_entries(cursor)[-1]
    subjects = [json.loads(entry.before or "{}"), json.loads(entry.after or "{}")]
    assert {name.partition(" ")[0] for side in subjects for name in side} <= {*SUBJECT_KINDS, *NAMED}
    found = {name for side in subjects for value in side.values() for name in field_names(value)}
    assert {name for name in found if name not in FIELDS and name not in NAMED and not name.isdigit()} == set()
