# What there is to do here; `make` alone prints it. Everything is kept in .venv/ and .engine/.
SHELL := /bin/bash
PYTHON := .venv/bin/python
# Each has an engine of its own, and waits for it much of the time.
JOBS ?= $(shell jobs=$$(($$(nproc) + 2)); echo $$((jobs < 8 ? jobs : 8)))

UNIT_JOBS ?= $(shell jobs=$$(nproc); echo $$((jobs < 8 ? jobs : 8)))

help:  ## print this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

demo: .venv/installed compiled  ## plan, apply and open the website example on an engine of this machine
	@$(PYTHON) -m tests.harness.demo

demo-swarm: .venv/installed compiled  ## the shop on three engines of this machine: a node stops, a version fails, a secret changes
	@$(PYTHON) -m tests.harness.demo_swarm

engine:  ## start a Docker engine of this checkout's own, in .engine/
	@tests/harness/local.sh start

engine-stop:  ## stop it and free all that it holds; its images and volumes are kept
	@tests/harness/local.sh stop

# Fewer examples than make test tries: this is for every change.
unit: .venv/installed-test compiled  ## run the unit tests and doctests, without an engine
	RUNNER_QUICK=1 $(PYTHON) -m pytest -q -n $(UNIT_JOBS) --dist worksteal runner $(or $(TESTS),tests/unit)

test: .venv/installed-test compiled  ## run all tests, or those in TESTS=..., on private engines unless RUNNER_TEST_HOST names one
	@[ -n "$$RUNNER_TEST_HOST" ] || tests/harness/install.sh test
	@tests/harness/compose.sh >/dev/null || echo "the tests that need Docker Compose will fail"
	$(PYTHON) -m pytest -n $(JOBS) --dist worksteal $(TESTS)
	@[ -n "$(TESTS)$$RUNNER_TEST_HOST" ] || $(MAKE) --no-print-directory test-contexts

# Only changed files of a build context travel by default, so that this is right is proved on two engines each time.
test-contexts:  ## run the tests that send build contexts on a current engine; make test does it, too
	@$(MAKE) --no-print-directory test-current TESTS=tests/engine/buildkit/test_files.py

test-current: .venv/installed-test  ## run the tests that need an engine, or those in TESTS=..., on a current one
	@tests/harness/install.sh test
	@tests/harness/compose.sh >/dev/null || echo "the tests that need Docker Compose will fail"
	@PATH=$$(tests/harness/current.sh) && export PATH && dockerd --version && \
		env -u RUNNER_TEST_HOST $(PYTHON) -m pytest -n $(JOBS) --dist worksteal $(or $(TESTS),tests/engine tests/e2e tests/swarm)

check: .venv/installed-test  ## lint, types and import contracts
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m mypy --explicit-package-bases tests/harness tests/bench tests/engine tests/e2e tests/swarm tests/conftest.py
	.venv/bin/lint-imports

schemas: .venv/installed  ## generate the schema of workflow files, the reference of all keys, and the pages of Compose's keys, commands and error codes
	@set -e; for made in workflow:schemas/workflow.schema.json reference:schemas/README.md compose:docs/compose-keys.md commands:docs/commands.md errors:docs/errors.md; do \
		$(PYTHON) -m runner schema $${made%%:*} >schemas/.new; \
		mv schemas/.new $${made#*:}; \
	done

picture: .venv/installed-test  ## record a rollback on a private engine and draw docs/rollback-*.svg, for the README
	@tests/harness/install.sh engine
	$(PYTHON) -m tests.harness.picture

docs: .venv/installed-test  ## run the commands of all pages, and put the outputs of today into them
	@tests/harness/install.sh test
	@PATH=$$(tests/harness/current.sh) && export PATH && RUNNER_UPDATE_DOCS=all $(PYTHON) -m pytest -q tests/e2e/test_docs.py tests/swarm/test_docs.py

bench: .venv/installed-test  ## measure runner beside the engine's own floor and Docker Compose; BENCH=--quick, say
	@tests/harness/install.sh engine
	@PATH=$$(tests/harness/current.sh) && export PATH && $(PYTHON) -m tests.bench $(BENCH)

# Only after a change there is something to do; it also counts where PYTHONDONTWRITEBYTECODE is set.
compiled: .venv/installed
	@$(PYTHON) -m compileall -q runner

clean:  ## remove the engine with its data, .venv/ and what tools left behind
	@tests/harness/local.sh purge
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: setup.cfg pyproject.toml
	@tests/harness/venv.sh .
	@touch $@

.venv/installed-test: setup.cfg pyproject.toml
	@tests/harness/venv.sh '.[test,browser]'
	@touch .venv/installed $@

.PHONY: help compiled demo demo-swarm engine engine-stop unit test test-contexts test-current check schemas picture docs bench clean
