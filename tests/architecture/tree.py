"""The program's files, and the import rules as functions over a module's name and text: bad samples can be tried."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# From top to bottom; a module imports from its own layer or from those below.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "asgi",
            "pages",
            "dashboard.__main__",
            "dashboard.app",
            "dashboard.api",
            "dashboard.cli",
        }
    ),
    frozenset({"dashboard.ui.panels"}),
    frozenset({"dashboard.ui.layout"}),
    frozenset({"dashboard.ui.widgets"}),
    frozenset({"dashboard.ui.session"}),
    frozenset({"dashboard.ui", "dashboard.ui.labels", "dashboard.charts"}),
    frozenset({"dashboard.views", "dashboard.actions", "dashboard.demo"}),
    frozenset({"dashboard.governance.verification"}),
    frozenset({"dashboard.governance.judgements"}),
    frozenset({"dashboard.governance.alert_record", "dashboard.governance.desk"}),
    frozenset({"dashboard.governance.acceptances", "dashboard.governance.alerts", "dashboard.governance.rules"}),
    frozenset({"dashboard.governance.gaps", "dashboard.governance.status"}),
    frozenset({"dashboard.governance.ownership", "dashboard.governance.risk", "dashboard.governance.sign_offs"}),
    frozenset({"dashboard.governance.outages", "dashboard.governance.retirement", "dashboard.governance.uses"}),
    frozenset({"dashboard.lineage"}),
    frozenset(
        {
            "dashboard.access",
            "dashboard.measures",
            "dashboard.governance",
            "dashboard.explanations",
            "dashboard.profiles",
            "dashboard.connectors",
        }
    ),
    frozenset({"dashboard.store"}),
    frozenset({"dashboard.schema"}),
    frozenset(
        {
            "dashboard",
            "dashboard.errors",
            "dashboard.machine",
            "dashboard.periods",
            "dashboard.processes",
            "dashboard.registry",
            "dashboard.resources",
            "dashboard.words",
        }
    ),
)
# A library and the parts that may import it at all.
OWNERS: dict[str, frozenset[str]] = {
    "streamlit": frozenset({"asgi", "dashboard.app", "pages", "dashboard.ui"}),
    "plotly": frozenset({"dashboard.charts"}),
    "duckdb": frozenset({"dashboard.store", "dashboard.profiles"}),
}
# Libraries that take 0.7 to 8 seconds to import, or import plenty on their own: inside functions only.
HEAVY = frozenset(
    {
        "evidently",
        "ibis",
        "joblib",
        "matplotlib",
        "plotly.express",
        "pyspark",
        "scipy",
        "shap",
        "sklearn",
        "skops",
        "statsmodels",
    }
)
OUTSIDE = frozenset({"tests", "benchmarks", "data", "pages"})


def program_files() -> list[Path]:
    """Every Python file of the program: the launcher, the pages, the package."""
    return [ROOT / "asgi.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "dashboard").rglob("*.py"))]


def module_name(path: Path) -> str:
    """The dotted name under which a file of the tree is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def covers(part: str, module: str) -> bool:
    """Whether `module` is `part` or lies within it; the bare package `dashboard` covers only itself."""
    return module == part or (part != "dashboard" and module.startswith(f"{part}."))


def layer_of(module: str) -> int | None:
    """The layer's number, 0 on top; None for a module that belongs to no layer."""
    return next((number for number, parts in enumerate(LAYERS) if any(covers(part, module) for part in parts)), None)


def imported_names(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that the nodes import, literal calls of `import_module` included."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{'.' * node.level}{node.module or ''}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"import_module", "__import__"}:
            name = node.args[0] if node.args else None
            if isinstance(name, ast.Constant):
                yield node.lineno, str(name.value)


def run_by_python(tree: ast.AST, *, in_functions: bool) -> Iterator[ast.AST]:
    """The nodes that run, at import or also later in functions; nothing of what is for the type checker alone."""
    for node in ast.iter_child_nodes(tree):
        if not in_functions and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        yield node
        yield from run_by_python(node, in_functions=in_functions)


def broken_import_rules(module: str, text: str) -> list[str]:
    """What is wrong with the imports of one module, a line each; empty when nothing is."""
    tree = ast.parse(text)
    faults = [f"{module} belongs to no layer"] if layer_of(module) is None else []
    for line, name in imported_names(ast.walk(tree)):
        faults.extend(f"{module}:{line}: {fault}" for fault in faults_of_direction(module, name))
    for line, name in imported_names(run_by_python(tree, in_functions=True)):
        faults.extend(f"{module}:{line}: {fault}" for fault in faults_of_owner(module, name))
    for line, name in imported_names(run_by_python(tree, in_functions=False)):
        if any(covers(heavy, name) for heavy in HEAVY):
            faults.append(f"{module}:{line}: {name} is imported at module level")
    return faults


def faults_of_direction(module: str, name: str) -> Iterator[str]:
    """What is wrong with one import, wherever it stands and whatever it is for."""
    if name.startswith("."):
        yield f"{name} is imported by a relative path"
    if name.partition(".")[0] in OUTSIDE:
        yield f"{name} is no part of the program"
    own, other = layer_of(module), layer_of_import(name)
    if own is not None and other is not None and other < own:
        yield f"{name} lies above"


def faults_of_owner(module: str, name: str) -> Iterator[str]:
    """Libraries that belong to a part; their types may be named elsewhere, since that imports nothing."""
    for library, owners in OWNERS.items():
        if covers(library, name) and not any(covers(owner, module) for owner in owners):
            yield f"{library} is imported outside of {', '.join(sorted(owners))}"


def layer_of_import(name: str) -> int | None:
    """The layer of an imported name; `from dashboard import ui` names the part only in its last word."""
    return layer_of(name) if layer_of(name) is not None else layer_of(name.rpartition(".")[0])
