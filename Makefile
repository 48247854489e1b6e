# Consigil. `make help` lists the targets; `make run` and `make test` are the two that a newcomer needs.
SHELL   := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
GO      ?= go
DATA    ?= data
LISTEN  ?= 127.0.0.1:8321
FUZZ    ?= 10s
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
export CGO_ENABLED ?= 0

.PHONY: help web build run test interop e2e bench bench-web shots fuzz lint crash clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

web: ## Build the web apps into web/dist, for build and run to embed
	@bash web/tools/build.sh

build: ## Build bin/consigil and its helper for PKCS#11 tokens
	@mkdir -p bin
	$(GO) build -ldflags "$(LDFLAGS)" -o bin/ ./cmd/consigil ./cmd/consigil-pkcs11

run: web build ## Build all and serve on LISTEN with data under DATA; prints a sign-in link
	./bin/consigil serve --data $(DATA) --listen $(LISTEN)

test: ## Run every fast test; ends with counts
	$(GO) vet ./...
	{ bash web/tools/test.sh; $(GO) test -json ./... || failed=1; exit $${failed:-0}; } | $(GO) run ./internal/tools/testreport

interop: web build ## Install and start services and judges, then run the tests that need them
	bash test/interop.sh

e2e: web build ## The browser tests alone, without the other services and judges of interop
	bash web/tools/browser.sh e2e | $(GO) run ./internal/tools/testreport -strict

crash: build ## Kill the server at random moments while it seals, then look for losses and doubles
	bash test/crash/run.sh

bench: build ## Print the figures as ratios
	bash test/bench.sh

bench-web: web build ## Measure both web apps in Chromium, into docs/proof/bench-web.txt
	bash web/tools/browser.sh bench

shots: web build ## Photograph every screen into web/shots
	bash web/tools/browser.sh shots

fuzz: ## Run every fuzz target for FUZZ each (FUZZ=5m before a release)
	bash test/fuzz.sh $(FUZZ)

lint: ## gofmt, vet and golangci-lint
	@test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	$(GO) vet -tags interop ./...
	@command -v golangci-lint >/dev/null || GOBIN=$(CURDIR)/.cache/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
	PATH="$(CURDIR)/.cache/bin:$$PATH" golangci-lint run ./...

clean: ## Remove what was built (never data)
	rm -rf bin web/shots web/dist/console web/dist/signer
