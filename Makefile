# make run    a working bot on http://127.0.0.1:8000, no settings needed
# make test   the tests
# make serve  the production server: two workers behind a proxy (docs/operator-guide.md)
# make bench  how fast it is, beside a bare echo, into docs/performance.md; what was measured into build/bench (INTO=…) · make lint  ruff · make audit  known holes in what we install · make lock  pin anew (ARGS=--upgrade: to the newest)
# Another Python: make run PYTHON=python3.12. Another place for what is installed: VENV=…

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
INTO ?= build/bench
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes
COMPILE := CUSTOM_COMPILE_COMMAND='make lock' $(VENV)-tools/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-options --no-annotate $(ARGS)

.PHONY: run test serve bench lint audit lock clean
.DELETE_ON_ERROR:

run: $(BIN)/.run
	@$(BIN)/python serve.py --workers 1

serve: $(BIN)/.run
	@$(BIN)/python serve.py --workers $(WORKERS)

test: $(BIN)/.test
	@$(BIN)/python -m pytest $(ARGS)

# Ten minutes on a machine that does nothing else; docs/performance.md says what each measures.
bench: $(BIN)/.test
	@mkdir -p $(INTO)
	$(BIN)/python tests/bench/webhook.py --json $(INTO)/webhook.json
	$(BIN)/python tests/bench/steps.py --json $(INTO)/steps.json
	$(BIN)/python tests/bench/start.py --json $(INTO)/start.json
	-$(BIN)/python tests/bench/publish.py --json $(INTO)/publish.json
	$(BIN)/python tests/bench/growth.py --json $(INTO)/growth.json
	@$(BIN)/python tests/bench/charts.py $(INTO)

lint: $(BIN)/.test
	@$(BIN)/ruff check .

audit: $(VENV)-tools/bin/.tools
	@for one in requirements requirements-dev requirements-tools; do echo "== $$one.txt"; \
	$(VENV)-tools/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r $$one.txt || exit 1; done

lock: $(VENV)-tools/bin/.tools
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) requirements-tools.in -o requirements-tools.txt

clean:
	rm -rf $(VENV) $(VENV)-tools build dist *.egg-info .pytest_cache .ruff_cache .hypothesis

# A stamp says what is installed already, so that a second `make` installs nothing and needs no network.

$(BIN)/python $(VENV)-tools/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; try: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(patsubst %/bin,%,$(@D)) || { echo "Python can't make a virtual environment; on Debian: apt-get install python3-venv"; rm -rf $(@D); exit 1; }

$(BIN)/.run: requirements.txt | $(BIN)/python
	@echo "Installing what the bot needs into $(VENV) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(BIN)/.test: requirements-dev.txt $(BIN)/.run
	@echo "Installing what the tests need into $(VENV) …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(VENV)-tools/bin/.tools: requirements-tools.txt | $(VENV)-tools/bin/python
	@$(VENV)-tools/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-tools.txt
	@touch $@
