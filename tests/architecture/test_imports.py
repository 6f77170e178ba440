"""One direction of travel: who may import whom, which library belongs to which part, what may not load at start."""

import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT, broken_import_rules, module_name, program_files

FILES = program_files()


def test_every_file_keeps_the_import_rules():
    broken = {
        str(path.relative_to(ROOT)): broken_import_rules(module_name(path), path.read_text(encoding="utf-8"))
        for path in FILES
    }
    assert {path: rules for path, rules in broken.items() if rules} == {}


@pytest.mark.parametrize(
    ("module", "text", "fault"),
    [
        ("dashboard.store.cards", "from dashboard.views.query import Query", "dashboard.views.query.Query lies above"),
        ("dashboard.store.cards", "from dashboard import views", "dashboard.views lies above"),
        (
            "dashboard.store.cards",
            "def read():\n    import dashboard.profiles.bins",
            "dashboard.profiles.bins lies above",
        ),
        (
            "dashboard.schema.card",
            "from dashboard.store.engine.database import Store",
            "dashboard.store.engine.database.Store lies above",
        ),
        ("dashboard.errors", "import dashboard.schema.card", "dashboard.schema.card lies above"),
        (
            "dashboard.views.drift",
            "from dashboard.ui.panels.model import rows",
            "dashboard.ui.panels.model.rows lies above",
        ),
        ("dashboard.measures.drift", "from dashboard.actions.register import register", "lies above"),
        (
            "dashboard.ui.layout.layout",
            "from dashboard.cli.command_line import main",
            "dashboard.cli.command_line.main lies above",
        ),
        (
            "dashboard.views.drift",
            "if TYPE_CHECKING:\n    from dashboard.ui.panels.model import rows",
            "dashboard.ui.panels.model.rows lies above",
        ),
        ("dashboard.views.drift", "import streamlit as st", "streamlit is imported outside of"),
        ("dashboard.charts.drift", "from streamlit import dataframe", "streamlit is imported outside of"),
        ("dashboard.cli", "def serve():\n    import streamlit.web.cli", "streamlit is imported outside of"),
        ("dashboard.ui.layout.layout", "import plotly.graph_objects as go", "plotly is imported outside of"),
        ("pages.drift", "import plotly.graph_objects as go", "plotly is imported outside of"),
        ("dashboard.views.drift", "import duckdb", "duckdb is imported outside of"),
        ("pages.overview", "import duckdb", "duckdb is imported outside of"),
        ("dashboard.measures.drift", "import scipy.stats", "scipy.stats is imported at module level"),
        ("dashboard.measures.drift", "from sklearn.metrics import roc_auc_score", "is imported at module level"),
        (
            "dashboard.explanations.values",
            "try:\n    import shap\nexcept ImportError:\n    shap = None",
            "module level",
        ),
        ("dashboard.explanations.values", "try:\n    pass\nexcept ImportError:\n    import shap", "module level"),
        (
            "dashboard.ui.panels.drift.evidently",
            "if True:\n    import evidently",
            "evidently is imported at module level",
        ),
        (
            "dashboard.ui.panels.drift.evidently",
            "class Report:\n    import evidently",
            "evidently is imported at module level",
        ),
        ("dashboard.profiles.engine", "with quiet():\n    import pyspark", "pyspark is imported at module level"),
        ("dashboard.profiles.engine", "import ibis", "ibis is imported at module level"),
        ("dashboard.charts.drift", "import plotly.express as px", "plotly.express is imported at module level"),
        (
            "dashboard.ui.panels.drift.evidently",
            "import importlib\nx = importlib.import_module('evidently')",
            "module level",
        ),
        ("dashboard.views.drift", "from .query import Query", "is imported by a relative path"),
        ("dashboard.views.drift", "from tests.gallery import gallery", "is no part of the program"),
        ("dashboard.tools", "import json", "dashboard.tools belongs to no layer"),
    ],
)
def test_a_broken_rule_is_found(module, text, fault):
    assert any(fault in found for found in broken_import_rules(module, text))


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("dashboard.measures.drift", "def ks():\n    from scipy import stats\n    return stats"),
        ("dashboard.measures.drift", "if TYPE_CHECKING:\n    from sklearn.base import BaseEstimator"),
        (
            "dashboard.views.drift",
            "from dashboard.measures.drift import psi\nfrom dashboard.store.engine.database import Store",
        ),
        ("dashboard.charts.drift", "import plotly.graph_objects as go"),
        (
            "dashboard.store.cards",
            "from dashboard.schema.card import ModelCard\nfrom dashboard.errors import NotFoundError",
        ),
        ("pages.drift", "import streamlit as st\nfrom dashboard.charts.drift import drift_over_time"),
        ("asgi", "import streamlit as st"),
        ("dashboard.ui.layout.layout", "if TYPE_CHECKING:\n    from plotly.graph_objects import Figure"),
    ],
)
def test_what_the_rules_allow_is_not_refused(module, text):
    assert broken_import_rules(module, text) == []


def test_importing_all_views_loads_no_heavy_library():
    """What the libraries of the program import among themselves would escape a look at the program's own lines."""
    code = (
        "import importlib, pkgutil, sys\n"
        "for package in ('views', 'measures', 'profiles', 'store', 'schema'):\n"
        "    for found in pkgutil.walk_packages([f'dashboard/{package}'], f'dashboard.{package}.'):\n"
        "        importlib.import_module(found.name)\n"
        "heavy = {'shap', 'evidently', 'sklearn', 'scipy', 'streamlit', 'plotly', 'matplotlib'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
