# The front door: `make help` lists what there is. Everything installs or builds what it needs.
SHELL := /bin/bash
export CGO_ENABLED := 0
BIN := bin/hawker

.DEFAULT_GOAL := help
.PHONY: help build run test axe race lint compat bench chaos eval fuzz golden clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

build: ## build the binary into bin/
	@mkdir -p bin
	go build -trimpath -ldflags='-s -w' -o $(BIN) ./cmd/hawker

run: build ## build and run with the demo world; prints the address to open
	$(BIN) serve --demo

test: ## run every test on SQLite and PostgreSQL, and the browser tests
	./scripts/test.sh

axe: ## look for barriers on every page, in every state, language, theme and width: half an hour. HAWKER_STORY=dev/event picks
	HAWKER_TEST_LOOKS=all ./scripts/test.sh -count=1 -v -timeout 120m -run 'TestStorybook' ./internal/app

race: ## the same tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 ./scripts/test.sh -race

lint: ## format, vet, staticcheck, golangci-lint and the rules of the house
	./scripts/lint.sh

compat: ## run real, unmodified client libraries against the binary
	./compat/run

bench: ## print the performance figures, as ratios measured in one run
	./scripts/bench.sh

chaos: ## break things for longer than the tests do; prints figures. RUN=TheDisk picks, CHAOS=500 sets the times
	set -o pipefail; HAWKER_TEST_CHAOS=$${CHAOS:-long} ./scripts/test.sh -count=1 -v -timeout 120m -run "Test$${RUN:-}" ./internal/chaos | grep -E 'FIGURE|^ *--- |^(ok|FAIL|panic)|_test.go'

eval: build ## score the policy review on labelled listings; EVAL=file.csv for others
	bin/hawker review --exam $${EVAL:-internal/policy/testdata/own_heldout.csv}

fuzz: ## fuzz every parser, FUZZTIME each (default 30s)
	./scripts/fuzz.sh

golden: ## write golden files and docs/errors.md anew after a wanted change
	./scripts/test.sh ./internal/db ./internal/app ./internal/sandbox ./internal/ui -run 'Golden|ErrorsPage' -update

clean: ## remove what was built
	rm -rf bin .cache
