# partnergraph: every target builds what it needs; nothing outside this folder is touched.
# PYTHON names any Python from 3.11 on, VENV the folder that everything is installed into.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8080
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCK := --generate-hashes --strip-extras --allow-unsafe --quiet \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

.DEFAULT_GOAL := help
.PHONY: help install run test check format wheel lock clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## install the locked dependencies and this package into $(VENV)

run: $(VENV)/.installed ## import the sample data, show who is credited, serve on 127.0.0.1:$(PORT) until stopped
	@$(BIN)/partnergraph demo --port $(PORT)

test: $(VENV)/.installed ## run the tests; ARGS='-k word' chooses some
	$(BIN)/python -m pytest -n auto $(ARGS)

check: $(VENV)/.installed ## check format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.installed ## write the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

wheel: $(VENV)/.installed ## build the wheel and the source archive into dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

lock: ## pin the newest allowed dependencies in requirements*.lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install --quiet pip-tools
	CUSTOM_COMPILE_COMMAND='make lock' build/lock/bin/pip-compile $(LOCK) --upgrade -o requirements.lock pyproject.toml
	CUSTOM_COMPILE_COMMAND='make lock' build/lock/bin/pip-compile $(LOCK) --upgrade --all-extras \
		-c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## remove what was built
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'partnergraph needs Python 3.11 or newer: make PYTHON=python3.11 ...' >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install -qq --require-hashes -r requirements-dev.lock
	$(PIP) install -qq --no-deps --no-build-isolation -e .
	@touch $@
