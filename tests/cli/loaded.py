"""Ask every view, or open every page, of a home; print which heavy libraries that loaded: `loaded.py views|pages`."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator

from tests.architecture.tree import ROOT
from tests.examples import CASES

HEAVY = ("evidently", "scipy", "shap", "sklearn", "skops")
MODEL, FEATURE, PREDICTION = "claims", "amount", "prediction:claims/c-1"


def heavy() -> list[str]:
    return [name for name in HEAVY if name in sys.modules]


def views() -> Iterator[str]:
    from dashboard.cli.command_line import main
    from dashboard.views.registry import VIEWS

    for name, view in VIEWS.all().items():
        about = PREDICTION if name == "provenance" else MODEL
        case = [word for option, value in CASES.get(name, {}).items() for word in (f"--{option}", value)]
        words = ["show", name, *([about] if view.model in ("required", "node") else []), "--feature", FEATURE, *case]
        with contextlib.redirect_stdout(io.StringIO()):
            # No model file is at hand to explain a case; looking for it must not load a library either.
            assert main(words) in ((0, 2) if name in CASES else (0,)), name
        yield name


def pages() -> Iterator[str]:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=600)
    app.query_params["model"] = MODEL
    app.run()
    for path in sorted((ROOT / "pages").glob("*.py")):
        shown = app.switch_page(f"../pages/{path.name}").run()
        assert not shown.exception, (path.stem, shown.exception[0].value)
        assert shown.title, path.stem
        yield path.stem


if __name__ == "__main__":
    os.environ["DASHBOARD_HOME"] = sys.argv[2]
    sys.stdout.write(json.dumps({name: heavy() for name in {"views": views, "pages": pages}[sys.argv[1]]()}))
