# The commands for developers; `make` without arguments lists them. They need make, git and a Python 3 with pip. uv and two
# environments (for development, and for SAM CLI) are installed from uv.lock. Options are variables: `make run PORT=9000`.

PYTHON ?= 3.13
ARGS ?=
FAST ?=

# The functions run on CPython 3.13. pyenv's CPython 3.13 is used even if another version is active in pyenv.
pyenv := $(lastword $(sort $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.13*/bin)))
export PATH := $(if $(pyenv),$(pyenv):)$(PATH):$(CURDIR)/.uv/bin
export SAM_CLI_TELEMETRY := 0
# Write bytecode even if the machine's environment disables it: otherwise each test process compiles every package.
export PYTHONDONTWRITEBYTECODE :=

uv := $(shell command -v uv || echo .uv/bin/uv)
sam := .venv-sam/bin/sam
dev_env := .venv/.from-lock
sam_env := .venv-sam/.from-lock

.DEFAULT_GOAL := help
.PHONY: help run test lint build page deploy batch key keys keys-copy key-edit key-revoke tokens usage webhook-secret catalog space pictures smoke check-providers bench lock clean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: export EASEL_BEGAN := $(shell date +%s)
run: first-step $(dev_env)  ## run the whole system on http://127.0.0.1:8080; PORT=: another port; LIVE=1: real providers; PARAMS="Access=keys …": parameters of the template
	@PYTHONPATH=layers/easel .venv/bin/python -m local

.PHONY: first-step
first-step:
	@echo "[1/5   0 s] Installing Python packages, if anything has changed"

test: $(dev_env) $(if $(FAST),,sam-if-possible)  ## run all tests; FAST=1: only unit tests without a stack; ARGS=: arguments for pytest
	@.venv/bin/python -m pytest $(if $(FAST),tests/unit --without-stack --numprocesses 2,--numprocesses 4) --dist loadgroup $(ARGS)

lint: $(dev_env) $(sam_env)  ## run ruff, mypy, and SAM's validation of the template
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	$(sam) validate --lint

build: $(sam_env)  ## build the deployment's artifacts with `sam build`
	$(sam) build

page:  ## bundle the page's modules into functions/router/playground/dist, which is committed; needs Node and npm
	cd functions/router/playground && npm ci --ignore-scripts --no-audit --no-fund && npm run build && rm -r node_modules

deploy: $(dev_env) $(sam_env)  ## build and deploy to AWS; WHO=keys, tokens or everybody: who may use it; STACK= REGION= PARAMS=
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.deploy

batch: $(dev_env)  ## run a manifest: FILE=prompts.csv; URL= KEY=: at a deployment; GALLERY=1: write a page of the pictures; YES=1: ask no questions
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.batch

key: $(dev_env)  ## create an Easel key: NAME=alice DAY=100 MONTH= MINUTE= AT_ONCE= MODELS= BATCHES=1 UNTIL=; STACK=: of a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.keys make

keys: $(dev_env)  ## list the Easel keys with their usage; STACK=: of a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.keys list

key-edit: $(dev_env)  ## change a key's limits: NAME=alice DAY=200; MONTH=none removes a limit; STACK=: of a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.keys edit

keys-copy: $(dev_env)  ## copy the keys of a deleted stack's table: FROM=table; STACK=: to a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.keys copy

key-revoke: $(dev_env)  ## revoke a key at once: NAME=alice; STACK=: of a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.keys revoke

tokens: $(dev_env)  ## show the quotas and cooldowns of provider tokens; WAKE=gitee/2: end a cooldown; STACK=: of a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.tokens

usage: $(dev_env)  ## show pictures and costs by day, key, provider, model and outcome: FROM=2026-11-01 TO=; CSV=file; STACK=: of a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.usage

webhook-secret: $(dev_env)  ## create or replace the secret that signs webhooks; the previous one stays valid for a day; STACK=: of a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.webhook_secret

catalog: $(dev_env)  ## show your own catalog; FILE=my.toml: store one; CHECK=1: only validate it; REMOVE=1: remove it; STACK=: of a deployment
	@PYTHONPATH=layers/easel .venv/bin/python -m cli.catalog

space: $(dev_env)  ## write a Space's section of your own catalog: URL=https://….hf.space MODEL= NAME= FILE=my.toml; TRY=1: generate one picture
	@PYTHONPATH=layers/easel:functions/huggingface .venv/bin/python -m cli.space

clients: $(dev_env)  ## test third-party clients with a local stack and write the table of docs/clients.md; ARGS="litellm agno": only these; needs Node and npm
	@PYTHONPATH=layers/easel UV="$(abspath $(uv))" .venv/bin/python -m tests.clients $(ARGS)

pictures: $(dev_env)  ## take the documents' screenshots of the running local stack, with Chromium
	@.venv/bin/python -m tests.browser.pictures

smoke: $(dev_env)  ## check a deployment with a picture of each provider: URL= KEY=, or without a batch: URL= GITEE_TOKEN= …
	@.venv/bin/python -m cli.smoke

check-providers: $(dev_env)  ## compare the catalog with the providers' lists; LIVE=1: of the real providers; STACK=: with a deployment's addresses; FILE=: another catalog
	@PYTHONPATH=layers/easel:functions/check .venv/bin/python -m cli.check_providers

bench: $(dev_env) $(sam_env)  ## measure cold starts, latency, sizes and memory; ARGS=--quick or --against=CHECKOUT; WHAT=batch_run or batch_planning: batches; WHAT=start ARGS=COMMIT: make run
	@PYTHONPATH=layers/easel:$(subst $(eval ) ,:,$(wildcard functions/*)) .venv/bin/python -m tests.bench$(if $(WHAT),.$(WHAT)) $(ARGS)

lock: $(dev_env)  ## update uv.lock from pyproject.toml, and the artifacts' requirements.txt from it
	$(uv) lock
	.venv/bin/python layers/easel/lock_requirements.py

clean:  ## remove everything that the other commands create, including the environments
	rm -rf .aws-sam .local .venv .venv-sam .uv .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(dev_env): uv.lock | $(uv)
	@$(uv) sync --quiet --locked --python $(PYTHON) || { $(no_python); }
	@touch $@

$(sam_env): uv.lock | $(uv)
	@UV_PROJECT_ENVIRONMENT=.venv-sam $(uv) sync --quiet --locked --only-group sam --python 3.13 || { $(no_python); }
	@touch $@

no_python = echo "make: CPython 3.13 is missing, or a package could not be installed; see above. Install Python with\
 \`uv python install 3.13\`, \`pyenv install 3.13\` or your system's packages." >&2; exit 1

# If SAM CLI cannot be installed, the tests that need it are skipped. In CI, that is an error.
.PHONY: sam-if-possible
sam-if-possible: | $(uv)
	@$(MAKE) --no-print-directory $(sam_env) || [ "$(CI)" != true ] || exit 1

# pip installs uv without a virtual environment if possible, because creating one takes twice as long as installing uv.
.uv/bin/uv:
	@python3 -m pip install -qq --disable-pip-version-check --target .uv uv 2>/dev/null && echo '*' >.uv/.gitignore || \
	$(MAKE) --no-print-directory uv-in-venv

.PHONY: uv-in-venv
uv-in-venv:
	@python3 -m venv .uv || { echo "make: Python's module venv is missing. Install your system's package python3-venv, or uv" >&2; exit 1; }
	@.uv/bin/python -m pip install -qq --disable-pip-version-check uv && echo '*' >.uv/.gitignore
