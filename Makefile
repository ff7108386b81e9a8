# `make help` lists the targets.
PYTHON ?= python3
PORT ?= 8000
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check
# The total, and the modules of which less than 85 % is covered.
COVERAGE = $(BIN)/coverage report | awk '$$NF + 0 < 85 || /^TOTAL/'

.DEFAULT_GOAL := help
.PHONY: help run develop test coverage test-clients lint bench bench-peers bench-growth bench-chaos bench-spine demo
.PHONY: bench-vehicles bench-cities bench-costliest bench-receipts bench-pools
.PHONY: schema migrations lock clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed. Set it with: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock | $(BIN)/python
	@echo "Installing into $(VENV): once, a minute or two…"
	$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	@echo "Installing into $(VENV): once, a minute or two…"
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## Serve on http://127.0.0.1:8000 (set PORT for another port), with SQLite
	$(BIN)/python server.py serve --port $(PORT)

demo: $(VENV)/.run ## Send incidents in Raipur to a running server, and respond as its police
	$(BIN)/python server.py demo --url http://127.0.0.1:$(PORT)

develop: $(VENV)/.dev ## Install everything, including the tools for tests and checks

test: $(VENV)/.dev ## Run the tests on SQLite and PostgreSQL, and report their branch coverage
	$(BIN)/python -m pytest -n 2 -q $(or $(ARGS),--cov --cov-report=)
	$(if $(ARGS),,@$(COVERAGE))

coverage: export MEASURE_PROCESSES = 1
coverage: test ## Run the tests, and include the coverage of server processes (slower)

$(VENV)/.clients: tests/clients/package-lock.json | $(VENV)/.dev
	npm ci --prefix tests/clients --ignore-scripts --no-audit --no-fund
	@touch $@

test-clients: $(VENV)/.clients ## Run the tests with npm clients, and the GraphQL over HTTP audit (needs Node 20)
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

bench-peers: $(VENV)/.bench ## Install the peer servers for the benchmarks (needs Node 20)

bench: $(VENV)/.bench ## Compare queries, live events and writes with the peers (needs PostgreSQL and wrk)
	$(BIN)/python -m bench.compare $(ARGS)

bench-growth: $(VENV)/.bench ## Measure queries with 10 thousand to 5 million reports
	$(BIN)/python -m bench.growth $(ARGS)

bench-chaos: $(VENV)/.bench ## Kill workers at random for five minutes; check that nothing is lost
	$(BIN)/python -m bench.chaos $(ARGS)

bench-vehicles: $(VENV)/.bench ## Measure the import of a million vehicles and look-ups, on each database
	$(BIN)/python -m bench.vehicles $(ARGS)

bench-cities: $(VENV)/.bench ## Measure the cost of a thousand cities, and of a hanging plugin
	$(BIN)/python -m bench.cities $(ARGS)

bench-receipts: $(VENV)/.dev ## Measure the cost of a report while 5,000 others are followed
	$(BIN)/python -m bench.receipts $(ARGS)

bench-pools: $(VENV)/.bench ## Compare our connections for single statements with asyncpg's pool
	$(BIN)/python -m bench.pools $(ARGS)

bench-spine: $(VENV)/.dev ## Run 200 citizens and 20 portals on each database, with kill -9
	$(BIN)/python -m bench.spine $(ARGS)

bench-costliest: $(VENV)/.bench ## Search for the requests that block the event loop longest
	$(BIN)/python -m bench.costliest $(ARGS)

schema: $(VENV)/.run ## Generate schema/schema.graphql from the types
	$(BIN)/python server.py schema

migrations: $(VENV)/.run ## Generate a migration for changes of the models
	$(BIN)/python -m tortoise -c core.storage.database.TORTOISE_ORM makemigrations

lock: ## Pin all dependencies of pyproject.toml with hashes (needs uv)
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml --group dev -o requirements-dev.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml --group dev --group bench -o requirements-bench.lock

clean: ## Remove the environment, caches and the embedded data
	rm -rf $(VENV) data build dist .coverage .coverage.* .pytest_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
