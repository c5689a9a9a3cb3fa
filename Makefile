# `make demo` and `make test` need only Python 3.11 or newer and make:
# the first rule builds the environment that all the others use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOWEST := .venv-lowest

.PHONY: help
help: ## list what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/ready: dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(LOWEST)/ready: lowest.lock pyproject.toml
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement lowest.lock
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.PHONY: demo
demo: $(VENV)/ready ## write a synthetic delivery and compute its outcomes
	$(BIN)/rtw demo demo
	$(BIN)/rtw run demo/study.yaml --out demo/results

.PHONY: test
test: $(VENV)/ready ## run all tests
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

.PHONY: quick
quick: $(VENV)/ready ## the tests that answer within half a minute
	$(BIN)/pytest -n 2 -q -m "not slow" -k "not duckdb" tests/unit tests/spec tests/project/test_layers.py tests/project/test_names.py $(PYTEST_ARGS)

.PHONY: spark
spark: $(VENV)/ready ## all tests of the Spark engine, also those that take minutes; needs Java
	RTW_SPARK=all $(BIN)/pytest tests/spark $(PYTEST_ARGS)

.PHONY: lowest
lowest: $(LOWEST)/ready ## the engines' tests on the lowest versions of the dependencies
	$(LOWEST)/bin/pytest -n 2 -q -m "not slow" tests/spec tests/unit/test_schemas.py tests/cli/test_run.py tests/intake_readers

.PHONY: coverage
coverage: $(VENV)/ready ## say which branches no test reaches; slow
	$(BIN)/pytest -n 2 --cov --cov-report=term:skip-covered $(PYTEST_ARGS)

.PHONY: check
check: $(VENV)/ready ## form and types, which CI asks for besides the tests; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: fix
fix: $(VENV)/ready ## repair what can be repaired
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(VENV)/ready ## check and time all ways to the outcomes, at 1 and 20 million spells
	$(BIN)/python -m benchmarks.suite

.PHONY: bench-large
bench-large: $(VENV)/ready ## the same, and the engines at 100 million spells; hours
	$(BIN)/python -m benchmarks.suite --sizes 1 20 100

.PHONY: bench-small
bench-small: $(VENV)/ready ## the same at 100,000 spells, to see that all results are the same
	$(BIN)/python -m benchmarks.suite --sizes 0.1 --repetitions 1 --discard

.PHONY: bench-coverage
bench-coverage: $(VENV)/ready ## measure how often intervals hold a known effect; minutes
	$(BIN)/python -m benchmarks.coverage

.PHONY: soak
soak: $(VENV)/ready ## many more generated cases than CI runs
	RTW_SOAK_EXAMPLES=400 $(BIN)/pytest tests/generative/test_engines_agree.py -o log_cli=true -o log_cli_level=INFO

.PHONY: postgres
postgres: $(VENV)/ready ## the PostgreSQL engine on many generated cases, the whole library and all cases of the reference
	RTW_SOAK_EXAMPLES=100 $(BIN)/pytest -n 2 tests/postgres

.PHONY: docs
docs: $(VENV)/ready ## write docs/reference and the schemas anew
	$(BIN)/rtw schema definition > specs/definition.schema.json
	$(BIN)/rtw schema profile > rtw_outcomes/registers/profile.schema.json
	$(BIN)/python -m tests.spec.render

.PHONY: gallery
gallery: $(VENV)/ready ## draw the pictures of docs/gallery.md anew, from the report of the demo
	$(BIN)/python docs/figures/draw.py

.PHONY: golden
golden: $(VENV)/ready ## rewrite what tests compare with: queries, output in docs/*.md, the list of modules
	RTW_GOLDEN=write $(BIN)/pytest -q tests/project --ignore=tests/project/test_wheel.py

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-strip-extras

.PHONY: lock
lock: ## renew dev.lock and lowest.lock after a change in pyproject.toml
	$(COMPILE) --group dev --output-file dev.lock pyproject.toml
	$(COMPILE) --group tests --resolution lowest-direct --output-file lowest.lock pyproject.toml
