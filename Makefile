# `make help` lists the targets. Needs CPython 3.11 or later with venv, make and a package index.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first interpreter that runs, is new enough and can make an environment (a name may be an empty shim).
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; \
	done)

VENV := .venv
BIN := $(VENV)/bin
HUIQI := $(BIN)/huiqi
YAML := .yamllint.yaml knowledge dialogs tests
# One file a process keeps its fixtures together, in the order of tests/conftest.py; PYTEST_FLAGS= runs them in one.
PYTEST_FLAGS ?= -n auto --dist loadfile --no-loadscope-reorder
# What loads or breaks a whole machine has it for itself: `make proof`.
PROOF := tests/load tests/faults

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locales/*/LC_MESSAGES/*.po))

.PHONY: help run talk demo test check format coverage knowledge draw bench bench-broadcast bench-turns proof proof-short wheel requirements clean

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.runtime $(CATALOGUES) ## start the web chat and the API in one process on SQLite
	@exec $(HUIQI) run

talk: $(VENV)/.runtime $(CATALOGUES) ## the same conversation in the terminal
	@exec $(HUIQI) talk

demo: $(VENV)/.runtime $(CATALOGUES) ## three sample enterprises and full desks, clearly marked
	@exec $(HUIQI) demo

test: $(VENV)/.dev $(CATALOGUES) ## all set-up, the knowledge base, the arrows, all tests
	@$(HUIQI) knowledge check
	@$(BIN)/pytest $(PYTEST_FLAGS) $(addprefix --ignore=,$(PROOF))

proof: $(VENV)/.dev $(CATALOGUES) ## the long tests: under load, and killed at every await
	@$(BIN)/pytest -n 0 tests/load
	@$(BIN)/pytest -n 4 --dist loadgroup tests/faults

proof-short: ## the same, killed at every sixth await
	@FAULTS_EVERY=6 $(MAKE) proof

check: $(VENV)/.dev $(CATALOGUES) lint test ## format, lint, types, then test
	@echo "all is well"

.PHONY: lint
lint: $(VENV)/.dev $(CATALOGUES) ## format, lint and types without the tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/yamllint --strict $(YAML)

format: $(VENV)/.dev ## put every file into the house's form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

coverage: $(VENV)/.dev $(CATALOGUES) ## branch coverage of the four rooms
	@$(BIN)/pytest $(PYTEST_FLAGS) $(addprefix --ignore=,$(PROOF)) --cov --cov-report=term

knowledge: $(VENV)/.runtime $(CATALOGUES) ## check the knowledge base; ID=<programme> shows one
	@$(HUIQI) knowledge check
	@$(if $(ID),$(HUIQI) knowledge show $(ID),true)

draw: $(VENV)/.runtime $(CATALOGUES) ## the dialog trees as graphs
	@$(HUIQI) dialogs graph

bench: $(VENV)/.bench $(CATALOGUES) ## figures beside OpenFisca-core and zen-engine
	@$(BIN)/python -m benchmarks.knowledge

bench-turns: $(VENV)/.dev $(CATALOGUES) ## turns a second beside an aiogram echo bot; needs PostgreSQL and Redis
	@$(BIN)/python -m benchmarks.turns

bench-broadcast: $(VENV)/.dev $(CATALOGUES) ## a notice to very many; needs PostgreSQL and Redis on loopback
	@$(BIN)/python -m benchmarks.broadcast

wheel: $(VENV)/.runtime ## a wheel in dist/
	@$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean: ## remove what make and the tools made; the database stays
	@rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find locales -name '*.mo' -delete

# --- set-up ------------------------------------------------------------------------------------

# Running needs nothing but what CPython brings; testing takes uv where the index has it, for speed.
PIP = $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
define install
	@if $(BIN)/uv --version >/dev/null 2>&1 || $(PIP) uv 2>/dev/null; then \
		VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet -r $(1); \
	else \
		$(PIP) -r $(1); \
	fi
endef

$(VENV)/.made:
	@[ -n "$(PYTHON)" ] || { echo "Huiqi needs CPython 3.11 or later with venv (Debian: apt-get install python3-venv)." >&2; exit 1; }
	@echo "environment: $(VENV) ($$($(PYTHON) --version))"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml hatch_build.py | $(VENV)/.made
	@echo "installing what running needs"
	@$(PIP) -r requirements/runtime.txt
	@$(PIP) --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/.runtime
	@echo "installing what testing needs"
	$(call install,requirements/dev.txt)
	@touch $@

$(VENV)/.bench: requirements/bench.txt | $(VENV)/.dev
	@echo "installing the peers to measure beside"
	$(call install,requirements/bench.txt)
	@touch $@

%.mo: %.po | $(VENV)/.runtime
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --quiet --no-annotate --no-header
requirements: $(VENV)/.dev ## pin anew what pyproject.toml asks for
	@$(COMPILE) --upgrade --extra scale --group dev --group bench -o requirements/bench.txt
	@$(COMPILE) --extra scale --group dev -c requirements/bench.txt -o requirements/dev.txt
	@$(COMPILE) -c requirements/dev.txt -o requirements/runtime.txt
