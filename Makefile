PYTHON ?= python3
UPGRADE ?=
BENCH ?=
DRILL ?= all

venv := .venv
python := $(venv)/bin/python
install := tools/install $(venv)
sources := bff resolvers loaders tests benchmarks tools

npm_found := $(shell command -v npm 2>/dev/null)
npm := npm --prefix explorer --no-audit --no-fund --loglevel=error
explorer := bff/graphql/graphiql/dist/main.js
# More than cores: tests wait for servers and processes at times.
pytest := $(python) -m pytest -n $(shell expr $$(nproc 2>/dev/null || echo 2) + 2) --dist loadgroup
peers := benchmarks/peers/node_modules/installed.stamp
explorer_sources := $(shell find explorer bff/graphql/graphiql/web -type f -not -path '*/node_modules/*')

# Or each start of the program compiles it anew, and so does each process of the tests.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test coverage test-browser bench check names lives lives-postgresql drills differential mutants explorer image schema docs lock clean try-explorer chromium npm wrk

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s%s\n", $$1, $$2 }' Makefile

run: $(venv)/runtime.stamp try-explorer ## set up, load demo shoppers, serve on 127.0.0.1 port 8000
	@BFF_MODE=$${BFF_MODE:-demo} exec $(python) -m bff serve

test: try-explorer check ## set up, then lint, types, import order and tests on both databases
	$(pytest)

coverage: $(venv)/dev.stamp ## run the tests on SQLite once more, and hold how much of the program they run
	$(pytest) --database sqlite --cov --cov-report=

test-browser: chromium npm $(venv)/browser.stamp $(explorer) ## test in Chromium, installed where missing
	$(npm) test
	$(python) -m mypy tests/browser
	$(python) -m pytest -m browser tests/browser

bench: wrk npm $(venv)/bench.stamp $(peers) ## measure all, beside other servers, in 25 minutes; BENCH=--quick in a few
	$(python) -m benchmarks $(BENCH)

check: $(venv)/dev.stamp ## lint, types, imports, names and migrations
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	$(python) -m mypy --exclude '^tests/(support/)?browser/' $(sources)
	$(venv)/bin/lint-imports --no-logo
	$(python) -m tools.names
	$(python) -m tools.migration_lint

names: $(venv)/dev.stamp ## list names that stand for two things, and modules without a unit test
	$(python) -m tools.names

lives: $(venv)/dev.stamp ## live 10,000 generated lives of returns (make test: 500); LIVES=20000 for more
	$(python) -m tests.support.lives --count $${LIVES:-10000}

lives-postgresql: $(venv)/dev.stamp ## the same on PostgreSQL, each by eight programs at the same time
	$(python) -m tests.support.lives --count $${LIVES:-10000} --postgresql

drills: $(venv)/dev.stamp ## kill, stop and upgrade real processes under load, in an hour; DRILL=journeys for one
	$(python) -m tests.support.drills $(DRILL)

differential: $(venv)/dev.stamp ## run 20,000 generated operations with and without plans; COUNT=50000 for more
	$(python) -m tests.support.differential --count $${COUNT:-20000}

mutants: $(venv)/dev.stamp ## break copies of the source in known ways; fails if the tests miss one
	$(python) -m tools.mutants

explorer: $(explorer) ## bundle GraphiQL, so that its page needs no CDN
	@:

image: ## build the container image express-return-bff; docs/howto/containers.md runs it
	docker build --build-arg REVISION=$$(git rev-parse HEAD) --tag express-return-bff .

schema: $(venv)/runtime.stamp ## print the schema to schema.graphql
	$(python) -m bff schema > schema.graphql.new
	mv schema.graphql.new schema.graphql

docs: $(venv)/runtime.stamp ## draw the transition tables in docs/states.md
	$(python) -m tools.states_page > docs/states.md.new
	mv docs/states.md.new docs/states.md

# The narrower locks bound the wider ones, so that a package has one version in all of them.
lock: $(venv)/dev.stamp ## remake the locks; with UPGRADE=--upgrade, to the newest versions
	$(call compile,runtime,pyproject.toml)
	$(call compile,dev,pyproject.toml --group dev --constraints locks/runtime.txt)
	$(call compile,browser,pyproject.toml --group browser --constraints locks/dev.txt)
	$(call compile,bench,pyproject.toml --group bench --constraints locks/dev.txt)
	$(call compile,build,--group build --constraints locks/dev.txt)
	$(call compile,install,--group install --constraints locks/dev.txt)

clean: ## remove what was installed and built; the database stays
	rm -rf $(venv) explorer/node_modules benchmarks/peers/node_modules bff/graphql/graphiql/dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

define compile
$(venv)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	$(UPGRADE) --output-file locks/$(1).txt $(2)
endef

$(python):
	@tools/new-venv $(PYTHON) $(venv)

$(venv)/runtime.stamp: locks/runtime.txt | $(python)
	@echo "Installing what the program needs"
	@$(install) $<
	@touch $@

$(venv)/dev.stamp: locks/dev.txt | $(python)
	@echo "Installing what the program and its tests need"
	@$(install) $<
	@touch $@ $(venv)/runtime.stamp

$(venv)/browser.stamp: locks/browser.txt | $(python)
	@echo "Installing what the browser tests need"
	@$(install) $<
	@$(python) -m playwright --version >/dev/null 2>&1 || tools/apt-install libatomic1
	@touch $@ $(venv)/dev.stamp $(venv)/runtime.stamp

$(venv)/bench.stamp: locks/bench.txt | $(python)
	@echo "Installing what the benchmarks need"
	@$(install) $<
	@touch $@ $(venv)/dev.stamp $(venv)/runtime.stamp

$(peers): benchmarks/peers/package.json benchmarks/peers/package-lock.json | npm
	npm --prefix benchmarks/peers --no-audit --no-fund --loglevel=error ci
	@touch $@

$(explorer): $(explorer_sources)
	$(npm) ci
	$(npm) run build
	@touch $@

# Without the bundle the program still runs, so npm's absence or failure is said and no more.
# A failure is remembered: the next run doesn't wait for it again.
ifeq ($(npm_found),)
try-explorer:
	@echo "No npm here: GraphiQL will come from the CDN"
else
try-explorer: $(venv)/explorer-tried.stamp

$(venv)/explorer-tried.stamp: $(explorer_sources) | $(python)
	@$(MAKE) --no-print-directory explorer \
		|| echo "npm failed: GraphiQL will come from the CDN (to try again: make explorer)"
	@touch $@
endif

chromium:
	@command -v chromium >/dev/null || tools/apt-install chromium

npm:
	@command -v npm >/dev/null || tools/apt-install nodejs npm

wrk:
	@command -v wrk >/dev/null || tools/apt-install wrk
