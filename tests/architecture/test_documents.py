"""What the documents and the lists of requirements say is there is there."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from dashboard import __version__
from tests.architecture.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
LOCKS = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt", ROOT / "install" / "uv.txt"]
REQUIREMENTS = [f"R{number:02}" for number in range(1, 66) if number != 62] + ["R62a", "R62b", "R62c", "R62d"]


def names(path: Path) -> set[str]:
    """The packages of a list of requirements, without comments, versions and extras."""
    return named_in(path.read_text(encoding="utf-8"))


def named_in(text: str) -> set[str]:
    lines = re.findall(r"(?m)^([A-Za-z0-9][\w.-]*)", text)
    return {re.sub(r"[-_.]+", "-", line).lower() for line in lines}


RUN_TIME = named_in("\n".join(PROJECT["project"]["dependencies"]))


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
    direct = RUN_TIME | names(ROOT / "requirements-dev.in") | names(ROOT / "install" / "uv.in")
    assert sorted(name for name in direct if name not in text) == []


@pytest.mark.parametrize("path", LOCKS, ids=[path.name for path in LOCKS])
def test_lock_has_hashes_and_nothing_of_one_machine(path):
    text = path.read_text(encoding="utf-8")
    pinned = re.findall(r"(?m)^\S+==\S+ \\\n +--hash=sha256:[0-9a-f]{64}", text)
    assert len(pinned) == len(re.findall(r"(?m)^[A-Za-z0-9]", text)) > 0
    assert re.findall(r"(?m)^-.*|file:.*|://.*| @ .*", text) == []


def test_lock_holds_every_direct_requirement():
    assert names(ROOT / "requirements.txt") >= RUN_TIME
    assert names(ROOT / "requirements-dev.in") | names(ROOT / "requirements.txt") <= names(
        ROOT / "requirements-dev.txt"
    )


def test_both_locks_pin_the_same_versions():
    def pins(path):
        return dict(re.findall(r"(?m)^([a-z0-9][\w.\[\]-]*)==(\S+)", path.read_text(encoding="utf-8")))

    run, development = pins(ROOT / "requirements.txt"), pins(ROOT / "requirements-dev.txt")
    assert {name: version for name, version in run.items() if development.get(name) != version} == {}


def test_the_wheel_is_built_by_the_locked_backend():
    (backend,) = PROJECT["build-system"]["requires"]
    assert f"\n{backend} \\\n" in (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")


def test_the_newest_section_of_the_changelog_is_this_version():
    sections = re.findall(r"(?m)^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    released = [section for section in sections if section != "Unreleased"]
    assert released[0].split()[0] == __version__
    assert PROJECT["project"]["dynamic"] == ["version"]


def test_the_licence_is_the_one_that_the_package_names():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert ("Apache License" in text, "Version 2.0, January 2004" in text, "END OF TERMS" in text) == (True,) * 3


def test_what_is_no_module_goes_into_the_wheel():
    bundled = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {inside.removeprefix("dashboard/_bundled/"): outside for outside, inside in bundled.items()} == {
        outside: outside for outside in bundled
    }
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    needed = kept - {"dashboard", "install", "requirements.txt"}
    assert {name.removesuffix("/config.toml") for name in bundled} == needed


def test_hooks_before_a_commit_are_the_tools_of_the_project():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert {repository["repo"] for repository in config["repos"]} == {"local"}
    assert [hook["entry"] for hook in hooks] == [".venv/bin/ruff format", ".venv/bin/ruff check"]
