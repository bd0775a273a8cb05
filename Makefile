# The other door to the project. `make run` and `make test` need Python 3.11 or newer and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PO := config/languages/da/LC_MESSAGES/kiosk.po

.PHONY: setup run test lint bench languages messages clean debian

# Installed once, and again whenever what the project needs has changed.
$(VENV)/.installed: pyproject.toml hatch_build.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

setup: $(VENV)/.installed-test

run: $(VENV)/.installed languages
	@$(BIN)/kiosk run --simulate --allow-quit

languages: $(VENV)/.installed
	@$(BIN)/python -m kiosk.catalogues compile

# Takes new sentences from code and content into every catalogue; what is new is empty there.
messages: $(VENV)/.installed
	$(BIN)/python -m kiosk.catalogues update
