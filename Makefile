# Two commands do everything: `make run` and `make test`. The rest is for developers.
# PYTHON: which Python makes the environment. HOST, PORT: where `make run` listens.
.POSIX:
.SUFFIXES:

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8501

IN = .venv/bin/python -m
INSTALL = $(IN) pip install --quiet --disable-pip-version-check --no-input --require-hashes
PIN = $(IN) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

MADE_UP = tests/data_model/test_positions.py tests/data_model/test_undoing.py tests/data_model/test_project_queries.py

.PHONY: help setup run test soak bench check fix docs lock

help:
	@echo 'make run    start the app on http://$(HOST):$(PORT)'
	@echo 'make test   run all tests and checks'
	@echo 'make soak   long proofs: imports and undos killed on the way, and made up by the hundred'
	@echo 'make bench  speed of an import of half a million rows, and of the next slide'
	@echo 'make setup  the app and the test tools in ./.venv'
	@echo 'make check  style, types, architecture, documents; changes nothing'
	@echo 'make fix    mend style and format'
	@echo 'make docs   write docs/DATA_DICTIONARY.md'
	@echo 'make lock   pin the requirements again'

# The stamps tell what ./.venv holds: made; the app; the app and the test tools.
.venv/made.stamp:
	@command -v '$(PYTHON)' >/dev/null || { \
	    echo "Python 3.11 or newer is needed, but there is no '$(PYTHON)'. Install it, or name yours: make run PYTHON=…" >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$('$(PYTHON)' -V 2>&1). Name a newer one: make run PYTHON=python3.12" >&2; exit 1; }
	@'$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "This Python cannot make environments. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	'$(PYTHON)' -m venv --clear .venv
	@touch .venv/made.stamp

.venv/app.stamp: .venv/made.stamp requirements.txt
	@echo 'Installing the app (a minute or two the first time) …'
	$(INSTALL) -r requirements.txt
	@touch .venv/app.stamp

.venv/tools.stamp: .venv/made.stamp requirements.txt requirements-dev.txt
	@echo 'Installing the app and the test tools (a minute or two the first time) …'
	$(INSTALL) -r requirements-dev.txt
	@touch .venv/app.stamp .venv/tools.stamp

setup: .venv/tools.stamp

run: .venv/app.stamp
	@exec $(IN) uvicorn app:app --host '$(HOST)' --port '$(PORT)'

test: check
	$(IN) tests.browser
	$(IN) tests.office
	$(IN) pytest -n 2 --dist loadfile

check: setup
	$(IN) ruff check
	$(IN) ruff format --check
	$(IN) mypy
	$(IN) data_model.dictionary --check
	$(IN) pytest --quiet tests/test_architecture.py

# Long proofs, which the tests have in a short form: 100 launches of imports and undos killed on the way, per engine;
# hundreds of made-up imports and undos, and of selections of projects, against slow loops.
soak: setup
	KILL_LAUNCHES=100 $(IN) pytest -q -s tests/reliability
	AVANZAMENTO_TEST_SOAK=1 $(IN) pytest -q -n 2 --dist loadfile --timeout=1800 $(MADE_UP)

# How fast and in how much memory half a million rows come in, beside a bare loop over the same file; how fast the next
# slide is painted, beside a bare page.
bench: setup
	$(IN) tests.bench_import
	$(IN) bench.slides

fix: setup
	$(IN) ruff check --fix
	$(IN) ruff format

docs: setup
	$(IN) data_model.dictionary

lock: setup
	$(PIN) requirements.in -o requirements.txt
	$(PIN) requirements-dev.in -o requirements-dev.txt
