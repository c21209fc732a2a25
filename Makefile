# Two commands are enough on a machine with Python 3.11 or later: `make run` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

# The first interpreter that is new enough; `make setup PYTHON=python3.12` names another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$p; exit; }; done; echo python3)

VENV := .venv
PY := $(VENV)/bin/python
UV_VERSION := 0.13.9
INSTALLED := $(VENV)/.installed
DAICHO := $(PY) -m daicho
WORKERS ?= 2
PYTEST := $(PY) -m pytest
PARALLEL := -n $(WORKERS) --dist loadfile
ARGS ?=

# Everything that is downloaded stays in the checkout: a home folder that cannot be written is no obstacle.
export UV_CACHE_DIR ?= $(CURDIR)/.cache/uv
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Compiled Python as well: kept, a service starts in 2 s; compiled anew by each of them, in 7 s.
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/.cache/pycache
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- set-up ---------------------------------------------------------------------------------------------------------

.PHONY: setup
setup: $(INSTALLED) ## install what requirements.lock names into .venv

$(PY):
	@$(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null || { \
		echo "Daicho needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo missing)." >&2; \
		echo "Install one, or name it: make setup PYTHON=python3.12" >&2; exit 1; }
	@echo "making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv --without-pip $(VENV)

# pip comes from the venv's own ensurepip, or from the interpreter's pip where a distribution has taken ensurepip out.
define GET_UV
	pip="$(PY) -m pip"; $(PY) -m ensurepip --upgrade >/dev/null 2>&1 || pip="$(PYTHON) -m pip --python $(PY)"; \
	$$pip --version >/dev/null 2>&1 \
	|| { echo "neither ensurepip nor pip was found: install python3-venv or python3-pip" >&2; exit 1; }; \
	$$pip install --quiet uv==$(UV_VERSION)
endef

define NOT_INSTALLED
	{ echo "Not everything could be installed, as said above; 'make setup' goes on from there." >&2; \
	echo "No network? Name a proxy in HTTPS_PROXY, or a mirror in PIP_INDEX_URL and UV_INDEX_URL." >&2; \
	echo "No space? 2 GB are needed here." >&2; exit 1; }
endef

$(INSTALLED): requirements.lock | $(PY)
	@$(VENV)/bin/uv --version 2>/dev/null | grep -q ' $(UV_VERSION)\b' || { $(GET_UV); } || $(NOT_INSTALLED)
	@VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(VENV)/bin/uv pip install --require-hashes --requirement requirements.lock \
		|| $(NOT_INSTALLED)
	@touch $@

# requirements.lock is for this checkout; requirements-runtime.lock, the same versions of fewer, goes into the images.
COMPILE := $(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes pyproject.toml \
	--no-header --no-emit-index-url

.PHONY: lock
lock: $(INSTALLED) ## write both locks anew from pyproject.toml (UPGRADE=1 takes newer versions)
	$(COMPILE) --group embedded --group dev --group bench --output-file requirements.lock $(if $(UPGRADE),--upgrade)
	$(COMPILE) --constraint requirements.lock --no-annotate --output-file requirements-runtime.lock

# --- the stack on this machine --------------------------------------------------------------------------------------

.PHONY: run up down demo readme status doctor logs
run: setup ## start everything, play the demo year; on a terminal stay until Ctrl-C
	@$(DAICHO) run -- $(if $(SCALE),--scale $(SCALE)) $(ARGS)

up: setup ## start PostgreSQL, Kafka and the five services, and leave them running
	@$(DAICHO) up --detach $(ARGS)

down: setup ## stop them; the data stays
	@$(DAICHO) down $(ARGS)

demo: setup ## play the demo on the running stack (SCALE=full: a year of 100,000 people)
	@$(DAICHO) demo $(if $(SCALE),--scale $(SCALE)) $(ARGS)

readme: setup ## show the last run of the demo in the README
	@$(PY) -m daicho.demo.readme

status: setup ## which parts answer
	@$(DAICHO) status $(ARGS)

doctor: setup ## what keeps the stack from starting, and the cure
	@$(DAICHO) doctor $(ARGS)

logs: setup ## the end of all logs (ARGS="-f ledger" follows one)
	@$(DAICHO) logs $(ARGS)

.PHONY: compose-up
compose-up: ## build the images and start the whole product in containers; needs a Docker engine
	docker compose up --build --wait

# --- checks and tests -----------------------------------------------------------------------------------------------

.PHONY: check format lint types test-fast test test-integration test-system test-faults k8s-validate test-browser
check: lint types test-fast ## all that needs no server: format, lint, types, layers, fast tests

format: setup ## let ruff format and mend
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

lint: setup ## format, ruff, layers
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(VENV)/bin/lint-imports

types: setup ## mypy --strict
	@$(PY) -m mypy

test-fast: setup ## tests without servers
	@$(PYTEST) -m "not stack and not system and not long" $(PARALLEL) $(ARGS)

.PHONY: fetch
fetch: setup
	@$(PY) -m daicho.embedded.jars

test: fetch ## the whole suite, on real servers that it starts and stops itself
	@$(PYTEST) -m "not long" $(PARALLEL) $(ARGS)

test-integration: fetch ## tests on real PostgreSQL and Kafka
	@$(PYTEST) -m "stack and not system and not long" $(PARALLEL) $(ARGS)

test-system: fetch ## tests that start the five services
	@$(PYTEST) -m "system and not long" $(PARALLEL) $(ARGS)

test-faults: fetch ## the fault matrix, in its long form with LONG=1
	@$(PYTEST) tests/faults $(if $(LONG),,-m "not long") $(ARGS)

k8s-validate: setup ## images, compose file, manifests, dashboard and alerts, without an engine
	@$(PYTEST) tests/deploy $(ARGS)

test-browser: setup ## the pages in a real browser
	@$(PYTEST) tests/browser $(ARGS)

.PHONY: mutation
mutation: fetch ## plant slips of the pen in the pure heart, the relay and the feeds; which do the tests not notice?
	@$(PY) -m tests.mutation $(ARGS)

.PHONY: bench
bench: fetch ## time the hot paths beside references in the same run (ARGS="relay --rounds 3")
	@$(PY) -m benchmarks $(ARGS)

# --- contracts ------------------------------------------------------------------------------------------------------

LINT := docs/api/lint

.PHONY: events asyncapi openapi lint-openapi
events: ## write the events' JSON Schemas anew from the code (CHECK=1 only compares)
asyncapi: ## write the AsyncAPI documents anew (CHECK=1 only compares)
openapi: ## write the OpenAPI documents anew (CHECK=1 only compares)
events asyncapi openapi: setup
	@$(PY) -m daicho.contracts $@ $(if $(CHECK),--check)

lint-openapi: $(LINT)/node_modules ## Spectral and Redocly on the contracts, the samples against their schemas; needs Node
	@cd $(LINT) && node_modules/.bin/spectral lint --ruleset spectral.yaml --fail-severity hint '../*.json'
	@cd $(LINT) && REDOCLY_TELEMETRY=off node_modules/.bin/redocly lint --config redocly.yaml ../*.openapi.json
	@cd $(LINT) && node samples.mjs && echo "every sample is what its schema says"

$(LINT)/node_modules: $(LINT)/package-lock.json
	@cd $(LINT) && npm ci --cache "$(CURDIR)/.cache/npm" --loglevel=error
	@touch $@

# --- tidying --------------------------------------------------------------------------------------------------------

.PHONY: clean distclean
clean: ## stop the stack, throw its data and the tools' caches away
	@if [ -e $(INSTALLED) ] && [ -d .run ]; then $(DAICHO) down; fi
	rm -rf .run .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf

distclean: clean ## what was installed and downloaded as well
	rm -rf $(VENV) .cache
