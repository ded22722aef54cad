# Everything that the project needs is installed by its own files into .venv, with nothing but Python's venv and pip.
#   make reports   build the reports of the five municipalities     make test   the quick tests, under five minutes
# `make help` lists the rest. ARGS is handed on: make reports ARGS="--all --jobs 4"

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help reports fetch tables lab test test-all check docs format hooks texts bench bench-quick snapshot example lock release clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

reports: $(VENV)/.runtime ## build the reports (default: the five municipalities of the plans) into reports/
	$(BIN)/kommunerapport build $(ARGS)

fetch: $(VENV)/.runtime ## bring today's figures from SSB, NAV and Kartverket into data/raw/fetched
	$(BIN)/kommunerapport fetch $(ARGS)

tables: $(VENV)/.runtime ## make data/processed from data/raw
	$(BIN)/kommunerapport tables

lab: $(VENV)/.runtime ## open JupyterLab with the notebooks; asks nothing of the network (its settings: jupyter/)
	JUPYTER_CONFIG_PATH="$(CURDIR)/jupyter" $(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" $(ARGS)

test: $(VENV)/.test ## one of each slow kind, under five minutes on two cores
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" --hypothesis-profile=few $(ARGS)

test-all: $(VENV)/.test ## everything, under thirty minutes
	$(BIN)/python -m pytest -n 2 --dist worksteal --durations=20 $(ARGS)

CODE := src tests benchmarks notebooks docs
FAST := $(patsubst %,tests/test_%.py,architecture catalog parameters places prose texts) tests/measures/test_employment.py

check: $(VENV)/.test ## format, lint, types, the fastest tests: under a minute
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2 -m "not slow" --no-header -r fE $(FAST)

format: $(VENV)/.test ## format the code
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

docs: $(VENV)/.test ## the documentation as a site, into docs/_build/html; a warning is an error
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html

hooks: $(VENV)/.test ## before each commit: notebooks lose their outputs, code is formatted; notebooks diff cell by cell
	$(BIN)/pre-commit install
	$(BIN)/nbdime config-git --enable

texts: $(VENV)/.runtime ## bring the translations up to date with the texts in bokmål (docs/how-to/translate.md)
	$(BIN)/pybabel -q extract -F babel.toml --omit-header -o $(VENV)/texts.pot .
	$(BIN)/pybabel -q update -w 100 --ignore-obsolete --ignore-pot-creation-date -i $(VENV)/texts.pot -d src/helpers/texts -D kommunerapport

bench: $(VENV)/.test ## decoding of a year of commuting; all indicators; the partition of land; labour-market areas; reports beside the plain ways, about an hour
	$(BIN)/python benchmarks/decode.py
	$(BIN)/python benchmarks/indicators.py
	$(BIN)/python benchmarks/land.py
	$(BIN)/python benchmarks/labourmarkets.py
	$(BIN)/python benchmarks/reports.py $(ARGS)

bench-quick: $(VENV)/.test ## the reports alone, less of everything, about five minutes
	$(BIN)/python benchmarks/reports.py --quick $(ARGS)

snapshot: $(VENV)/.runtime ## make data/raw/snapshot again: make snapshot FIGURES=folder DATE=2026-11-23
	$(BIN)/python -m helpers.sources.snapshot "$(FIGURES)" --date "$(DATE)"
	$(BIN)/python -m helpers.sources.packages data/raw

example: $(VENV)/.runtime ## make the constructed municipality in data/raw/example again
	$(BIN)/python -m helpers.sources.landexample data/raw/example
	$(BIN)/python -m helpers.sources.packages data/raw

lock: ## resolve the locks again (needs uv on the PATH; writes no address of an index)
	uv pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml --group build \
	  -o requirements.lock --custom-compile-command "make lock"
	uv pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml --group build --group test \
	  --group docs --group review \
	  -c requirements.lock -o requirements-test.lock --custom-compile-command "make lock"

release: $(VENV)/.runtime ## build the sdist and the wheel of what is committed into dist/
	@test -z "$$(git status --porcelain)" || { echo "There are changes that are not committed: a release is built of what is."; exit 1; }
	rm -rf dist
	from=$$(mktemp -d) && git clone -q . $$from/kommunerapport && \
	  here=$$PWD && (cd $$from/kommunerapport && "$$here/$(BIN)/python" -m hatchling build -t sdist -t wheel -d "$$here/dist"); \
	  said=$$?; rm -rf $$from; exit $$said

clean: ## remove what was made: .venv, data/processed, reports
	rm -rf $(VENV) data/processed reports

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kommunerapport needs Python 3.11 or newer; found $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install -q --compile --require-hashes -r requirements.lock
	$(PIP) install -q --compile --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.runtime
	$(PIP) install -q --compile --require-hashes -r requirements-test.lock
	@touch $@
