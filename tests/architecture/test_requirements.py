"""What runs at the customer imports nothing that only development installs."""

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.tree import ROOT, imported_names, program_files

SOURCES = [*program_files(), *sorted((ROOT / "data" / "demo").rglob("*.py"))]
OWN = {"dashboard", "pages", "pipelines"}
DISTRIBUTIONS = packages_distributions()


def normal(name: str) -> str:
    """The name of a distribution as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


INSTALLED = {
    normal(line.split("==")[0])
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if "==" in line
}


def missing_at_run_time(text: str) -> list[str]:
    """Modules that a text imports, inside of functions too, and that the run-time requirements do not bring."""
    names = {name for _, name in imported_names(ast.walk(ast.parse(text))) if not name.startswith(".")}
    modules = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - OWN
    return sorted(name for name in modules if not {normal(one) for one in DISTRIBUTIONS.get(name, ())} & INSTALLED)


def test_run_time_needs_no_package_of_development():
    missing = {str(path.relative_to(ROOT)): missing_at_run_time(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {path: packages for path, packages in missing.items() if packages} == {}


@pytest.mark.parametrize("text", ["import shap", "def explain():\n    from fairlearn.metrics import MetricFrame"])
def test_a_package_of_development_is_found(text):
    assert missing_at_run_time(text) != []
