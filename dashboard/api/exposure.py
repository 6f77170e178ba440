"""Settings that would open a door past login and guard: refused before the server starts, with the setting named."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dashboard.errors import InputRefusedError, Problem, shorten

# Streamlit's own settings: the only value that is safe here, and what another one would do.
SAFE: dict[str, tuple[object, str]] = {
    "server.enableCORS": (True, "every website could open the pages in a reader's name"),
    "server.enableXsrfProtection": (True, "a foreign page could act in a reader's name"),
    "server.enableAgentApi": (False, "programs could use the pages past login and tokens"),
    "server.enableStaticServing": (False, "files beside the program would be served without login"),
    "server.baseUrlPath": ("", "the pages would stand at addresses that the guard does not know"),
    "server.trustedUserHeaders": (None, "whoever reaches the port could claim to be anybody"),
    "client.showErrorDetails": ("none", "readers would see the inside of the program"),
}
SECRETS_FILES = (Path.home() / ".streamlit" / "secrets.toml", Path(".streamlit") / "secrets.toml")


def check_settings(settings: Mapping[str, object], files: Sequence[Path] = SECRETS_FILES) -> None:
    """Raise InputRefusedError naming each of Streamlit's settings that opens a door, and files that others can read."""
    problems = [Problem(message, field=name) for name, message in (*_opened(settings), *_readable(files))]
    if problems:
        raise InputRefusedError(problems)


def _opened(settings: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, (safe, danger) in SAFE.items():
        value = settings.get(name, safe)
        if value != safe and (value or safe):
            yield name, f"received {shorten(value)}; {danger}; {'leave it out' if not safe else f'set it to {safe}'}"


def _readable(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for path in files:
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield str(path), f"can be read by others; only its owner may; run chmod 600 {shorten(str(path))}"


def name_of(host: str) -> str:
    """The name in a Host header, without its port."""
    return re.sub(r":\d+$", "", host)
