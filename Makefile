# The other door to the project. `make run` and `make test` need Python 3.11 or newer, its venv
# module, and nothing else: what helps beyond that is installed where it may be.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A dependency of nfcpy has no wheel: the pip of Debian 12 would build it the old way and warn.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517

.PHONY: setup run test test-all lint bench bench-code bench-chip bench-face bench-fleet demo-fleet soak forget fuzz deb deb-test languages messages face system clean

# Installed once, and again whenever what the project needs has changed.
$(VENV)/.installed: pyproject.toml hatch_build.py
	@echo "Installing into $(VENV), once; this takes a minute ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@$(PIP) -e '.[test]'
	@touch $@

setup: $(VENV)/.installed-test languages face system
	@$(BIN)/python -c 'import smartcard.scard' > /dev/null 2>&1 || \
		$(PIP) -e '.[pcsc]' > /dev/null 2>&1 || \
		echo "not installed: pyscard, which needs libpcsclite-dev, python3-dev, swig and a C compiler; PC/SC readers are out of order"

run: $(VENV)/.installed languages face
	@$(BIN)/kiosk run --simulate --allow-quit

# In the order of their names the files with long tests come first, and no processor waits at the end.
PYTEST = $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# Without what takes longest: `make test-all` runs that, too.
test: setup lint
	$(PYTEST) --quick

test-all: setup lint
	$(PYTEST)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: setup
	$(BIN)/python -m tests.benchmarks.kiosk

# Our reader of codes beside its peers; FRAMES= and PEER_FRAMES= pictures, or those of CODE_IMAGES=.
bench-code: setup
	$(BIN)/python -m tests.benchmarks.code

# What reading a chip costs: commands, bytes, our own time, and what the air would add.
bench-chip: setup
	$(BIN)/python -m tests.benchmarks.chip

# What watching a face costs, how quick it is, and how often it is right; PARTS="host app" some of it.
bench-face: setup
	$(BIN)/python -m tests.benchmarks.face

# Ten thousand simulated kiosks, a broker and a console with TLS throughout; needs Mosquitto. Fewer:
# make bench-fleet FLEET=500
FLEET ?= 10000
bench-fleet: setup
	KIOSKS=$(FLEET) $(BIN)/python -m tests.benchmarks.fleet

# A broker, three simulated kiosks and a clerk's console in tmux, to look at; needs Mosquitto and tmux.
demo-fleet: $(VENV)/.installed languages face
	@$(BIN)/python deploy/demo_fleet.py

# Many kiosks side by side, random visits and random faults, for an hour and a quarter; see docs/soak.md.
VISITS ?= 2000
FAULTS ?= 5000
SEED ?= 1
KIOSKS ?= 4
soak: setup
	$(BIN)/python -m tests.soak --visits $(VISITS) --faults $(FAULTS) --seed $(SEED) --kiosks $(KIOSKS)

# Turns over everything that reads bytes from outside, until so many seconds of processor time are
# over; TARGETS="chip.sod web.socket" only some (python -m tests.fuzz --list). docs/security/fuzzing.md
SECONDS ?= 600
TARGETS ?=
fuzz: setup
	@$(BIN)/python -c 'import atheris' 2> /dev/null || $(PIP) 'atheris>=3,<4'
	$(BIN)/python -m tests.fuzz.campaign $(SECONDS) $(TARGETS)

# Every crash of every process in every phase, every end of a visit, every kind of scanner: what is left
# of a visit is looked for everywhere. Takes root and about twenty minutes; SEED= has others come.
forget: setup
	$(BIN)/python -m tests.e2e.forgetting $(SEED)

# A package for Debian 12 and 13, in build/: the program with all that it needs (docs/decisions, 42).
# Older ones go: `make deb-test` takes the only one that is there. VERSION=0.2.0 gives it another version.
deb: setup
	@rm -f build/kiosk_*_amd64.deb build/kiosk_*_amd64.deb.sha256
	@$(BIN)/python deploy/package/build.py $(if $(VERSION),--version $(VERSION))

# That package on clean roots of Debian 12 and 13: installed, tested, run, updated, put back, removed.
# Takes root, debootstrap and systemd-container; half an hour, and 400 MB of Debian's packages.
deb-test: deb
	$(BIN)/python -m pytest -v tests/clean_roots/try_package.py

# What Debian packages help the tests; without root or apt the tests that need them say so.
system:
	@sh tests/install-system-packages

# The networks that see faces come from elsewhere, once. Without them the kiosk runs, too, and says so.
face: $(VENV)/.installed
	@$(BIN)/kiosk face install > /dev/null || true

# Compiles the catalogues that the running kiosk reads.
languages: $(VENV)/.installed
	@$(BIN)/python -m kiosk.catalogues compile

# Takes new sentences from code and content into every catalogue; what is new is empty there.
messages: $(VENV)/.installed
	$(BIN)/python -m kiosk.catalogues update

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
