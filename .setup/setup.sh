#!/bin/sh
# Prepares this tree on Debian 12: system packages, .venv, pinned dependencies. Does only what is missing; a second run
# takes a moment. Where root is needed and cannot be had, it says which command to run and stops with 3.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }

wanted_packages() { sed 's/#.*//' .setup/system-packages.txt | tr -s ' \n' '\n' | sed '/^$/d'; }

missing_packages() {
    for package in $(wanted_packages); do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
    done
}

# Debian's postgresql makes a server for the machine and starts it; the tests start their own.
no_cluster=/etc/postgresql-common/createcluster.d/kiosk.conf

install_packages() {
    say "installing $*"
    export DEBIAN_FRONTEND=noninteractive
    if [ "$(id -u)" -eq 0 ]; then
        install -D -m 0644 .setup/createcluster.conf "$no_cluster"
        apt-get update -q && apt-get install -q -y --no-install-recommends "$@"
    elif sudo -n true 2>/dev/null; then
        sudo -n install -D -m 0644 .setup/createcluster.conf "$no_cluster"
        sudo -n apt-get update -q && sudo -n apt-get install -q -y --no-install-recommends "$@"
    else
        say "these packages are missing and only root can install them. Run this, then start again:"
        printf '\n    sudo install -D -m 0644 .setup/createcluster.conf %s\n' "$no_cluster"
        printf '    sudo apt-get update && sudo apt-get install -y --no-install-recommends %s\n\n' "$*"
        exit 3
    fi
}

find_python() {
    for python in python3.11 python3.12 python3.13 python3; do
        path=$(command -v "$python") || continue
        "$path" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        printf '%s' "$path" && return
    done
    say "no Python 3.11 or newer with venv was found" >&2
    exit 3
}

if command -v dpkg-query >/dev/null 2>&1; then
    missing=$(missing_packages)
    # shellcheck disable=SC2086  # package names, one word each
    [ -z "$missing" ] || install_packages $missing
else
    say "this is not Debian; the packages of .setup/system-packages.txt are expected to be there"
fi

stamp=.venv/installed.sha256
sum=$({ pwd; cat .setup/dev.lock pyproject.toml; } | sha256sum | cut -d' ' -f1)
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ]; then
    exit 0
fi
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    python=$(find_python)
    say "making .venv with $python"
    rm -rf .venv
    "$python" -m venv .venv
fi
say "installing the pinned dependencies"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .setup/dev.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
printf '%s\n' "$sum" > "$stamp"
say "ready"
