#!/usr/bin/env bash
# Installs those of the named Debian or Ubuntu packages that are missing, as root or with sudo that asks no password.
set -euo pipefail

missing=()
for package in "$@"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo -n); fi
"${as_root[@]}" true 2>/dev/null || { echo "packages are missing; install them with: sudo apt-get install ${missing[*]}" >&2; exit 1; }

export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update --quiet=2
"${as_root[@]}" apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" >/dev/null
