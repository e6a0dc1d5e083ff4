# Everything here needs only Python 3.11 or later, make and a package index.
# Stamp files in the virtual environment make each step run once; `make clean` starts afresh.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
MINIMUM := .venv-minimum
TOOLS := .venv-tools
DOCS := .venv-docs
# Which tests: a plain run leaves the long ones out, `make test MARK="long or not long"` runs all.
MARK ?= not long
# Two processes, each taking whole files or folders, the longest first (tests/conftest.py), so that costly
# fixtures are made once and no process is left alone at the end.
PYTEST_FLAGS ?= -n 2 --dist loadfile

.PHONY: help demo test test-ids lint types bench bench-peers fuzz docs reference changes test-minimum warm warm-minimum lock sbom clean

help:
	@echo 'make demo          install and run the demo on real data'
	@echo 'make test          lint, type check and test'
	@echo 'make test-ids      test under other ids of people, loans and accounts'
	@echo 'make lint          lint and type check'
	@echo 'make types         say how complete the types of the public face are (pyright)'
	@echo 'make bench         measure speed beside polars, pandas and DuckDB'
	@echo 'make bench-peers   measure beside every peer, each in an environment of its own'
	@echo 'make fuzz          change files at random for ten minutes a parser'
	@echo 'make docs          build the site of the documentation into build/site and check it'
	@echo 'make reference     rewrite docs/reference.md, the tables and the picture of the floors'
	@echo 'make changes       move the files of changes/ into CHANGELOG.md'
	@echo 'make test-minimum  run the quick tests on the oldest supported dependencies'
	@echo 'make warm          compile the kernels before tests do'
	@echo 'make warm-minimum  the same for the oldest supported dependencies'
	@echo 'make lock          choose the newest versions and write locks/ with their hashes'
	@echo 'make sbom          write a bill of materials (CycloneDX) of the service into dist/'
	@echo 'make clean         remove the virtual environments and all caches'

demo: $(VENV)/installed
	$(BIN)/creditscore demo

# The same people, loans and accounts under other ids: KIND is persian, chinese, emoji, uuid, zeros, long, large or
# pseudonyms. The continuous integration runs one kind over laws, people who apply together, and scoring, and whole
# numbers that no float tells apart over people who apply together.
KIND ?= pseudonyms
test-ids: $(VENV)/installed-dev
	$(BIN)/python -m pytest --ids $(KIND) tests/law tests/parties tests/scoring $(PYTEST_FLAGS)
	$(BIN)/python -m pytest --ids large tests/parties $(PYTEST_FLAGS)

test: lint
	$(BIN)/python -m pytest -m "$(MARK)" $(PYTEST_FLAGS)

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

# Run from the environment of what is checked: pyright finds packages by the path.
types: $(VENV)/installed-dev
	$(PIP) 'pyright[nodejs]>=1.1.400'
	PATH="$(CURDIR)/$(BIN):$$PATH" pyright --verifytypes creditscore --ignoreexternal

bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/run.py

# Makes an environment a peer under build/peers, which takes some minutes the first time.
bench-peers: $(VENV)/installed-dev
	$(BIN)/python benchmarks/peers/run.py

fuzz: $(VENV)/installed-dev
	$(BIN)/python -m tests.fuzz.run 600

# Warnings of the generator end the build; so do dead links and whatever would be fetched from elsewhere.
docs: $(DOCS)/installed
	$(DOCS)/bin/python -m docs.site.build

reference: $(VENV)/installed-dev
	$(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_tables.py
	$(BIN)/python docs/make_payments.py
	$(BIN)/python docs/make_said.py
	$(BIN)/python docs/make_architecture.py
	$(BIN)/python docs/make_overview.py

changes: $(VENV)/installed-dev
	$(BIN)/python docs/make_changes.py

# What calls another package itself, and golden decisions: old packages must give the bits that are on record,
# reasons and recourse among them. Left out: the long tests, which try more of the same; what reads source text or
# is plain Python on arrays that others make (house, words, transparency, the second path of verification, parsers
# under random changes, laws, reasons, recourse, applicants together); notebooks, examples, and the examples of
# docstrings and pages, which run what tests run; pages in a browser. Of folders that do call packages: made-up
# portfolios and attacks on them, which are drawn and counted in arrays; writers that are killed and ledgers that are
# tampered with, which SQLite and the system answer for; damaged folders of a model, which plain Python reads;
# loans and their arrears by hand; how much memory a server takes.
OWN := house verify words transparency fuzz law reasons recourse parties examples notebooks site gaming \
	simulate/test_dials.py simulate/test_streams.py deciding/ledger/test_crash.py \
	deciding/ledger/test_mutations.py deciding/ledger/test_tampering.py pipeline/test_hostile_files.py \
	data/test_delinquency.py service/test_alone.py report/test_browser.py report/test_pictures.py
test-minimum: $(MINIMUM)/installed-dev
	$(MINIMUM)/bin/python -m pytest tests -m "not long" $(OWN:%=--ignore tests/%) $(PYTEST_FLAGS)

# Kernels compiled once beforehand: two processes of tests that start together each compile nearly all of them.
warm: $(VENV)/installed-dev
	$(BIN)/creditscore warmup

warm-minimum: $(MINIMUM)/installed-dev
	$(MINIMUM)/bin/creditscore warmup

# For every system and Python, so that one file serves all; tools are locked like what is run.
LOCK := $(TOOLS)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

lock: $(TOOLS)/installed
	$(LOCK) pyproject.toml --extra cli --extra serve --extra postgres --output-file locks/service.txt
	$(LOCK) pyproject.toml --extra all --output-file locks/all.txt
	$(LOCK) locks/tools.in --output-file locks/tools.txt

sbom: $(TOOLS)/installed
	mkdir -p dist
	$(TOOLS)/bin/cyclonedx-py requirements --output-reproducible --of JSON --spec-version 1.6 \
		--pyproject pyproject.toml --output-file dist/creditscore-service.cdx.json locks/service.txt

clean:
	rm -rf $(VENV) $(MINIMUM) $(TOOLS) $(DOCS) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/created $(MINIMUM)/created $(TOOLS)/created $(DOCS)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'creditscore needs Python 3.11 or later; $(PYTHON) is' "$$($(PYTHON) --version 2>&1)." \
		'Name another with: make PYTHON=/path/to/python3.11'; exit 1; }
	$(PYTHON) -m venv --clear $(@D)
	@touch $@

$(VENV)/installed: $(VENV)/created pyproject.toml
	$(PIP) --editable '.[all]'
	@touch $@

$(VENV)/installed-dev: $(VENV)/created pyproject.toml
	$(PIP) --editable '.[dev,spark]'
	@touch $@ $(VENV)/installed

$(MINIMUM)/installed-dev: $(MINIMUM)/created pyproject.toml constraints-minimum.txt
	$(MINIMUM)/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints-minimum.txt --editable '.[dev]'
	@touch $@

$(DOCS)/installed: $(DOCS)/created pyproject.toml
	$(DOCS)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

$(TOOLS)/installed: $(TOOLS)/created locks/tools.txt
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--only-binary :all: --requirement locks/tools.txt
	@touch $@
