#!/usr/bin/env bash
# Formatting, static checks, and the rules of the house that no tool knows.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$PWD/.cache/bin
mkdir -p "$tools"
echo "building the linters (the first time takes a while)"
(cd tools && GOBIN="$tools" go install mvdan.cc/gofumpt honnef.co/go/tools/cmd/staticcheck github.com/golangci/golangci-lint/v2/cmd/golangci-lint)

failed=0
fail() { echo "$1"; failed=1; }
go_files=$(git ls-files --cached --others --exclude-standard '*.go')

unformatted=$(echo "$go_files" | xargs "$tools/gofumpt" -l)
[ -z "$unformatted" ] || fail "gofumpt would change: $unformatted"
go vet ./... || failed=1
"$tools/staticcheck" ./... || failed=1
"$tools/golangci-lint" run ./... || failed=1

long=$(echo "$go_files" | xargs wc -l | awk '$2 != "total" && $1 > 500 {print $2 " (" $1 " lines)"}')
[ -z "$long" ] || fail "Files of more than 500 lines; does each do one thing? $long"
clocks=$(git grep -nE 'time\.Now\(\)' -- 'internal/*.go' 'cmd/*.go' ':!*_test.go' ':!internal/clock' ':!internal/bench' || true)
[ -z "$clocks" ] || fail "The time comes from the clock: $clocks"
marks=$(git grep -nE 'TO[D]O|FIX[M]E|HA[C]K|XX[X]' -- '*.go' '*.html' '*.js' '*.css' ':!internal/ui/static/vendor' || true)
[ -z "$marks" ] || fail "Left-over marks: $marks"
sleeps=$(git grep -n 'time\.Sleep' -- '*_test.go' || true)
[ -z "$sleeps" ] || fail "Tests that sleep: $sleeps"

paths=$(git grep -nE '(^|[^A-Za-z0-9_.-])(/(root|home/[a-z]+|Users/[A-Za-z]+|work)/|\.\./shared/)' -- . ':!*.sum' ':!internal/ui/static/vendor' ':!scripts/lint.sh' || true)
[ -z "$paths" ] || fail "Paths of one machine: $paths"

[ $failed -eq 0 ] && echo "lint: clean"
exit $failed
