"""Small files, small functions, thin pages; what is over a limit stands here with its reason until it shrinks."""

import ast

import pytest

from tests.architecture.tree import ROOT, program_files

FILE_LINES, TEST_LINES, PAGE_LINES, FUNCTION_LINES, PARAMETERS = 300, 400, 60, 40, 6
# "path" or "path:function" -> why it may be longer.
EXCEPTIONS: dict[str, str] = {
    "dashboard/store/importances.py:append_importance": "one argument for each column of its table",
    "dashboard/store/profiles.py:list_profiles": "each argument narrows the reading, all by name",
}

PROGRAM = [
    *program_files(),
    *sorted((ROOT / "data" / "demo").rglob("*.py")),
    *sorted((ROOT / "benchmarks").rglob("*.py")),
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))


def too_long(name: str, text: str, lines: int) -> list[str]:
    """The file, and each function of it, that is over its limit; functions of tests hold tables and are not counted."""
    found = [name] if len(text.splitlines()) > lines else []
    if name.startswith("tests/"):
        return found
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            count = len([argument for argument in arguments if argument.arg not in {"self", "cls"}])
            if length > FUNCTION_LINES or count > PARAMETERS:
                found.append(f"{name}:{node.name}")
    return found


def faults_of_page(text: str) -> list[str]:
    """A page picks, reads, tells and shows; it neither computes nor catches."""
    faults = ["too long"] if len(text.splitlines()) > PAGE_LINES else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Try):
            faults.append("catches")
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            faults.append(f"defines {node.name}")
        elif isinstance(node, ast.Attribute) and node.attr in {"groupby", "merge", "execute", "agg", "add_trace"}:
            faults.append(f"computes: {node.attr}")
    return faults


def all_too_long() -> set[str]:
    named = [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in [*PROGRAM, *TESTS]]
    return {
        fault
        for name, text in named
        for fault in too_long(name, text, TEST_LINES if name.startswith("tests/") else FILE_LINES)
    }


def test_files_and_functions_are_short():
    found = sorted(all_too_long() - set(EXCEPTIONS))
    assert not found, "\n".join(found)


def test_exceptions_are_still_needed():
    assert sorted(set(EXCEPTIONS) - all_too_long()) == []


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_page_is_thin(path):
    assert faults_of_page(path.read_text(encoding="utf-8")) == []


def test_what_is_too_long_is_found():
    body = "\n".join(["    x = 1"] * FUNCTION_LINES)
    assert too_long("dashboard/a.py", f"def f():\n{body}\n", 300) == ["dashboard/a.py:f"]
    assert too_long("dashboard/a.py", "def f(a, b, c, d, *, e, f, g):\n    pass\n", 300) == ["dashboard/a.py:f"]
    assert too_long("dashboard/a.py", "x = 1\n" * 301, 300) == ["dashboard/a.py"]
    assert too_long("dashboard/a.py", "class A:\n    def f(self, a, b, c, d, e, f):\n        pass\n", 300) == []


@pytest.mark.parametrize(
    "text", ["try:\n    x()\nexcept KeyError:\n    y()", "def f():\n    pass", "a.groupby('b')", "x = 1\n" * 61]
)
def test_a_page_that_does_more_is_found(text):
    assert faults_of_page(text)
