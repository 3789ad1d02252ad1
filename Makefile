# `make serve` and `make test` are all that is needed; `make help` lists the rest.

VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := awayday football features training serving
CHECKED := $(SOURCES) scripts tests notebooks
PYTEST_ARGS ?=
# File by file on as many processes as there are cores, four at most.
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile
BENCH_ARGS ?=
UV ?= uv

# A user-wide `pip install --user` setting would fail inside an environment.
PIP := PIP_USER=0 $(BIN)/python -m pip --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install serve test check format docs bench-scale bench-serving topology lock bundle notebooks clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(STAMP) ## create the environment in .venv from requirements.lock

# Again only when the lock or the project's own metadata have changed.
$(STAMP): requirements.lock pyproject.toml
	@set -e; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  for candidate in $(or $(PYTHON),python3.11 python3.12 python3.13 python3); do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "error: no Python 3.11 or newer found; install one, or name it: make $(or $(MAKECMDGOALS),install) PYTHON=/path/to/python3" >&2; exit 1; \
	  fi; \
	  if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "error: $$python cannot create environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	  fi; \
	  echo "Creating $(VENV) with $$("$$python" --version)"; \
	  "$$python" -m venv --clear $(VENV); \
	fi
	@echo "Installing the packages of requirements.lock (takes a few minutes, once)"
	@$(PIP) install --quiet --require-hashes --no-deps --requirement requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@# Where PYTHONDONTWRITEBYTECODE is set nothing else would, and every start would take two to three times as long.
	@$(BIN)/python -m compileall -q -j 0 $(SOURCES) $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') >/dev/null || true
	@touch $@

serve: $(STAMP) ## start the service at 127.0.0.1:8000 (AWAYDAY_HOST, AWAYDAY_PORT)
	@exec $(BIN)/awayday serve

test: $(STAMP) ## run the tests
	@$(PYTEST) $(PYTEST_ARGS)

check: $(STAMP) ## format, lint, types, import layers, tests: everything that has to hold
	@$(BIN)/ruff format --check $(CHECKED)
	@$(BIN)/ruff check $(CHECKED)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTEST) $(PYTEST_ARGS)

format: $(STAMP) ## format the code and mend what can be mended
	@$(BIN)/ruff check --fix $(CHECKED) || true
	@$(BIN)/ruff format $(CHECKED)

docs: $(STAMP) ## write the generated parts of docs/ anew
	@$(BIN)/python -m scripts.documents

bench-scale: $(STAMP) ## measure how cost grows with matches, 10,000 to 5 million
	@$(BIN)/python -m training.bench_scale $(BENCH_ARGS)

bench-serving: $(STAMP) ## measure the service beside an empty endpoint, MLflow and BentoML
	@$(BIN)/python -m serving.bench $(BENCH_ARGS)

topology: $(STAMP) ## start what deploy/ does on loopback, kill, restart and promote under load, and count what is lost
	@AWAYDAY_TEST_NGINX=required AWAYDAY_TEST_POSTGRESQL=required $(BIN)/python -m pytest -q -s tests/deploy/test_topology.py

lock: ## resolve the dependencies of pyproject.toml anew (needs uv)
	@command -v $(UV) >/dev/null || { echo "error: uv is not there; pip install uv, or make lock UV=/path/to/uv" >&2; exit 1; }
	$(UV) pip compile --universal --python-version 3.11 --all-extras --upgrade --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --quiet --output-file requirements.lock pyproject.toml

bundle: $(STAMP) ## make the champion of `awayday promote` the embedded default model
	@$(BIN)/python -m training.bundle

notebooks: $(STAMP) ## run the notebooks on what AWAYDAY_HOME holds and keep their outputs
	@$(BIN)/python -m scripts.execute_notebooks

clean: ## remove the environment and what tools left behind
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info
	find $(CHECKED) -name __pycache__ -type d -prune -exec rm -rf {} +
