"""What the documents and the lists of requirements say is there is there."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LOCKS = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt", ROOT / "install" / "uv.txt"]
REQUIREMENTS = [f"R{number:02}" for number in range(1, 66) if number != 62] + ["R62a", "R62b", "R62c", "R62d"]


def names(path: Path) -> set[str]:
    """The packages of a list of requirements, without comments, versions and extras."""
    lines = re.findall(r"(?m)^([A-Za-z0-9][\w.-]*)", path.read_text(encoding="utf-8"))
    return {re.sub(r"[-_.]+", "-", line).lower() for line in lines}


def rows_of_requirements() -> dict[str, list[str]]:
    lines = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| R\d", line)]
    return {row[0].split()[0]: row for row in cells}


@pytest.mark.parametrize("path", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith(("http://", "https://"))]
    assert [link for link in local if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])
def test_make_knows_the_commands_of_the_documents(path):
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    text = path.read_text(encoding="utf-8")
    named = {*re.findall(r"`make ([a-z]+)", text), *re.findall(r"(?m)^make ([a-z]+)", text)}
    assert named <= targets


def test_every_requirement_has_its_row():
    assert sorted(rows_of_requirements()) == sorted(REQUIREMENTS)


def test_requirements_name_what_is_missing_or_the_test_that_shows_them():
    rows = rows_of_requirements()
    assert {name: len(row) for name, row in rows.items() if len(row) != 6} == {}
    assert [name for name, row in rows.items() if row[3] != "not yet" and not (row[4] or row[5])] == []


def test_tests_that_the_requirements_name_exist():
    named = {path for row in rows_of_requirements().values() for path in re.findall(r"`(tests/[^`:]+)", row[4])}
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_every_direct_dependency_has_its_reason():
    text = (ROOT / "docs" / "decisions" / "dependencies.md").read_text(encoding="utf-8").lower()
    direct = names(ROOT / "requirements.in") | names(ROOT / "requirements-dev.in") | names(ROOT / "install" / "uv.in")
    assert sorted(name for name in direct if name not in text) == []


@pytest.mark.parametrize("path", LOCKS, ids=[path.name for path in LOCKS])
def test_lock_has_hashes_and_nothing_of_one_machine(path):
    text = path.read_text(encoding="utf-8")
    pinned = re.findall(r"(?m)^\S+==\S+ \\\n +--hash=sha256:[0-9a-f]{64}", text)
    assert len(pinned) == len(re.findall(r"(?m)^[A-Za-z0-9]", text)) > 0
    assert re.findall(r"(?m)^-.*|file:.*|://.*| @ .*", text) == []


def test_lock_holds_every_direct_requirement():
    assert names(ROOT / "requirements.in") <= names(ROOT / "requirements.txt")
    assert names(ROOT / "requirements-dev.in") | names(ROOT / "requirements.txt") <= names(
        ROOT / "requirements-dev.txt"
    )


def test_both_locks_pin_the_same_versions():
    def pins(path):
        return dict(re.findall(r"(?m)^([a-z0-9][\w.\[\]-]*)==(\S+)", path.read_text(encoding="utf-8")))

    run, development = pins(ROOT / "requirements.txt"), pins(ROOT / "requirements-dev.txt")
    assert {name: version for name, version in run.items() if development.get(name) != version} == {}
