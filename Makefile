# The commands of the project; `make` alone lists them. PYTHON, PORT and INSTALLER=pip may be set.
SHELL := /bin/bash
PORT ?= 8501
BIN := .venv/bin
RUNTIME := build/runtime/bin/python
DEMO_HOME := build/demo-home
CHROMIUM_PACKAGES := chromium fonts-liberation fonts-noto-color-emoji
TESTS := $(BIN)/python -m pytest --numprocesses 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help run demo test check format lint types fast everything runtime package campaign fuzz bench lock clean chromium postgresql

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/run.stamp: requirements.txt install/uv.txt install/environment.sh
	@echo "installing the pinned requirements"
	@install/environment.sh .venv requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt requirements.txt install/uv.txt install/environment.sh
	@echo "installing the pinned requirements of development"
	@install/environment.sh .venv requirements-dev.txt
	@touch $@ .venv/run.stamp

build/runtime/run.stamp: requirements.txt install/uv.txt install/environment.sh
	@rm -rf build/runtime
	@install/environment.sh build/runtime requirements.txt
	@touch $@

run: demo ## environment, demo portfolio, dashboard on http://localhost:8501 (PORT=...)
	@exec $(BIN)/python -m dashboard serve --port $(PORT)

demo: .venv/run.stamp ## the demo portfolio alone
	@$(BIN)/python -m dashboard demo

test: lint types runtime package everything ## everything: format, lint, types, all tests incl. Chromium, start without development packages, the installed package

check: lint types fast ## lint, types and the tests that need no browser

format: .venv/dev.stamp ## put the code into shape
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

lint: .venv/dev.stamp ## shape and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/dev.stamp ## types of the package
	$(BIN)/mypy

fast: .venv/dev.stamp postgresql ## tests without a browser
	$(TESTS) -m "not chromium and not campaign"

everything: .venv/dev.stamp chromium postgresql
	$(if $(filter test,$(MAKECMDGOALS)),DEMO_HOME=$(abspath $(DEMO_HOME))) $(TESTS)

runtime: build/runtime/run.stamp ## start the program with the run-time requirements alone
	$(RUNTIME) -m dashboard --help >/dev/null
	$(RUNTIME) tests/architecture/import_everything.py

package: build/runtime/run.stamp .venv/dev.stamp ## build the wheel, install it apart and use it from another folder
	@rm -rf build/wheel
	$(BIN)/python -m hatchling build --target wheel --directory build/wheel
	$(RUNTIME) -m pip install --quiet --disable-pip-version-check --no-index --no-deps --force-reinstall build/wheel/*.whl
	$(BIN)/python tests/package/run_installed.py build/runtime/bin/model-ledger $$($(BIN)/python -m hatchling version) $(DEMO_HOME)

campaign: .venv/dev.stamp chromium postgresql ## the long runs
	$(BIN)/python -m pytest -m campaign

fuzz: .venv/dev.stamp ## bad input of every kind, 10,000 cases each (KIND=backups FUZZ_CASES=500 FUZZ_SEED=7)
	FUZZ_CASES=$(or $(FUZZ_CASES),10000) FUZZ_SEED=$(or $(FUZZ_SEED),1) \
		$(BIN)/python -m pytest -m campaign -s tests/hostile/test_fuzz_campaign.py $(if $(KIND),-k "$(KIND)")

bench: .venv/dev.stamp ## benchmarks; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

lock: .venv/dev.stamp ## pin the requirements anew (UPGRADE=1 takes newer versions)
	install/lock.sh

# Playwright's driver needs libatomic1, which small systems lack.
chromium:
	@command -v apt-get >/dev/null || command -v chromium >/dev/null || [ -n "$$CHROMIUM" ] || [ -d /Applications/Chromium.app ] \
		|| { echo "no Chromium found; install one (macOS: brew install --cask chromium) or name it in CHROMIUM" >&2; exit 1; }
	@! command -v apt-get >/dev/null || install/debian.sh libatomic1 \
		$$(command -v chromium chromium-browser google-chrome >/dev/null || [ -n "$$CHROMIUM" ] || echo $(CHROMIUM_PACKAGES))

clean: ## remove environments, caches and what was built; the state in data/home stays
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The database that tests of sources read; its server need not run.
postgresql:
	@command -v apt-get >/dev/null || command -v initdb >/dev/null || { echo "no PostgreSQL found; install it (macOS: brew install postgresql)" >&2; exit 1; }
	@! command -v apt-get >/dev/null || install/debian.sh postgresql
