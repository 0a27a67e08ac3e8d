# Each target sets up what it needs; `setup` is cheap when nothing changed.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
LOCK := requirements/dev.lock
STAMP := $(VENV)/.setup-done
LOCKING := .cache/locking
PIP_TOOLS := 7.6.2

# The first interpreter of a version we support that can make environments.
PYTHON ?= $(shell for python in python3 python3.12 python3.13 python3.11 python; do \
	"$$python" -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	>/dev/null 2>&1 && { echo "$$python"; break; }; done)

PYTEST_ARGS ?= -n auto --dist worksteal
PIP := $(PY) -m pip --disable-pip-version-check --no-input -qq
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo test check format bench references mutants races lock clean
.DEFAULT_GOAL := help

help:
	@echo "make setup    .venv from the pinned lock"
	@echo "make demo     the whole pipeline on a sample repository; needs no key"
	@echo "make test     all tests (PYTEST_ARGS to choose)"
	@echo "make check    format, lint, types, import contracts, archwright on itself"
	@echo "make format   let ruff mend what it can"
	@echo "make bench    the agent's own overhead beside a peer's; the check beside tree-sitter, ruff and semgrep"
	@echo "              (ARCHWRIGHT_BENCH_REPO= a repository to check; else one is made of installed packages)"
	@echo "make references  the behaviour suite on every reference application (ONLY=fastapi-sqlite for one)"
	@echo "make mutants  the same on mutants of them: is the suite sharp? (ONLY= to choose)"
	@echo "make races    do the checks of concurrency fail each time a lock is gone, and never otherwise? (ONLY= to choose)"
	@echo "make lock     write requirements/*.lock anew"

setup: $(STAMP)

$(STAMP): pyproject.toml $(wildcard $(LOCK))
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed (with venv); name one: make PYTHON=..." >&2; exit 3; }
	@test -x $(PY) || { echo "setup: $(VENV) with $$($(PYTHON) -V)"; $(PYTHON) -m venv $(VENV); }
	@echo "setup: installing the pinned packages"
	@if test -f $(LOCK); then \
		$(PIP) install --require-hashes -r $(LOCK) && \
		$(PIP) install --no-deps --no-build-isolation -e .; \
	else $(PIP) install -e '.[dev]'; fi
	@touch $@

demo: setup
	$(BIN)/archwright demo

test: setup
	$(PY) -m pytest $(PYTEST_ARGS)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/archwright check

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(PY) -m evals.floor
	$(PY) -m evals.field bench $(ARCHWRIGHT_BENCH_REPO)

references: setup
	$(PY) -m evals.ground references $(ONLY)

mutants: setup
	$(PY) -m evals.ground mutants $(ONLY)

races: setup
	$(PY) -m evals.ground races $(ONLY)

# Resolved on the oldest Python that we support, where a package needs most; hashes cover all versions.
# Lines that name an index are left out: where packages come from is the business of who installs.
# The second call keeps pins and hashes of the first. Slow (minutes) where the index has no JSON interface.
lock: $(LOCKING)/bin/pip-compile
	@mkdir -p requirements
	$(LOCKING)/bin/python -m piptools compile $(COMPILE) --upgrade --extra dev -o $(LOCK) pyproject.toml
	cp $(LOCK) requirements/run.lock
	$(LOCKING)/bin/python -m piptools compile $(COMPILE) -o requirements/run.lock pyproject.toml

COMPILE = -q --generate-hashes --allow-unsafe --strip-extras --no-header --annotation-style=line \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

$(LOCKING)/bin/pip-compile:
	@python3.11 -c '' 2>/dev/null || { echo "make lock needs python3.11" >&2; exit 3; }
	python3.11 -m venv $(LOCKING)
	$(LOCKING)/bin/python -m pip -q --disable-pip-version-check install pip-tools==$(PIP_TOOLS)

clean:
	rm -rf .cache dist build .mypy_cache .ruff_cache .import_linter_cache
