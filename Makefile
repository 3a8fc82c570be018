# The commands of this project. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DAGSTER_HOME := $(CURDIR)/.dagster
DBT_SOURCES := $(shell find dbt -name target -prune -o -name logs -prune -o -type f -print)

.PHONY: help setup run run-postgres stop-postgres test accuracy bench docs-quality ui lint format lock derived docs clean
help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

setup: $(VENV)/installed dbt/target/manifest.json ## install the locked packages into .venv and let dbt write its manifest

$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Python 3.11 to 3.13 is needed: make setup PYTHON=python3.12"; exit 1; }
	@echo "installing the locked packages into $(VENV) (once; some 30 seconds to two minutes)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Parsed whole: a partial parse after a change of a model forgets which asset a test of several models belongs to.
dbt/target/manifest.json: $(DBT_SOURCES) $(VENV)/installed
	@mkdir -p data/warehouse/building && GX_DBT_TARGET=duckdb GX_DUCKDB_PATH=$(CURDIR)/data/warehouse/building/gx.duckdb $(BIN)/dbt --quiet --no-partial-parse parse --project-dir $(CURDIR)/dbt --profiles-dir $(CURDIR)/dbt && touch $@

run: setup ## take in data/raw, build the warehouse, run dbt and every check, print what came out
	@$(BIN)/gx-pipeline run

run-postgres: setup ## the same into PostgreSQL: the server that GX_WAREHOUSE_URL or PGHOST names, else one of this checkout's own
	@scripts/postgres.sh start
	@url="$$(scripts/postgres.sh url)" && GX_WAREHOUSE_URL="$$url" $(BIN)/gx-pipeline run

stop-postgres: ## stop the checkout's own PostgreSQL server; its data stay in data/postgres
	@scripts/postgres.sh stop

test: setup ## run the tests, a worker a core (ARGS="-k postgres"); one at a time: .venv/bin/pytest
	@$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

accuracy: setup ## how well the parser reads generated reports, layout by layout (ARGS="--layout pipes --list")
	@$(BIN)/python -m gx_pipeline_tests.generated.accuracy $(ARGS)

bench: setup ## how fast reports are read, parsed and judged, and warehouses built (ARGS=--quick)
	@$(BIN)/python -m benchmarks.parsing $(ARGS)
	@$(BIN)/python -m benchmarks.quality $(filter --quick,$(ARGS))
	@$(BIN)/python -m benchmarks.warehouse $(filter --quick,$(ARGS))

docs-quality: setup ## validate the facts with Great Expectations, Data Docs in data/quality/data_docs (ARGS="--year 2024")
	@$(BIN)/gx-pipeline docs-quality $(ARGS)

ui: setup ## start the Dagster UI on http://localhost:3000
	@$(BIN)/dagster dev --workspace workspace.yaml --port 3000

lint: setup ## ruff, mypy, import-linter, sqlfluff, dagster definitions validate
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt
	@$(BIN)/dagster definitions validate --workspace workspace.yaml --log-level warning

format: setup ## let ruff and sqlfluff put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --disable-progress-bar dbt

derived: setup ## write again what derives from the forms and the rules (dbt seeds, docs/rules.md)
	@$(BIN)/python -m gx_pipeline.warehouse.seeds
	@$(BIN)/python -m gx_pipeline.quality.rules_page

docs: setup ## build the documentation site into site/: guide, cookbook, data dictionary, rules, dbt's pages; opens from disk
	@$(BIN)/python -m docs_site.build

lock: setup ## resolve the dependencies anew; hashes, no addresses
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group dev pyproject.toml --output-file requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--constraint requirements.lock requirements-uv.in --output-file requirements-uv.lock

clean: ## remove what was made (lake, warehouses, Dagster's history); data/raw stays
	if [ -d data/postgres ]; then scripts/postgres.sh stop && rm -rf data/postgres; fi
	rm -rf data/lake data/warehouse data/quality data/exports dbt/target dbt/logs site
	find .dagster -mindepth 1 ! -name dagster.yaml -delete
