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

MADE_UP = tests/data_model/test_importing.py tests/data_model/test_positions.py tests/data_model/test_project_queries.py \
	tests/data_model/test_undoing.py tests/exports/test_streaming.py tests/exports/test_tables.py tests/importers/test_malformed.py \
	tests/importers/test_puc.py tests/importers/test_scale.py tests/metrics/test_comparison.py tests/metrics/test_project_totals.py
HOSTILE = tests/journeys/test_hostile_words.py

.PHONY: help setup run test soak mutants bench check fix docs lock backup restore verify-audit sbom audit

help:
	@echo 'make run    start the app on http://$(HOST):$(PORT)'
	@echo 'make test   run all tests and checks'
	@echo 'make soak   long proofs: imports, undos and backups killed on the way, and made up by the hundred'
	@echo 'make mutants  takes one safety away after the other; each time the test that is there for it has to fail'
	@echo 'make bench [PARTS=…]   speed beside bare programs and other dashboards; writes docs/BENCHMARKS.md'
	@echo 'make backup [FILE=…] [KEEP=30]   the store in one checked file; restore FILE=… brings it back'
	@echo 'make verify-audit   whether the audit trail is as it was written'
	@echo 'make setup  the app and the test tools in ./.venv'
	@echo 'make check  style, types, architecture, documents; changes nothing'
	@echo 'make fix    mend style and format'
	@echo 'make docs   write docs/DATA_DICTIONARY.md and docs/LICENCES.md'
	@echo 'make lock   pin the requirements again'
	@echo 'make sbom   write docs/sbom.cdx.json, the list of what is shipped (CycloneDX)'
	@echo 'make audit  ask for known vulnerabilities; fails where it could not check'

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

# FILE: where to; without it a file of its own name under data/backups, of which the latest KEEP are kept.
KEEP ?= 30
backup: .venv/app.stamp
	@$(IN) data_model.backup --keep '$(KEEP)' $(if $(FILE),-o '$(FILE)')

restore: .venv/app.stamp
	@$(IN) data_model.backup --restore '$(FILE)'

verify-audit: .venv/app.stamp
	@$(IN) data_model.audit --verify

test: check
	$(IN) tests.browser
	$(IN) tests.office
	$(IN) tests.nginx
	$(IN) pytest -n 3 --dist loadfile --no-loadscope-reorder

check: setup
	$(IN) ruff check
	$(IN) ruff format --check
	$(IN) mypy
	$(IN) data_model.dictionary --check
	$(IN) deploy.licences --check
	$(IN) deploy.sbom --check
	$(IN) pytest --quiet tests/test_architecture.py

# Long proofs, which the tests have in a short form: 200 launches of imports, undos, backups and migrations killed on the way, per engine;
# hundreds of made-up imports and undos, and of selections of projects, against slow loops; all hostile texts in a browser;
# a day of use in an hour.
# SOAK_MINUTES, SOAK_PEOPLE: how long people go through the pages, and how many they are.
SOAK_MINUTES ?= 60
SOAK_PEOPLE ?= 50
soak: setup
	KILL_LAUNCHES=200 RESTORE_DRILLS=20 $(IN) pytest -q -s --timeout=3600 tests/reliability --deselect tests/reliability/test_hours.py
	SOAK_MINUTES=$(SOAK_MINUTES) SOAK_PEOPLE=$(SOAK_PEOPLE) $(IN) pytest -q -s tests/reliability/test_hours.py
	AVANZAMENTO_TEST_SOAK=1 $(IN) pytest -q -n 2 --dist loadfile --timeout=1800 $(MADE_UP)
	AVANZAMENTO_TEST_SOAK=1 $(IN) pytest -q $(HOSTILE)
	AVANZAMENTO_TEST_SOAK=1 $(IN) pytest -q -n 2 --dist loadfile -m soak

# A quarter of an hour; writes docs/MUTANTS.md.
mutants: setup
	$(IN) tests.nginx
	$(IN) tests.mutants

# What the app is compared with, in an environment of its own that the app never sees.
.venv-bench/peers.stamp: requirements-bench.txt
	'$(PYTHON)' -m venv --clear .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-bench.txt
	@touch .venv-bench/peers.stamp

# The app alone, as `make run` installs it where nobody tests: how long it takes to start is measured there.
.venv-run/app.stamp: requirements.txt
	'$(PYTHON)' -m venv --clear .venv-run
	.venv-run/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.txt
	@touch .venv-run/app.stamp

# Ratios to bare programs and to other dashboards, measured in one run of some hours; PARTS names some of them.
# AVANZAMENTO_BENCH_SCALE=0.01 tries it small and writes nothing down.
bench: setup .venv-bench/peers.stamp .venv-run/app.stamp
	$(IN) tests.nginx
	$(IN) bench $(PARTS)

fix: setup
	$(IN) ruff check --fix
	$(IN) ruff format

docs: setup
	$(IN) data_model.dictionary
	$(IN) deploy.licences

lock: setup
	$(PIN) requirements.in -o requirements.txt
	$(PIN) requirements-dev.in -o requirements-dev.txt
	$(PIN) requirements-bench.in -o requirements-bench.txt

sbom: setup
	$(IN) deploy.sbom

audit: setup
	$(IN) deploy.audit
