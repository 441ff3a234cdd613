# make demo   everything with simulated devices: a window if there is a screen, else the tour with its pictures
# make test   set-up, checks and tests
# make check  checks and tests of a tree that is set up
# make bench  the figures
PY := .venv/bin/python
BIN := .venv/bin

.PHONY: demo test check lint bench setup clean

demo: setup
	$(BIN)/kiosk demo

test: setup check

check: lint
	$(PY) -m pytest

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: setup
	$(PY) -m pytest tests/bench -s -m bench

setup:
	@.setup/setup.sh

clean:
	rm -rf .venv build tour *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
