# `make demo` and `make test` do all set-up on a machine with Python 3.11 or newer.
# Another interpreter: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOWEST := .venv-lowest
BENCH := .venv-bench
CLV := .venv-clv
WORKERS ?= 2

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Programs that tests start would compile the package each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint types layers wheel tests test-clv test-lowest bench format clean help

help:
	@echo "make demo         set up, then purchases, value, decisions and a page for 23,570 customers"
	@echo "make test         everything that continuous integration runs"
	@echo "make test-clv     the tests of the extra clv: what its library fits to the purchases of CDNOW"
	@echo "make test-lowest  the tests with the oldest versions of what the package needs"
	@echo "make bench        measure speed against other engines, write docs/reference/performance.md"
	@echo "make format       lay out the Python code"
	@echo "make clean        remove what was built"

demo: $(VENV)/.installed
	@$(BIN)/tierpolicy demo

test: $(VENV)/.ready
	@$(MAKE) --no-print-directory --jobs=$(WORKERS) lint types layers wheel test-clv
	@$(MAKE) --no-print-directory tests

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready
	$(BIN)/mypy

layers: $(VENV)/.ready
	$(BIN)/lint-imports

wheel: $(VENV)/.ready
	$(BIN)/python .ci/wheel.py

tests: $(VENV)/.ready
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term:skip-covered

# In an environment of its own: what pymc-marketing needs holds back other packages.
test-clv: $(CLV)/.ready
	$(CLV)/bin/python -m pytest --noconftest tests/clv/fits.py

test-lowest: $(LOWEST)/.ready
	$(LOWEST)/bin/python -m pytest --ignore=tests/guards

bench: $(BENCH)/.ready
	$(BENCH)/bin/python -m tests.bench

format: $(VENV)/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(LOWEST) $(BENCH) $(CLV) dist build .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"tierpolicy needs Python 3.11 or newer, this is {v.major}.{v.minor}: make PYTHON=python3.11 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

# The package with what it needs to run.
$(VENV)/.installed: $(VENV)/.made pyproject.toml requirements/ci.txt
	@test -e $(VENV)/.ready || $(BIN)/python -m pip install --quiet --constraint requirements/ci.txt --editable '.[data]'
	@touch $@

# The package with everything that its tests need, each in the version that is written down. Code is compiled when it is
# loaded: most of it never is.
$(VENV)/.ready: $(VENV)/.made pyproject.toml requirements/ci.txt
	$(BIN)/python -m pip install --quiet --no-compile --requirement requirements/ci.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.installed

$(CLV)/.ready: pyproject.toml requirements/clv.txt
	@test -x $(CLV)/bin/python || $(PYTHON) -m venv $(CLV)
	$(CLV)/bin/python -m pip install --quiet --no-compile --requirement requirements/clv.txt
	@touch $@

$(LOWEST)/.ready: pyproject.toml requirements/lowest.txt
	@test -x $(LOWEST)/bin/python || $(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --requirement requirements/lowest.txt
	$(LOWEST)/bin/python -m pip install --quiet --no-deps --editable .
	@touch $@

# The package with the engines that it is measured against.
$(BENCH)/.ready: pyproject.toml requirements/bench.txt
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --requirement requirements/bench.txt
	$(BENCH)/bin/python -m pip install --quiet --no-deps --editable .
	@touch $@
