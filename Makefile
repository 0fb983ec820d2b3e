# The verbs of this checkout. `make demo` and `make test` do all set-up themselves; `make help` lists the verbs.
# Needs make, git, and python3 with venv. Everything else is fetched by name and pinned in requirements.lock.

SHELL := /bin/sh
VENV  := .venv
BIN   := $(VENV)/bin
PY    := $(BIN)/python
ARGS  ?=
# uv resolves and installs; it is pinned here because it installs everything else.
UV    := uv==0.13.9
# The newest supported interpreter that this machine has; without one, uv brings its own.
PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(not ((3,11) <= sys.version_info < (3,14)))' 2>/dev/null \
  && { command -v $$p; break; }; done)

export PYTHONWARNINGS ?= ignore

.PHONY: help demo test check fmt docs serve bench story clean setup browser lock

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup ## build the town, walk one business through the bank, open the console on 127.0.0.1:8310
	@$(BIN)/brambling demo $(ARGS)

test: setup browser ## the whole test run (the long campaigns are in `make story`)
	@env -u PYTHONWARNINGS $(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

check: setup ## format, lint, types, imports, docs examples
	@$(BIN)/ruff format --check src tests hatch_build.py
	@$(BIN)/ruff check src tests hatch_build.py
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@env -u PYTHONWARNINGS $(BIN)/pytest -n 0 tests/docs

fmt: setup ## format, and mend what lint can mend
	@$(BIN)/ruff check --fix-only -q src tests hatch_build.py
	@$(BIN)/ruff format src tests hatch_build.py

docs: setup ## write the command reference and the OpenAPI document from the code
	@$(PY) -m brambling.app.docs docs

serve: setup ## the console and the API on 127.0.0.1:8310
	@$(BIN)/brambling serve $(ARGS)

bench: setup ## each performance figure beside its peer (needs ../shared/data for some)
	@$(BIN)/brambling bench $(ARGS)

story: setup browser ## the long campaigns: kills, random events, whole journeys
	@env -u PYTHONWARNINGS $(BIN)/pytest -n 2 -m story $(ARGS)

clean: ## remove the environment and everything built
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build

setup: $(VENV)/.ready $(VENV)/.catalogues

$(VENV)/.ready: requirements.lock pyproject.toml hatch_build.py
	@echo "setting up $(VENV) (first time about two minutes)"
	@test -x $(PY) || { if [ -n "$(PYTHON)" ]; then "$(PYTHON)" -m venv $(VENV); else sh scripts/python.sh $(VENV); fi; }
	@test -x $(BIN)/uv || { PYTHONWARNINGS= $(PY) -m ensurepip -q 2>/dev/null; $(PY) -m pip install -q --disable-pip-version-check '$(UV)'; }
	@$(BIN)/uv pip sync -q --python $(PY) --compile-bytecode --require-hashes requirements.lock
	@$(BIN)/uv pip install -q --python $(PY) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.catalogues: $(wildcard src/brambling/locale/*/*.po) $(VENV)/.ready
	@$(PY) hatch_build.py
	@touch $@

browser:
	@sh scripts/browser.sh

lock: setup ## resolve requirements.lock anew
	@$(BIN)/uv pip compile pyproject.toml --group dev --extra scorecard --extra documents --extra train --extra fields \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade -q -o requirements.lock \
	  --custom-compile-command 'make lock'
