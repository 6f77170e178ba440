"""Start the one process: Streamlit's own start, with bounded connections and no trust in unnamed proxies."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence

from dashboard.access.proxies import LIBRARY_SETTING, trusted_proxies
from dashboard.resources import resource

# The place where uvicorn looks up how HTTP is spoken unless it is told otherwise, which Streamlit does not do.
USUAL = "auto"


def main(options: Sequence[str]) -> None:
    """Serve with Streamlit's options until the process is ended; raises InputRefusedError for unsafe settings."""
    from uvicorn.config import HTTP_PROTOCOLS

    from dashboard.api.connections import BoundedProtocol, raise_file_limit

    raise_file_limit()
    os.environ[LIBRARY_SETTING] = trusted_proxies()
    HTTP_PROTOCOLS[USUAL] = f"{BoundedProtocol.__module__}:{BoundedProtocol.__name__}"
    sys.argv = ["streamlit", "run", str(resource("asgi.py")), *options]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
