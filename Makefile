# Every target works on a machine that has only Python 3.11+, make and git.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export UV_PYTHON_DOWNLOADS := never
# Every process of the tests would compile all modules anew, where a container forbids bytecode files.
export PYTHONDONTWRITEBYTECODE :=
PAGE := host/connector_host/studio/static/index.html
PAGE_SOURCES := $(shell find studio/src studio/public -type f 2>/dev/null) studio/index.html studio/package-lock.json studio/vite.config.ts
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
# Processes that end early take tests from the others.
PYTEST := $(BIN)/pytest -q -n auto --dist worksteal
# What `make test-fast` runs.
FAST := actions cassette connector contract policy
# What constraints.txt pins; an engine's extra is pinned in tests/engines/NAME/constraints.txt.
EXTRAS := cli fast jwt keyring parquet postgres pubsub
ENGINES := airflow celery dify llm mcp prefect temporal web
INSPECTOR := tests/engines/mcp/inspector
PIN := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-annotate --no-header --no-emit-package salesforce-local-org --upgrade

.PHONY: new-action release airflow-pictures temporal-throughput dify help demo test test-fast test-all test-latest test-engines test-mcp-inspector check lint format types imports constraints schemas cassettes conformance org-speed bench charts chaos fuzz laws soak studio studio-page test-studio studio-pictures clean
.DEFAULT_GOAL := help

help: ## List the targets.
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# One stamp, so that a second run starts at once; a change of these files installs anew.
# Packages come with the versions and hashes of constraints.txt; ours is installed from the checkout.
$(VENV)/.ready: pyproject.toml emulator/pyproject.toml constraints.txt
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python $(PIP_INSTALL) --require-hashes -r constraints.txt
	@$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation -e emulator -e .
	@touch $@

demo: $(VENV)/.ready ## Run real work over HTTP on a local org: both sign-ins, Test Connection, records in and out.
	@$(BIN)/salesforce-connector demo

test: $(VENV)/.ready ## Run all tests.
	@$(PYTEST) $(PYTEST_OPTIONS)

test-fast: $(VENV)/.ready ## Run the quick tests of the connector and the actions: what to run while you work.
	@$(PYTEST) -m "not slow" $(FAST:%=tests/%)

test-all: ## Run all tests on every supported Python of this machine; say which are not here.
	@$(PYTHON) tools/test_all.py

test-latest: ## Run all tests with the newest allowed packages instead of the pinned ones.
	@$(PYTHON) -m venv --clear .venv-latest
	@.venv-latest/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	@.venv-latest/bin/python -m pip install --quiet --group dev -e emulator -e '.[org]'
	@.venv-latest/bin/pytest -q -n auto --dist worksteal

check: lint format types imports test ## Lint, format, types, import contracts, tests.

lint: $(VENV)/.ready ## Lint with ruff.
	@$(BIN)/ruff check .

format: $(VENV)/.ready ## Check the formatting.
	@$(BIN)/ruff format --check .

types: $(VENV)/.ready ## Check the types with mypy --strict and pyrefly.
	@$(BIN)/mypy
	@$(BIN)/pyrefly check --summary=none

imports: $(VENV)/.ready ## Check that imports go one way.
	@$(BIN)/lint-imports --no-cache

constraints: $(VENV)/.ready ## Pin the newest allowed packages, with hashes, for development and for each engine.
	@$(BIN)/$(PIN) $(EXTRAS:%=--extra %) --extra pubsub --group dev --output-file constraints.txt \
	  pyproject.toml emulator/pyproject.toml
	@$(BIN)/$(PIN) --output-file tools/release-constraints.txt tools/release-requirements.in
	@$(BIN)/$(PIN) --output-file $(INSPECTOR)/requirements.txt $(INSPECTOR)/requirements.in
	@$(MAKE) -s $(ENGINES:%=engine-constraints-%)

engine-constraints-%: $(VENV)/.ready
	@$(BIN)/$(PIN) --extra cli --extra pubsub --extra $* --output-file tests/engines/$*/constraints.txt \
	  pyproject.toml emulator/pyproject.toml tests/engines/$*/requirements.in

# Each engine has an environment of its own: their pins cannot live together.
.venv-engine-%/.ready: pyproject.toml emulator/pyproject.toml tests/engines/%/constraints.txt
	@$(PYTHON) -m venv .venv-engine-$*
	@.venv-engine-$*/bin/python $(PIP_INSTALL) --require-hashes -r tests/engines/$*/constraints.txt
	@.venv-engine-$*/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation -e emulator -e .
	@touch $@

.PRECIOUS: .venv-engine-%/.ready
test-engine-%: .venv-engine-%/.ready
	@.venv-engine-$*/bin/python -m pytest -q tests/engines/$*

test-mcp-inspector: .venv-engine-mcp/.ready ## Run MCP's official inspector against our server; installs it, and Node beside it.
	@.venv-engine-mcp/bin/python $(PIP_INSTALL) --require-hashes -r $(INSPECTOR)/requirements.txt
	@cd $(INSPECTOR) && PATH="$(CURDIR)/.venv-engine-mcp/bin:$$PATH" npm ci --silent
	@INSPECTOR_NODE=$(CURDIR)/.venv-engine-mcp/bin/node .venv-engine-mcp/bin/python -m pytest -q tests/engines/mcp/test_mcp_inspector.py

airflow-pictures: .venv-engine-airflow/.ready ## Take the pictures of Airflow in docs/engines/pictures anew.
	@AIRFLOW_PICTURES=docs/engines/pictures .venv-engine-airflow/bin/python -m pytest -q tests/engines/airflow/test_airflow_ui.py

TEMPORAL_RUNS ?= 300
temporal-throughput: .venv-engine-temporal/.ready ## Measure workflows per second by number of Temporal workers, and where the CPU time goes.
	@PYTHONPATH=tests .venv-engine-temporal/bin/python -m engines.temporal.measure_throughput $(TEMPORAL_RUNS)

dify: .venv-engine-dify/.ready ## Write the plugin for Dify to dist/dify, and its package beside it.
	@.venv-engine-dify/bin/salesforce-connector dify --out dist/dify

test-engines: $(ENGINES:%=test-engine-%) ## Run the connector inside real engines; test-engine-NAME for one.

studio: $(VENV)/.ready $(PAGE) ## Open the studio in the browser: connect, test, run actions, on a page of this machine.
	@$(BIN)/salesforce-connector studio

studio-page: $(PAGE) ## Build the studio's page with npm; needs Node 20.19 or newer.

$(PAGE): $(PAGE_SOURCES)
	@cd studio && npm ci --silent && npm run --silent lint && npm run --silent build

test-studio: $(VENV)/.ready $(PAGE) ## Test the studio in a real browser: Debian's chromium, or CHROMIUM=path.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/studio/requirements.txt
	@STUDIO_TESTS=required $(BIN)/pytest -q tests/studio

studio-pictures: $(VENV)/.ready $(PAGE) ## Take the pictures of the studio in docs/studio anew.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/studio/requirements.txt
	@$(BIN)/python -m tools.studio_pictures

schemas: $(VENV)/.ready ## Write schemas/ and docs/actions/ anew from the models.
	@$(BIN)/python -m tools.publish

cassettes: $(VENV)/.ready ## Record the cassettes anew, from the local org or a real one; ONLY=name for those of one action.
	@rm -rf cassettes/$(ONLY) && mkdir -p cassettes
	@$(BIN)/pytest -q --record-mode=rewrite --ignore=tests/cassette/test_cassettes_hold_no_secret.py \
	  $(if $(ONLY),tests/cassette/test_$(ONLY)_cassette.py,tests/cassette)
	@$(BIN)/pytest -q $(if $(ONLY),tests/cassette/test_$(ONLY)_cassette.py tests/cassette/test_cassettes_hold_no_secret.py,tests/cassette)

new-action: $(VENV)/.ready ## Write the files of a new action, with tests that fail until they are filled in: NAME=verb_noun.
	@$(BIN)/python -m tools.new_action $(NAME)

conformance: $(VENV)/.ready ## Hold the local org against recordings, corpora, Salesforce's parser and others' clients; RECORDINGS=DIR: against these alone.
	@$(BIN)/python -m conformance $(if $(RECORDINGS),--recordings $(RECORDINGS))

org-speed: $(VENV)/.ready ## Measure the local org: start, queries, writes, bulk, memory.
	@$(BIN)/python -m conformance.speed

charts: $(VENV)/.ready ## Measure how cost grows and draw it in docs/reports/charts; CHARTS=FILE.json draws what was measured.
	@test -n "$(CHARTS)" || $(BIN)/python -m benchmarks --growth --json $(VENV)/bench/growth.json
	@$(BIN)/python -c 'from benchmarks.environments import python_of; print(python_of("charts"))' > $(VENV)/bench/charts-python
	@$$(cat $(VENV)/bench/charts-python) -m benchmarks.charts $(or $(CHARTS),$(VENV)/bench/growth.json) docs/reports/charts

bench: $(VENV)/.ready ## Measure the connector beside its peers, as ratios; BENCH="P1 P2 --runs 3" for some of it.
	@$(BIN)/python -m benchmarks $(BENCH)

chaos: $(VENV)/.ready ## Kill, stampede and restart at full size; prints what was lost. Half an hour; goes on after Ctrl-C.
	@$(BIN)/python tools/run_chaos.py $(CHAOS)

fuzz: $(VENV)/.ready ## Run every action on a million altered answers; FUZZ="--first 4711 --count 1" for one of them again.
	@cd tests && ../$(BIN)/python -m fuzz.hostile_answers $(FUZZ)

laws: $(VENV)/.ready ## Try the laws of the suite on several times as many examples as `make test` does.
	@$(PYTEST) --hypothesis-profile=thorough $$(grep -rl --include='test_*.py' example_counts tests)

soak: $(VENV)/.ready ## Run an hour of mixed work with faults on; says what was lost and what grew. SOAK="--minutes 5".
	@$(BIN)/python tools/soak.py --report docs/reports/soak.md $(SOAK)

.venv-release/.ready: tools/release-constraints.txt
	@$(PYTHON) -m venv .venv-release
	@.venv-release/bin/python $(PIP_INSTALL) --require-hashes -r tools/release-constraints.txt
	@touch $@

release: .venv-release/.ready ## Build both distributions twice, check and install them, write an SBOM and the listing; publishes nothing.
	@$(MAKE) -s studio-page
	@.venv-release/bin/python -m tools.release

audit: .venv-release/.ready ## Ask the registries for known weaknesses of the pinned packages; needs registries that answer it.
	@.venv-release/bin/pip-audit --requirement constraints.txt --require-hashes --disable-pip
	@cd studio && npm audit --omit=dev

clean: ## Remove what the targets made.
	rm -rf .venv .venv-* dist .mypy_cache .ruff_cache .pytest_cache
