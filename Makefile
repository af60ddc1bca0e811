# Everything a fresh machine needs: Python 3.11 or newer, and make.
# The environments are built from the locks by pip alone, and rebuilt when a lock changes.

ARGS ?=
PYTHON ?=
VENV := .venv
BENCH_VENV := .venv-bench
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_REQUIRE_VIRTUALENV := 1

# The tools write nothing outside the checkout but chromium, and that only as root.
# Neighbours stay with one worker, which makes what they share once; the idle take from the busy.
TESTS := -n 2 --dist worksteal
# Programs begin faster from bytecode, and the tests start a hundred.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo run test check bench lock env-example chromium format pictures commands

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/stamp-run ## play the product offline, with a chat page; ARGS="--matchdays 2 --exit --json out.json"
	@$(VENV)/bin/python -m sandbox $(ARGS)

run: $(VENV)/stamp-run ## run the service with your settings (.env, MON_PS_*); ARGS="--check-config"
	@$(VENV)/bin/python -m bot $(ARGS)

test: $(VENV)/stamp-dev chromium ## everything the README promises, browser included
	$(call say,format and lint)
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	$(call say,types)
	@$(VENV)/bin/python -m pytest --collect-only -qq >/dev/null 2>&1 & \
	$(VENV)/bin/mypy .; verdict=$$?; wait; exit $$verdict # the tests' bytecode is made beside
	$(call say,imports)
	@$(VENV)/bin/lint-imports --no-logo
	$(call say,tests)
	@$(VENV)/bin/python -m pytest $(TESTS) --cov --cov-report=term $(ARGS)

check: $(VENV)/stamp-dev ## format, lint, types, imports, unit tests: before every commit
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy .
	@$(VENV)/bin/lint-imports --no-logo
	@$(VENV)/bin/python -m pytest -q $(TESTS) tests/unit tests/architecture engine config charts exports

format: $(VENV)/stamp-dev ## put the code in the house's format
	@$(VENV)/bin/ruff check --fix-only --quiet .
	@$(VENV)/bin/ruff format .

bench: $(BENCH_VENV)/stamp-bench ## measure the kernels against the peers; ARGS="pricing --json out.json"
	@$(BENCH_VENV)/bin/python -m bench $(ARGS)

pictures: $(VENV)/stamp-dev chromium ## take the README's pictures anew, from the demo
	@$(VENV)/bin/python docs/make_pictures.py

commands: $(VENV)/stamp-run ## write docs/COMMANDS.md anew from the bot's catalogue
	@$(VENV)/bin/python -m bot.contents > docs/COMMANDS.md.new
	@mv docs/COMMANDS.md.new docs/COMMANDS.md

env-example: $(VENV)/stamp-run ## write .env.example anew from the settings
	@$(VENV)/bin/python -m config.example > .env.example.new
	@mv .env.example.new .env.example

LOCKS := requirements.lock requirements-dev.lock requirements-bench.lock
lock: ## resolve the locks anew (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv (pip install uv)" >&2; exit 1; }
	@for lock in $(LOCKS); do \
	    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	        --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	        -o $$lock $${lock%.lock}.in || exit 1; \
	done

# Browser tests drive a real chromium; where none can be installed they are skipped, and it says so.
chromium:
	@if command -v chromium >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" != 0 ]; then \
	    echo "browser tests are skipped: no chromium, and only root can install it" \
	         "(apt-get install chromium)"; \
	elif ! command -v apt-get >/dev/null 2>&1; then \
	    echo "browser tests are skipped: no chromium, and no apt-get to install it with"; \
	else \
	    echo "installing chromium for the browser tests"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	        --no-install-recommends chromium; } >/dev/null 2>&1 \
	    || echo "browser tests are skipped: apt-get could not install chromium"; \
	fi

$(VENV)/stamp-run: requirements.lock
	$(call build,$(VENV),requirements.lock)
	@touch $@

# the dev lock holds the run-time lock, so its environment serves both
$(VENV)/stamp-dev: requirements-dev.lock
	$(call build,$(VENV),requirements-dev.lock)
	@touch $@ $(VENV)/stamp-run

$(BENCH_VENV)/stamp-bench: requirements-bench.lock
	$(call build,$(BENCH_VENV),requirements-bench.lock)
	@touch $@

say = @printf '\n== %s\n' '$(1)'

# $(1) environment, $(2) lock. An environment whose Python is gone is made anew.
define build
@set -e; \
if ! $(1)/bin/python -m pip --version >/dev/null 2>&1; then \
    chosen=; \
    for candidate in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
        if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
            chosen=$$candidate; break; \
        fi; \
    done; \
    if [ -z "$$chosen" ]; then \
        echo "mon_ps needs Python 3.11 or newer; python3 here is" \
             "$$(python3 --version 2>/dev/null || echo missing)" >&2; \
        exit 1; \
    fi; \
    if ! $$chosen -c 'import ensurepip, venv' >/dev/null 2>&1; then \
        echo "$$chosen cannot make environments: apt-get install" \
             "$$($$chosen -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')" \
             "(Debian, Ubuntu), then try again" >&2; \
        exit 1; \
    fi; \
    echo "making $(1) with $$($$chosen --version)"; \
    $$chosen -m venv --clear $(1); \
fi; \
echo "installing $(2) into $(1) (about half a minute)"; \
$(1)/bin/python -m pip install -qq --require-hashes -r $(2)
endef
