# The front door: make demo, make test, make check, make bench. On Windows: see README.md.

PYTHON ?= python3.11
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c requirements.lock

.PHONY: demo test check bench lock

# Publishes posts/ to the preview site; a second time says that nothing changed.
demo: .venv/.installed
	$(BIN)/publisher publish
	$(BIN)/publisher log list
	$(BIN)/publisher report --year 2023

# As root on Debian it installs what the tests need; else it says what it leaves out.
test: .venv/.installed-for-tests
	$(BIN)/python tests/install.py
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: .venv/.installed-for-tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.catalogue

# Prints one table of measurements; a row that can't be taken here says why.
bench: .venv/.installed-for-tests
	$(BIN)/python -m tests.bench

# Brings requirements.lock up to date with pyproject.toml, for every system and version.
lock: $(BIN)/python
	$(BIN)/python -m pip --disable-pip-version-check install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra test \
		--no-annotate --no-header --no-emit-index-url --no-emit-find-links \
		pyproject.toml -o requirements.lock

$(BIN)/python:
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml requirements.lock | $(BIN)/python
	$(PIP) -e .
	touch $@

.venv/.installed-for-tests: pyproject.toml requirements.lock | $(BIN)/python
	$(PIP) -e '.[test]'
	touch $@ .venv/.installed
