#!/bin/sh
# Pins what pyproject.toml asks for into .setup/*.lock (exact versions and hashes, no host names). Needs uv on the PATH.
set -eu
cd "$(dirname "$0")/.."
pin() { uv pip compile --quiet --python-version 3.11 --no-emit-index-url --no-header --no-annotate --generate-hashes "$@"; }
pin --extra build pyproject.toml -o .setup/runtime.lock
pin --extra build --extra dev pyproject.toml -o .setup/dev.lock
