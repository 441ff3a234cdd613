# make demo   everything with simulated devices: a window if there is a screen, else the tour with its pictures
# make test   set-up, checks and tests
# make check  checks and tests of a tree that is set up
# make bench  the figures
# make bench-central  central's figures at full length: five minutes of ingest, twenty of the nation; on a quiet machine
# make fuzz   ten million mutated payloads for the card parser, half an hour
# make bench-estimates WAIT_DATA=DIR  the wait estimates beside the simple ones, on logs of past days
PY := .venv/bin/python
BIN := .venv/bin

.PHONY: demo test check lint bench bench-central fuzz bench-estimates setup clean

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
	OPENBLAS_NUM_THREADS=1 $(PY) -m pytest -s -m bench

bench-central: setup
	CENTRAL_SECONDS=300 NATION_MINUTES=20 $(PY) -m pytest -s -m bench $(addprefix tests/bench/bench_,\
		central.py nation.py alarms.py dashboards.py sync.py)

fuzz: setup
	$(PY) -m tests.bench.fuzz_card

# WAIT_DATA: a folder with logs of past days, see tests/bench/ESTIMATES.md
bench-estimates: setup
	OPENBLAS_NUM_THREADS=1 $(PY) tests/bench/bench_estimates.py $(WAIT_DATA)

setup:
	@.setup/setup.sh

clean:
	rm -rf .venv build tour *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
