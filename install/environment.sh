#!/usr/bin/env bash
# environment.sh FOLDER REQUIREMENTS: a virtual environment with exactly these pinned requirements, hashes checked.
# PYTHON names another interpreter; INSTALLER=pip does without uv where uv has no build or may not reach the index.
set -euo pipefail
cd "$(dirname "$0")/.."
folder="$1" requirements="$2"

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if new_enough "$candidate"; then echo "$candidate"; return; fi
    done
    echo "no Python 3.11 or newer found; install one, or name it: make run PYTHON=/path/to/python3" >&2
    exit 1
}

# Debian and Ubuntu ship the module that puts pip into a new environment as a package of its own.
make_environment() {
    local python="$1"
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        command -v apt-get >/dev/null || { echo "$python has no module ensurepip; install Python's venv package" >&2; exit 1; }
        bash install/debian.sh "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    "$python" -m venv "$folder"
}

if ! [ -x "$folder/bin/python" ]; then
    python="$(find_python)"
    make_environment "$python"
fi
# Byte code is made here, once: pip always does, uv only when told so. Where it cannot be written later, every command
# would compile its libraries anew, which takes longer than most commands.
if [ "${INSTALLER:-uv}" = uv ]; then
    "$folder/bin/uv" --version >/dev/null 2>&1 ||
        "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement install/uv.txt
    "$folder/bin/uv" pip install --quiet --compile-bytecode --python "$folder/bin/python" --require-hashes --requirement "$requirements"
else
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$requirements"
fi
