#!/usr/bin/env bash
# Pins every requirement with the hashes of all its files, from PyPI alone: no index, path or limit of this machine
# enters. The result was resolved for Linux; `same_elsewhere` refuses a lock that would differ on macOS or another Python.
set -euo pipefail
cd "$(dirname "$0")/.."

uv() { env -u UV_INDEX -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS -u UV_CONSTRAINT \
    .venv/bin/uv --no-config --quiet pip compile --default-index https://pypi.org/simple --no-emit-index-url \
    --no-emit-find-links --custom-compile-command 'make lock' --python-version "${version:-3.11}" \
    --python-platform "${platform:-x86_64-unknown-linux-gnu}" "$@"; }

# pip's hash mode takes `name[extra]` and `name` for two requirements and wants both.
names_for_pip() {
    .venv/bin/python - "$1" <<'PYTHON'
import re, sys
from pathlib import Path

lock = Path(sys.argv[1])
blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", lock.read_text())
doubled = [re.sub(r"\[[^\]]+\]", "", block, count=1) + block if re.match(r"[\w.-]+\[", block) else block for block in blocks]
lock.write_text("".join(doubled))
PYTHON
}

pins() { grep -oE '^[a-z0-9][^ ]*==[^ ]+' | sed 's/\[.*\]//'; }

same_elsewhere() {
    local pinned elsewhere
    pinned="$(pins <"$1" | uniq)"
    for version in 3.11 3.12 3.13 3.14; do
        for platform in x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu aarch64-apple-darwin; do
            elsewhere="$(uv --only-binary :all: --no-header --no-annotate "$1" | pins | uniq)"
            [ "$pinned" = "$elsewhere" ] || { echo "$1 differs on Python $version, $platform" >&2; exit 1; }
        done
    done
}

# One lock after the other, each bound to what the earlier pinned; kept versions stay unless UPGRADE=1.
lock() {
    local target="$1"
    echo "pinning $target"
    shift
    uv --generate-hashes --no-strip-extras ${UPGRADE:+--upgrade} --output-file "$target" "$@"
    names_for_pip "$target"
}

lock install/uv.txt install/uv.in
lock requirements.txt pyproject.toml
lock requirements-dev.txt requirements-dev.in pyproject.toml --constraints requirements.txt
same_elsewhere requirements-dev.txt
