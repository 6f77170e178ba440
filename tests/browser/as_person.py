"""The program as one person sees it: `python tests/browser/as_person.py PERSON HOME PORT`.

It stands for a login: the reader of every page is that person, with every role in the program.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(person: str, home: str, port: str) -> None:
    """Serve the pages of a home to one person, until stopped."""
    os.environ |= {"DASHBOARD_HOME": home, "FORWARDED_ALLOW_IPS": ""}
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    from streamlit.web.cli import main as streamlit

    from dashboard.access.principal import Principal
    from dashboard.schema.access import EVERYBODY
    from dashboard.ui.session import reader as who

    who.reader = lambda: Principal(f"page:{person}", person, EVERYBODY)
    sys.argv = ["streamlit", "run", "asgi.py", "--server.address", "127.0.0.1", "--server.port", port]
    streamlit()


if __name__ == "__main__":
    main(*sys.argv[1:])
