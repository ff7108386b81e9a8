# One command each. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run develop test test-clients lint bench bench-peers bench-growth bench-chaos bench-spine demo
.PHONY: bench-vehicles bench-cities bench-costliest bench-receipts
.PHONY: schema migrations lock clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock | $(BIN)/python
	@echo "Installing into $(VENV): once, a minute or two…"
	$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	@echo "Installing into $(VENV): once, a minute or two…"
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## Serve on http://127.0.0.1:8000 (PORT=… for another), everything embedded
	$(BIN)/python server.py serve --port $(PORT)

demo: $(VENV)/.run ## Fill Raipur with incidents and play the police, against a running server
	$(BIN)/python server.py demo --url http://127.0.0.1:$(PORT)

develop: $(VENV)/.dev ## Set everything up, tests and checks too, and run nothing

test: $(VENV)/.dev ## Run the tests, on SQLite and on PostgreSQL where one answers
	$(BIN)/python -m pytest -n 2 -q $(ARGS)

$(VENV)/.clients: tests/clients/package-lock.json | $(VENV)/.dev
	npm ci --prefix tests/clients --ignore-scripts --no-audit --no-fund
	@touch $@

test-clients: $(VENV)/.clients ## Run the npm clients and the audit of GraphQL over HTTP (needs Node 20)
	NPM_CLIENTS=required $(BIN)/python -m pytest -q tests/clients $(ARGS)

lint: $(VENV)/.dev ## Check format, style, spelling, types, imports between packages and the stored schema
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/codespell
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/python server.py schema --check

$(VENV)/.bench: requirements-bench.lock bench/peers/package-lock.json | $(BIN)/python
	$(PIP) install --require-hashes -r requirements-bench.lock
	npm ci --prefix bench/peers --ignore-scripts --no-audit --no-fund
	@touch $@ $(VENV)/.dev $(VENV)/.run

bench-peers: $(VENV)/.bench ## Set up the servers that we are measured beside (needs Node 20)

bench: $(VENV)/.bench ## Measure queries, live events and writes beside the peers; needs PostgreSQL and wrk
	$(BIN)/python -m bench.compare $(ARGS)

bench-growth: $(VENV)/.bench ## Measure how answers hold from 10 thousand to 5 million reports
	$(BIN)/python -m bench.growth $(ARGS)

bench-chaos: $(VENV)/.bench ## Kill workers at random for five minutes, and check that nothing is lost
	$(BIN)/python -m bench.chaos $(ARGS)

bench-vehicles: $(VENV)/.bench ## Import a million vehicles on each database, and look them up
	$(BIN)/python -m bench.vehicles $(ARGS)

bench-cities: $(VENV)/.bench ## Measure what a thousand cities cost, and a hanging plugin
	$(BIN)/python -m bench.cities $(ARGS)

bench-receipts: $(VENV)/.dev ## Measure what an event costs beside 5,000 receipts that are followed
	$(BIN)/python -m bench.receipts $(ARGS)

bench-spine: $(VENV)/.dev ## Let 200 citizens and 20 portals work on each database, with kill -9
	$(BIN)/python -m bench.spine $(ARGS)

bench-costliest: $(VENV)/.bench ## Search for the requests that hold the server's loop longest
	$(BIN)/python -m bench.costliest $(ARGS)

schema: $(VENV)/.run ## Write schema/schema.graphql from the types
	$(BIN)/python server.py schema

migrations: $(VENV)/.run ## Write the migration that the models now need
	$(BIN)/python -m tortoise -c core.storage.database.TORTOISE_ORM makemigrations

lock: ## Pin every dependency again from pyproject.toml, with hashes (needs uv)
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml --group dev -o requirements-dev.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml --group dev --group bench -o requirements-bench.lock

clean: ## Remove the environment, caches and the embedded data
	rm -rf $(VENV) data build dist .pytest_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
