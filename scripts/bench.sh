#!/usr/bin/env bash
# Prints the performance figures: ratios whose two sides are measured in one run.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p bin
go build -trimpath -ldflags='-s -w' -o bin/hawker ./cmd/hawker
go run ./internal/bench "$@"
