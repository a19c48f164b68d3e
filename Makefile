# The doors of this house. `make help` lists them; each is safe to run twice, and beside another.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Other Pythons' settings must not reach into .venv.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PYTHONDONTWRITEBYTECODE
export SAM_CLI_TELEMETRY := 0

PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest

.PHONY: help setup demo test unit integration real browser e2e chaos lint format types validate build bench lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install tools and locked dependencies into .venv and .tools
	@python=$$(tools/find-python) && exec "$$python" -m tools.setup

demo: setup ## A real layer from a dropped zip to prod, on this machine (KEEP=1: leave it running)
	@exec $(PYTHON) -m layerlift_cli.demo $(if $(KEEP),--keep)

test: setup ## Every check and every test
	@exec $(PYTHON) -m tools.check

unit: setup ## Tests that touch no network and no disk
	@exec $(PYTEST) tests/unit $(ARGS)

integration: setup ## Tests against moto, and of real native code
	@exec $(PYTEST) tests/integration $(ARGS)

real: setup ## Tests of layers made of real packages
	@exec $(PYTEST) tests/real $(ARGS)

browser: setup ## Tests of the console in Chromium
	@exec $(PYTEST) tests/browser $(ARGS)

e2e: setup ## Tests of the deployed application, on the emulator
	@exec $(PYTEST) tests/e2e $(ARGS)

chaos: setup ## Releases under faults, and what has to hold (RELEASES=300 SEED=drawn ARGS=)
	@exec $(PYTHON) -m tests.chaos $(if $(RELEASES),--releases $(RELEASES)) $(if $(SEED),--seed $(SEED)) $(ARGS)

lint: setup ## Check format and lint
	@.venv/bin/ruff format --check
	@.venv/bin/ruff check

format: setup ## Format, and mend what ruff can mend
	@.venv/bin/ruff format
	@.venv/bin/ruff check --fix

types: setup ## Check types, strictly
	@exec $(PYTHON) -m tools.strict_types

validate: setup build ## Lint the templates, as written and as built
	@exec $(PYTHON) -m tools.validate

build: setup ## sam build, if anything has changed
	@exec $(PYTHON) -m tools.build

bench: setup ## Measure; one JSON line per figure
	@exec $(PYTHON) -m benchmarks $(ARGS)

lock: setup ## Refresh the locks (ARGS=--upgrade for the newest versions)
	@tools/lock $(ARGS)

clean: ## Remove what the tools have made, and end what `layerlift local up` has started
	@if [[ -x .venv/bin/layerlift ]]; then .venv/bin/layerlift local down || true; fi
	rm -rf .aws-sam .layerlift .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
