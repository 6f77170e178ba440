"""What no file of the program may hold, whoever wrote it; each rule is tried on a bad sample."""

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.tree import ROOT, program_files

SOURCES = [*program_files(), *sorted((ROOT / "data" / "demo").rglob("*.py"))]
MIGRATIONS = sorted((ROOT / "dashboard").rglob("*.sql"))
VAGUE = {"base", "common", "core", "helper", "helpers", "manager", "misc", "util", "utils"}
UNPICKLERS = {"pickle", "cPickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}
UNSAFE_KEYWORDS = {"unsafe_allow_html", "unsafe_allow_javascript", "allow_pickle", "trust_remote_code"}


def index_made(text: str) -> Iterator[str]:
    """A secondary index of DuckDB can keep its key after a crash that took the row; primary keys do not."""
    if re.search(r"create\s+(unique\s+)?index", text, flags=re.IGNORECASE):
        yield "makes an index"


def pickle_read(text: str) -> Iterator[str]:
    """A pickle runs code when it is read."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (f"imports {alias.name}" for alias in node.names if alias.name.split(".")[0] in UNPICKLERS)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in UNPICKLERS:
            yield f"imports {node.module}"
        elif isinstance(node, ast.Attribute) and node.attr in {"read_pickle", "to_pickle"}:
            yield f"calls {node.attr}"


def guard_switched_off(text: str) -> Iterator[str]:
    """Keywords that take the guard off; their default, and a literal False, leave it on."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.keyword) and node.arg in UNSAFE_KEYWORDS and ast.unparse(node.value) != "False":
            yield f"sets {node.arg}"


RULES: dict[str, tuple[Callable[[str], Iterator[str]], list[str], list[str]]] = {
    "index": (
        index_made,
        ["CREATE INDEX i ON t (a)", "execute('create unique\n index i on t (a)')"],
        ["CREATE TABLE t (fact_id VARCHAR PRIMARY KEY)", "an index is made by CREATE TABLE"],
    ),
    "pickle": (
        pickle_read,
        ["import pickle", "from joblib import load", "import joblib.memory as m", "pandas.read_pickle(path)"],
        ["import skops.io", "name = 'pickle'"],
    ),
    "guard": (
        guard_switched_off,
        [
            "st.markdown(text, unsafe_allow_html=True)",
            "st.html(t, unsafe_allow_javascript=flag)",
            "np.load(f, allow_pickle=1)",
        ],
        ["st.markdown(text)", "np.load(f, allow_pickle=False)"],
    ),
}


def test_no_file_holds_anything_forbidden():
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in SOURCES}
    assert [
        f"{name}: {fault}" for name, text in texts.items() for rule, _, _ in RULES.values() for fault in rule(text)
    ] == []


def test_no_migration_makes_an_index():
    assert MIGRATIONS
    assert [path.name for path in MIGRATIONS if list(index_made(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(
    ("name", "sample"), [(name, bad) for name, (_, samples, _) in RULES.items() for bad in samples]
)
def test_a_forbidden_thing_is_found(name, sample):
    assert list(RULES[name][0](sample))


@pytest.mark.parametrize(
    ("name", "sample"), [(name, good) for name, (_, _, samples) in RULES.items() for good in samples]
)
def test_an_allowed_thing_is_not_refused(name, sample):
    assert list(RULES[name][0](sample)) == []


def test_no_module_is_a_dumping_ground():
    assert [str(path.relative_to(ROOT)) for path in SOURCES if path.stem in VAGUE or path.parent.name in VAGUE] == []
