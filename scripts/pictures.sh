#!/usr/bin/env bash
# Makes the pictures of docs/guide.md anew, from the demo world, in Chromium. Look at them before you commit them.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p docs/guide
HAWKER_PICTURES="$PWD/docs/guide" go test -count=1 -timeout 300s -run 'TestPicturesOfTheGuide' ./internal/app
ls -l docs/guide
