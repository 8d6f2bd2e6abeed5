# Everything a person or CI runs. Each target does the set-up it needs.
PYTHON ?= python3
VENV ?= .venv
PY := $(VENV)/bin/python
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
LOWEST := .venv-lowest
PYTEST ?= -n auto
SETTINGS ?=
KILLS ?= 300

.PHONY: help run tools test slow crash check coverage bench lowest format clean

help:
	@echo 'make run       start the emulator (SETTINGS="--port 0" passes flags on)'
	@echo 'make tools     what some tests need besides: Chromium, Redis, HAProxy'
	@echo 'make test      the tests, under two minutes'
	@echo 'make slow      the tests that take longer: image, compose file'
	@echo 'make crash     kill an emulator on a file a few hundred times (KILLS=300)'
	@echo 'make check     format, lint, types, floors'
	@echo 'make coverage  the tests with branch coverage'
	@echo 'make bench     the benchmark'
	@echo 'make lowest    the tests with the lowest versions that pyproject.toml allows'
	@echo 'make format    put the format right'
	@echo 'make clean     remove what these made'

run: $(RUN_STAMP)
	@exec $(VENV)/bin/token-emulator serve $(SETTINGS)

# A test that needs one of them skips, with its reason, where it can't be had.
tools:
	@$(call have,chromium,chromium)
	@$(call have,redis-server,redis-server)
	@$(call have,haproxy,haproxy)

# A command, and the package that brings it.
have = command -v $(1) >/dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null \
  || { apt-get update -q && apt-get install -y -q --no-install-recommends $(2); } >/dev/null 2>&1 \
  || echo '$(2) could not be installed: the tests that need it are skipped'

test: $(DEV_STAMP)
	$(PY) -m pytest $(PYTEST)

slow: $(DEV_STAMP)
	$(PY) -m pytest $(PYTEST) --dist loadfile -m slow

crash: $(DEV_STAMP)
	$(PY) -m pytest -m slow tests/process/test_crash.py --kills $(KILLS)

check: $(DEV_STAMP)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

coverage: $(DEV_STAMP)
	$(PY) -m pytest $(PYTEST) --cov --cov-report=term

bench: $(DEV_STAMP)
	$(PY) bench/run.py

lowest: pyproject.toml
	$(PYTHON) -m venv --clear $(LOWEST)
	$(PYTHON) .ci/lowest.py > $(LOWEST)/lowest.txt
	$(LOWEST)/bin/python -m pip install -q --disable-pip-version-check -c $(LOWEST)/lowest.txt -e '.[test]'
	$(LOWEST)/bin/python -m pytest $(PYTEST)

format: $(DEV_STAMP)
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

clean:
	rm -rf $(VENV) $(LOWEST) build dist *.egg-info .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(RUN_STAMP): pyproject.toml | $(PY)
	$(PY) -m pip install -q --disable-pip-version-check -e .
	@touch $@

$(DEV_STAMP): pyproject.toml | $(PY)
	$(PY) -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@ $(RUN_STAMP)

# Debian splits ensurepip off into python3-venv: it is installed where we may, asked for where not.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed: make PYTHON=python3.12 ...'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	  || { [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -y -q python3-venv; } \
	  || { echo 'python3 has no ensurepip: install your system'"'"'s python3-venv package'; exit 1; }
	$(PYTHON) -m venv $(VENV)
