"""Import every module of the program; run by an environment that holds the run-time requirements alone.

Also counts a failure when a package of development can be imported, since then the environment proves nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEVELOPMENT = ("pytest", "hypothesis", "mypy", "playwright", "fairlearn")


def main() -> int:
    sys.path.insert(0, str(ROOT))
    present = [name for name in DEVELOPMENT if importlib.util.find_spec(name)]
    if present:
        print(f"packages of development are installed here: {', '.join(present)}", file=sys.stderr)
        return 1
    import dashboard

    # As `serve` starts it: no proxy is believed.
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    names = [found.name for found in pkgutil.walk_packages(dashboard.__path__, "dashboard.")]
    scripts = {"dashboard.app", "dashboard.__main__"}
    for name in [*sorted(set(names) - scripts), "asgi"]:
        importlib.import_module(name)
    print(f"{len(names)} modules imported without development packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
