# One command each. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run test lint bench bench-peers demo schema migrations lock clean

help: ## Show what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## Serve on http://127.0.0.1:8000 (PORT=… for another), everything embedded
	$(BIN)/python server.py serve --port $(PORT)

demo: $(VENV)/.run ## Fill Raipur with incidents and play the police, against a running server
	$(BIN)/python server.py demo --url http://127.0.0.1:$(PORT)

test: $(VENV)/.dev ## Run the tests, on SQLite and on PostgreSQL where one answers
	$(BIN)/python -m pytest -n 2 -q $(ARGS)

lint: $(VENV)/.dev ## Check format, style, types, the arrows between rooms and the stored schema
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
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

schema: $(VENV)/.run ## Write schema/schema.graphql from the types
	$(BIN)/python server.py schema

migrations: $(VENV)/.run ## Write the migration that the models now need
	$(BIN)/python -m tortoise -c core.database.TORTOISE_ORM makemigrations

lock: ## Pin every dependency again from pyproject.toml, with hashes (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml --group dev -o requirements-dev.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml --group dev --group bench -o requirements-bench.lock

clean: ## Remove the environment, caches and the embedded data
	rm -rf $(VENV) data build dist .pytest_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
