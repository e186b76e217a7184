#!/usr/bin/env bash
# Prints the performance figures: ratios whose two sides are measured in one run. -only P5,P6 picks some, -rows 100000
# makes the feeds smaller than the million rows they have else, -engine sqlite leaves PostgreSQL out.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/postgres.sh
PG_FSYNC=on start_postgres
if ! command -v sqlite3 >/dev/null; then
  install_packages sqlite3 || echo "*** The sqlite3 shell is missing and cannot be installed here: P5 has nothing to compare with. ***" >&2
fi
mkdir -p bin
go build -trimpath -ldflags='-s -w' -o bin/hawker ./cmd/hawker
go run ./internal/bench "$@"
