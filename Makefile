# make run    sets everything up and opens the demo; make run ARGS="--home ~/shop" opens your own home
# make test   sets everything up and runs the tests; make test ARGS="tests/core -k addresses" runs some
# make check  lint, format, types, layering, generated documents
# make fix    repairs what can be repaired, and writes the generated documents
# make bench  runs every benchmark; make bench ARGS=store runs one
# make docs   writes the generated documents
# make pictures  draws every screen anew, to compare with: make pictures ARGS="reply"
# make clean  removes what was built, .venv included

SHELL := /bin/bash
.DEFAULT_GOAL := help
ARGS ?=
BIN := .venv/bin
RUN := .venv/.set-up-run
DEV := .venv/.set-up-dev
SOURCES := pyproject.toml scripts/setup

.PHONY: help run test check fix bench docs pictures clean system

help:
	@sed -n 's/^# //p' Makefile | head -8

run: $(RUN)
	@$(BIN)/agent-tui $(or $(ARGS),demo)

test: $(DEV) system
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(DEV)
	@scripts/check

fix: $(DEV)
	@scripts/fix

bench: $(DEV) system
	@scripts/bench $(ARGS)

docs: $(DEV)
	@$(BIN)/python -m scripts.docs

pictures: $(DEV)
	@$(BIN)/python -m tests.pictures $(ARGS)

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

system:
	@scripts/setup system

# What developing needs includes what running needs: whoever has the first needs no second setting up.
$(RUN): constraints-run.txt $(SOURCES)
	@[ $(DEV) -nt constraints.txt -a $(DEV) -nt pyproject.toml ] || scripts/setup run
	@touch $@

$(DEV): constraints.txt $(SOURCES)
	@scripts/setup dev
	@touch $@
