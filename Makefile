# Everything a person or CI runs. Each target does the set-up it needs.
VENV ?= .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed

.PHONY: run test check bench format clean

run: $(STAMP)
	$(VENV)/bin/token-emulator serve

test: $(STAMP)
	$(PY) -m pytest -n auto

check: $(STAMP)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(STAMP)
	$(PY) bench/run.py

format: $(STAMP)
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

clean:
	rm -rf $(VENV) build dist *.egg-info

# Debian splits ensurepip off into python3-venv: it is installed where we may, asked for where not.
$(STAMP): pyproject.toml
	@python3 -c 'import ensurepip' 2>/dev/null \
	  || { [ "$$(id -u)" = 0 ] && apt-get install -y -q python3-venv; } \
	  || { echo 'python3 has no ensurepip: install your system'"'"'s python3-venv package'; exit 1; }
	python3 -m venv $(VENV)
	$(PY) -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@
