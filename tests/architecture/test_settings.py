"""Settings whose change would open a door, tell the outside, or slow the pages down without anybody noticing."""

import os
import subprocess
import tomllib

import pytest

from tests.architecture.tree import ROOT

STREAMLIT = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("browser", "gatherUsageStats", False),
        ("server", "enableCORS", True),
        ("server", "enableXsrfProtection", True),
        ("server", "enableAgentApi", False),
        ("server", "fileWatcherType", "none"),
        ("server", "address", "127.0.0.1"),
        ("server", "headless", True),
        ("client", "showErrorDetails", "none"),
        ("runner", "magicEnabled", False),
        ("runner", "postScriptGC", False),
    ],
)
def test_streamlit_is_set_to(section, name, value):
    assert STREAMLIT[section][name] == value


def test_streamlit_knows_every_setting():
    from streamlit import config

    known = set(config.get_config_options())
    named = {
        f"{section}.{name}"
        for section, settings in STREAMLIT.items()
        for name, value in settings.items()
        if section != "theme" and not isinstance(value, dict)
    }
    assert named <= known


def test_image_runs_without_rights_and_reports_its_health():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    started = [line.split()[0] for line in lines if line and line[0].isupper()]
    assert "USER ledger" in lines
    assert started.index("USER") < started.index("CMD")
    assert "HEALTHCHECK" in started
    assert all("--require-hashes" in line for line in lines if "pip install" in line)


def test_image_holds_what_the_program_reads():
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }
    needed = {"asgi.py", "dashboard", "pages", "locales", "config", "data/demo", ".streamlit", "requirements.txt"}
    assert needed <= kept
    assert [name for name in kept if not (ROOT / name).exists()] == []


def test_too_old_a_python_is_refused_in_words(tmp_path):
    done = subprocess.run(
        [ROOT / "install" / "environment.sh", tmp_path / "venv", "requirements.txt"],
        env={**os.environ, "PYTHON": "/bin/false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "no Python 3.11 or newer found; install one, or name it: make run PYTHON=/path/to/python3\n"
    assert not (tmp_path / "venv").exists()


def test_a_missing_package_without_rights_is_refused_in_words(tmp_path):
    for name, text in {"id": "echo 1000", "sudo": "exit 1", "dpkg-query": "exit 1"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        [ROOT / "install" / "debian.sh", "chromium", "git"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "packages are missing; install them with: sudo apt-get install chromium git\n"
