# Everything a developer does with this repository; `make` alone lists it.

PYTHON ?= python3
ARGS ?=
SECONDS ?= 60

BIN := .venv/bin
STAMP := .venv/.installed
NODE_BRIDGE := tests/implementations/node
NODE_STAMP := $(NODE_BRIDGE)/node_modules/.installed
# Inside .venv, so that it goes when that goes: the oldest pytest we declare, and everything else as it is there.
OLDEST := .venv/oldest

.DEFAULT_GOAL := help
.PHONY: help setup node-bridge lint test test-oldest demo bench fuzz mutation examples docs format clean

help:  ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) node-bridge  ## Create .venv with the pinned packages and this project

$(STAMP): requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "No '$(PYTHON)' was found. Install Python 3.11 or newer, or name one: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: Python 3.11 or newer is needed. Name one: make setup PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

node-bridge:
	@if [ ! -f $(NODE_BRIDGE)/package.json ]; then :; \
	elif ! command -v npm >/dev/null; then echo "npm is absent: the Node.js bridge is not installed, and its test will be skipped."; \
	else $(MAKE) --no-print-directory $(NODE_STAMP); fi

$(NODE_STAMP): $(wildcard $(NODE_BRIDGE)/package.json)
	cd $(NODE_BRIDGE) && npm install --no-package-lock --no-audit --no-fund --loglevel=error
	@touch $@

lint: $(STAMP)  ## Ruff, mypy --strict and the floors of the package
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup  ## Run every test; ARGS='-k regions' is passed on to pytest
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

$(OLDEST)/.installed: $(STAMP)
	$(BIN)/python -m venv --without-pip $(OLDEST)
	$(BIN)/python -m pip --python $(OLDEST)/bin/python install --quiet --disable-pip-version-check --no-deps 'pytest==8.0.*'
	$(BIN)/python -c 'import pathlib, sysconfig; [packages] = pathlib.Path("$(OLDEST)").glob("lib/*/site-packages"); \
	(packages / "others.pth").write_text(sysconfig.get_paths()["purelib"] + "\n" + str(pathlib.Path.cwd()))'
	@touch $@

test-oldest: $(OLDEST)/.installed  ## Run the plugin's tests under the oldest pytest we declare
	$(OLDEST)/bin/python -m pytest -n auto --dist worksteal tests/plugin \
	--ignore tests/plugin/test_wheel.py --ignore tests/plugin/test_init.py $(ARGS)

demo: $(STAMP)  ## Judge the bundled reference implementation and write its report
	$(BIN)/chatlio-conformance demo $(ARGS)

bench: $(STAMP)  ## Measure speed and memory, and print the numbers
	$(BIN)/python -m benchmarks $(ARGS)

fuzz: $(STAMP)  ## Send the mock bytes of any kind; SECONDS=600 goes on for longer
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements/fuzz.txt \
	|| echo "atheris cannot be installed here: Hypothesis will do without it."
	$(BIN)/python -m tests.fuzz $(SECONDS)

mutation: $(STAMP)  ## Change our own checks, judge and ingestion, and count what the tests notice; ARGS=--quick samples
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements/mutation.txt
	$(BIN)/python -m tests.mutation $(ARGS)

examples: $(STAMP)  ## Rebuild the committed reports in reports/examples
	$(BIN)/python -m tests.examples

docs: $(STAMP)  ## Rebuild the pages that are made from data: docs/, and the examples from their records
	$(BIN)/python -m tests.generated_docs
	$(BIN)/python -m tests.mutants
	$(BIN)/python -m tests.examples --rebuild

format: $(STAMP)  ## Format the code and mend what ruff can mend by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## Remove .venv, installed bridges, caches and build output
	rm -rf .venv $(NODE_BRIDGE)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
