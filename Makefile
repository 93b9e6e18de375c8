# Everything a developer does; bare `make` lists it. All it needs is make, git and a Python 3 with pip: uv and the two
# environments (ours, and SAM CLI's) are made here, from uv.lock. Options reach the programs: `make run PORT=9000`.

PYTHON ?= 3.13
ARGS ?=
FAST ?=

# CPython 3.13 runs the functions. One that pyenv installed is used even where pyenv's own command picks another.
pyenv := $(lastword $(sort $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.13*/bin)))
export PATH := $(if $(pyenv),$(pyenv):)$(PATH):$(CURDIR)/.uv/bin
export SAM_CLI_TELEMETRY := 0
# Where a machine forbids bytecode, each of the many processes that tests start would compile every package again.
export PYTHONDONTWRITEBYTECODE :=

uv := $(shell command -v uv || echo .uv/bin/uv)
sam := .venv-sam/bin/sam
ours := .venv/.from-lock
sams := .venv-sam/.from-lock

.DEFAULT_GOAL := help
.PHONY: help run test lint build page deploy batch key keys keys-copy key-edit key-revoke tokens usage webhook-secret catalog space pictures smoke check-providers bench lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: export EASEL_BEGAN := $(shell date +%s)
run: first-step $(ours)  ## the whole system on http://127.0.0.1:8080; PORT=, LIVE=1 for the real providers, PARAMS="Access=keys …" of the template
	@PYTHONPATH=layers/easel .venv/bin/python -m local

.PHONY: first-step
first-step:
	@echo "[1/5   0 s] Python packages, installed where something has changed"

test: $(ours) $(if $(FAST),,sam-if-possible)  ## every test; FAST=1 those without a stack; ARGS= goes to pytest
	@.venv/bin/python -m pytest $(if $(FAST),tests/unit --without-stack --numprocesses 2,--numprocesses 4) --dist loadgroup $(ARGS)

lint: $(ours) $(sams)  ## ruff, mypy strict, SAM's check of the template
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	$(sam) validate --lint

build: $(sams)  ## the artifacts to deploy, as plain `sam build` makes them
	$(sam) build

page:  ## bundles the page's modules into functions/router/playground/dist, which is committed; needs Node and npm
	cd functions/router/playground && npm ci --ignore-scripts --no-audit --no-fund && npm run build && rm -r node_modules

deploy: $(ours) $(sams)  ## builds and deploys to AWS, asks who may use it: WHO=keys, tokens or everybody; STACK= REGION= PARAMS=
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.deploy

batch: $(ours)  ## runs a manifest: FILE=prompts.csv, for a deployment URL= and KEY=; GALLERY=1 for a page of the pictures, YES=1 asks nothing
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.batch

key: $(ours)  ## makes an Easel key: NAME=alice DAY=100, MONTH= MINUTE= AT_ONCE= MODELS= BATCHES=1 UNTIL=; STACK= for a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.keys make

keys: $(ours)  ## lists the keys, with what is used of each
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.keys list

key-edit: $(ours)  ## changes what a key allows: NAME=alice DAY=200, MONTH=none takes a limit away
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.keys edit

keys-copy: $(ours)  ## copies the keys of a table that outlived its stack: FROM=table, STACK= for a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.keys copy

key-revoke: $(ours)  ## ends a key at once: NAME=alice
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.keys revoke

tokens: $(ours)  ## shows what provider tokens still have, which rest, until when and why; WAKE=gitee/2 wakes one; STACK= for a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.tokens

usage: $(ours)  ## shows pictures and their costs by day, key, provider, model and outcome: FROM=2026-11-01 TO=, CSV=file; STACK= for a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.usage

webhook-secret: $(ours)  ## makes the secret that signs webhooks, or replaces it: the one before stays valid for a day; STACK= for a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.webhook_secret

catalog: $(ours)  ## shows your own catalog; FILE=my.toml stores one, CHECK=1 checks it only, REMOVE=1 removes it; STACK= for a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.catalog

space: $(ours)  ## writes the section of your own catalog for a Space: URL=https://….hf.space, MODEL= NAME= FILE=my.toml, TRY=1 draws one picture
	@PYTHONPATH=layers/easel:functions/huggingface .venv/bin/python -m cli.space

clients: $(ours)  ## calls a local stack with other people's clients, ARGS="litellm agno" with these; writes the table of docs/clients.md; Node and npm
	@PYTHONPATH=layers/easel UV="$(abspath $(uv))" .venv/bin/python -m tests.clients $(ARGS)

pictures: $(ours)  ## takes the documents' pictures from the running local stack, with Chromium
	@.venv/bin/python -m tests.browser.pictures

smoke: $(ours)  ## asks a deployment for a picture of each provider: URL=, KEY=; or tokens as GITEE_TOKEN= …, without a batch
	@.venv/bin/python -m cli.smoke

check-providers: $(ours)  ## compares the catalog with what providers publish: LIVE=1 the real ones, STACK= a deployment's; FILE= another catalog
	@PYTHONPATH=layers/easel:functions/check .venv/bin/python -m cli.check_providers

bench: $(ours) $(sams)  ## cold starts, latency, sizes, memory; ARGS=--quick or --against=CHECKOUT; WHAT=batch_run or batch_planning for batches, WHAT=start ARGS=COMMIT for make run
	@PYTHONPATH=layers/easel:$(subst $(eval ) ,:,$(wildcard functions/*)) .venv/bin/python -m tests.bench$(if $(WHAT),.$(WHAT)) $(ARGS)

lock: $(ours)  ## uv.lock from pyproject.toml, and the artifacts' requirements.txt from it
	$(uv) lock
	.venv/bin/python layers/easel/lock_requirements.py

clean:  ## removes all that the others make, environments included
	rm -rf .aws-sam .local .venv .venv-sam .uv .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(ours): uv.lock | $(uv)
	@$(uv) sync --quiet --locked --python $(PYTHON) || { $(no_python); }
	@touch $@

$(sams): uv.lock | $(uv)
	@UV_PROJECT_ENVIRONMENT=.venv-sam $(uv) sync --quiet --locked --only-group sam --python 3.13 || { $(no_python); }
	@touch $@

no_python = echo "make: no CPython 3.13, or a package could not be installed; see above. Get Python with\
 \`uv python install 3.13\`, \`pyenv install 3.13\` or your system's packages." >&2; exit 1

# Tests that need SAM CLI are skipped where it cannot be installed, but not in CI.
.PHONY: sam-if-possible
sam-if-possible: | $(uv)
	@$(MAKE) --no-print-directory $(sams) || [ "$(CI)" != true ] || exit 1

# A virtual environment takes twice as long to make as uv to install, so where pip is there, none is made.
.uv/bin/uv:
	@python3 -m pip install -qq --disable-pip-version-check --target .uv uv 2>/dev/null && echo '*' >.uv/.gitignore || \
	$(MAKE) --no-print-directory uv-in-venv

.PHONY: uv-in-venv
uv-in-venv:
	@python3 -m venv .uv || { echo "make: Python's venv module is missing: install your system's python3-venv, or uv" >&2; exit 1; }
	@.uv/bin/python -m pip install -qq --disable-pip-version-check uv && echo '*' >.uv/.gitignore
