# Every target works on a machine that has only Python 3.11+, make and git.
PYTHON ?= python3
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never

.PHONY: help demo test check lint format types imports schemas cassettes conformance org-speed bench chaos clean
.DEFAULT_GOAL := help

help: ## List the targets.
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# One stamp, so that a second run starts at once; a change of pyproject.toml installs anew.
.venv/.ready: pyproject.toml
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) .venv && \
	  uv pip install --quiet --python $(BIN)/python --group dev -e '.[org]'; \
	else \
	  $(PYTHON) -m venv .venv && \
	  $(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1' && \
	  $(BIN)/python -m pip install --quiet --group dev -e '.[org]'; \
	fi
	@touch $@

demo: .venv/.ready ## Run real work over HTTP on a local org: both sign-ins, Test Connection, records in and out.
	@$(BIN)/salesforce-connector demo

test: .venv/.ready ## Run all tests.
	@$(BIN)/pytest -q -n auto

check: lint format types imports test ## Lint, format, types, import contracts, tests.

lint: .venv/.ready ## Lint with ruff.
	@$(BIN)/ruff check .

format: .venv/.ready ## Check the formatting.
	@$(BIN)/ruff format --check .

types: .venv/.ready ## Check the types with mypy --strict and pyrefly.
	@$(BIN)/mypy
	@$(BIN)/pyrefly check --summary=none

imports: .venv/.ready ## Check that imports go one way.
	@$(BIN)/lint-imports --no-cache

schemas: .venv/.ready ## Write schemas/ and docs/actions/ anew from the models.
	@$(BIN)/python -m tools.publish

cassettes: .venv/.ready ## Record the cassettes anew, from the local org or, with credentials in the environment, a real one.
	@rm -rf cassettes && mkdir cassettes
	@$(BIN)/pytest -q --record-mode=rewrite --ignore=tests/cassette/test_cassettes_hold_no_secret.py tests/cassette
	@$(BIN)/pytest -q tests/cassette

conformance: .venv/.ready ## Hold the local org against recordings, corpora, Salesforce's parser and others' clients.
	@$(BIN)/python -m conformance

org-speed: .venv/.ready ## Measure the local org: start, queries, writes, bulk, memory.
	@$(BIN)/python -m conformance.speed

bench: .venv/.ready ## Measure the connector beside its peers, as ratios; BENCH="P1 P2 --runs 3" for some of it.
	@$(BIN)/python -m benchmarks $(BENCH)

chaos: .venv/.ready ## Kill, stampede and restart at full size; prints what was lost. Half an hour; goes on after Ctrl-C.
	@$(BIN)/python tools/run_chaos.py $(CHAOS)

clean: ## Remove what the targets made.
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache
