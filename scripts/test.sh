#!/usr/bin/env bash
# Runs the tests: all of them, or what is given as arguments for `go test`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/postgres.sh

start_postgres
if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
  install_packages chromium || echo "*** Chromium is missing and cannot be installed here: the browser tests are NOT run. ***" >&2
fi
if ! command -v php >/dev/null; then
  install_packages php-cli || echo "*** PHP is missing and cannot be installed here: the lines of PHP in docs/webhooks.md are NOT run. ***" >&2
fi

if ! command -v strace >/dev/null; then
  install_packages strace || echo "*** strace is missing and cannot be installed here: disks that fail are NOT tested. ***" >&2
fi

if [ $# -eq 0 ] || [ "$*" = "-race" ]; then
  set -- "$@" ./...
fi
go test -timeout 30m "$@" # a package may take longer than the ten minutes of the tool on a busy machine
