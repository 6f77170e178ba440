"""Programs call the command line as `dashboard.cli.main`, whatever was imported before."""

import subprocess
import sys


def test_main_is_callable_before_and_after_anything_else_was_imported():
    program = (
        "from dashboard.cli import main\n"
        "import dashboard.cli.command_line, dashboard.cli.maintenance\n"
        "import dashboard.cli\n"
        "assert dashboard.cli.main is main\n"
        "main(['--version'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()
