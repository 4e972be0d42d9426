# `make` computes the report; `make help` lists the rest. Nothing is installed outside .venv.

PYTHON ?= python3
BIN := .venv/bin
ROOM := $(CURDIR)/build
# Tests run in as many processes as there are cores, each with one thread for its linear algebra.
AT_ONCE := -n auto --dist worksteal

# Whatever a library wants to remember goes to build/, so an empty or locked home directory is no matter.
export MPLCONFIGDIR := $(ROOM)/cache/matplotlib
export HYPOTHESIS_STORAGE_DIRECTORY := $(ROOM)/cache/hypothesis
export IPYTHONDIR := $(ROOM)/cache/ipython
export JUPYTER_CONFIG_DIR := $(ROOM)/cache/jupyter/config
export JUPYTER_DATA_DIR := $(ROOM)/cache/jupyter
# Installers ask nothing and trust the certificates of the system, as a company's network may need.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export UV_SYSTEM_CERTS := 1
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.PHONY: report test replications soak bench docs messages lab format lock clean help

report: .venv/.ready  ## compute the report on the Choose France 2024 pledges
	MPLBACKEND=Agg $(BIN)/econ run choose_france_2024

test: export OMP_NUM_THREADS := 1
test: .venv/.ready  ## check everything: style, types, imports, tests, notebooks, docs
	@echo '== style: ruff format'
	@$(BIN)/ruff format --check .
	@echo '== style: ruff check'
	@$(BIN)/ruff check .
	@echo '== types: mypy'
	@$(BIN)/mypy
	@echo '== imports between rooms: lint-imports'
	@$(BIN)/lint-imports --cache-dir build/cache/importlinter
	@echo '== imports of others: deptry'
	@$(BIN)/deptry .
	@echo '== tests and docstring examples: pytest'
	@MPLBACKEND=Agg $(BIN)/pytest -q $(AT_ONCE)
	@echo '== notebooks: pytest --nbmake'
	@$(BIN)/pytest -q $(AT_ONCE) --nbmake notebooks
	@echo '== docs: sphinx'
	@$(BIN)/sphinx-build -q -W --keep-going -b html -d build/cache/doctrees docs build/docs

replications: .venv/.ready  ## reproduce the printed results beside the project
	$(BIN)/python tests/replications/run.py

soak: .venv/.ready  ## kill 500 builds and feed 10,000 broken studies and rows, forty minutes
	SOAK_KILLS=500 SOAK_STUDIES=10000 SOAK_ROWS=10000 SOAK_EVERY=1 $(BIN)/pytest -q tests/soak

bench: .venv/.ready  ## time the package against its peers, and count coverages, fifteen to twenty minutes
	$(BIN)/python tests/bench/run.py
	$(BIN)/python tests/bench/coverage.py

docs: .venv/.ready  ## write the documentation to build/docs
	MPLBACKEND=Agg $(BIN)/sphinx-build -W --keep-going -b html -d build/cache/doctrees docs build/docs

messages: .venv/.ready  ## print what of the page has no French yet, as entries of a PO file
	MPLBACKEND=Agg $(BIN)/python -m econ.study.untranslated fr choose_france_2024 backtests

lab: .venv/.ready  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=notebooks

format: .venv/.ready  ## write all code in the house style
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock:  ## choose the newest versions of every dependency anew (needs uv)
	mkdir -p build
	uv pip compile pyproject.toml --all-extras --group dev --upgrade --quiet \
		--universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-emit-index-url --no-header --output-file build/lock
	{ echo '# Every package that econ and its tools need, on any system, for Python >= 3.11.'; \
	  echo '# Made by `make lock` from pyproject.toml: edit that, not this.'; \
	  cat build/lock; } > requirements.lock

clean:  ## remove everything that was made here
	rm -rf .venv build dist .hypothesis docs/reference/assumptions.md docs/reference/sources.md
	find . -name __pycache__ -prune -exec rm -rf {} +

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

# ---- .venv: exactly what requirements.lock says, and econ itself straight from this folder.

# One that was left half-made, copied here from elsewhere, or lost its Python or its installer is made again.
USABLE := test -x $(BIN)/python && { test -x $(BIN)/pip || command -v uv >/dev/null; }
ifneq ($(shell $(USABLE) && cat .venv/.installed 2>/dev/null),$(CURDIR))
.PHONY: .venv/.installed
endif

NEEDS := econ needs uv, or Python >= 3.11 with venv: sudo apt install python3-venv (Debian, Ubuntu).
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
ECON := --quiet --no-build-isolation --no-deps --editable .

.venv/.ready: .venv/.installed pyproject.toml
	@if test -x $(BIN)/pip; then $(BIN)/python -m pip install $(ECON); \
	else uv pip install --python $(BIN)/python $(ECON); fi
	@touch $@

.venv/.installed: requirements.lock
	@echo 'Setting up .venv: once, a minute or two.'
	@rm -f .venv/.ready .venv/.installed && rm -rf .venv
	@{ command -v uv >/dev/null && uv venv --quiet .venv && \
	   uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock; } || \
	{ rm -rf .venv && $(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null && $(PYTHON) -m venv .venv; } || \
	{ rm -rf .venv && echo '$(NEEDS)' >&2 && false; }
	@test ! -x $(BIN)/pip || \
	$(BIN)/python -m pip install -qq --no-deps --require-hashes -r requirements.lock
	@echo '$(CURDIR)' > $@
