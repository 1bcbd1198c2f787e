PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DATA ?= ../shared/data

# Processes that run tests, with a PostgreSQL server each and up to 2 GB.
WORKERS ?= 2

.PHONY: install packages demo run test check bench bench-classify bench-deliver bench-desk bench-ingest lock format

install: $(READY)

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

# A PostgreSQL server, a browser and Node.js for the tests, and Pango, which lays out hand-outs.
PACKAGES := postgresql chromium fonts-dejavu-core libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

packages:
	@if [ ! -x /usr/lib/postgresql/15/bin/initdb ] && ! command -v initdb >/dev/null || ! command -v chromium >/dev/null \
	    || ! ldconfig -p | grep -q libpangoft2 || ! ldconfig -p | grep -q libharfbuzz-subset; then \
	    apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends $(PACKAGES) >/dev/null; fi
	@if ! command -v npm >/dev/null; then apt-get install --quiet=2 --yes --no-install-recommends nodejs npm >/dev/null; fi
	npm ci --prefix tests/node --no-audit --no-fund --silent

demo: $(READY)
	$(BIN)/dinhchinh demo

run: $(READY)
	$(BIN)/dinhchinh init
	$(BIN)/dinhchinh sources import dinhchinh/sources.opml
	$(BIN)/dinhchinh run

test: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)
	$(BIN)/python -m benchmarks $(DATA)

# Other readers are measured beside ours if they are there: apt-get install newsboat sfeed.
bench-ingest: $(READY)
	$(BIN)/python -m benchmarks ingest $(DATA) --markdown

# The fact gate and the verifier are trained twice more: half an hour of one core, spread over all there are.
bench-classify: $(READY)
	$(BIN)/python -m benchmarks classify $(DATA) --markdown

# Add --small to the command for a quick look. PostgreSQL is measured too if a server is installed, and Alertmanager beside
# ours: apt-get install --no-install-recommends prometheus-alertmanager. Takes 8 GB of disk and memory for a while.
bench-desk: $(READY)
	$(BIN)/python -m benchmarks desk $(DATA) --markdown

# Celery is measured beside ours; it has an environment of its own. As root, on Debian: apt-get install redis-server.
bench-deliver: $(READY)
	test -x .venv-celery/bin/celery || ($(PYTHON) -m venv .venv-celery && .venv-celery/bin/pip install --quiet "celery[redis]==5.7.0" requests==2.34.2)
	$(BIN)/python -m benchmarks deliver $(DATA) --markdown

# The whole environment, as resolved today, with the CPU build of torch under its plain version.
lock: $(READY)
	$(BIN)/pip freeze --all --exclude-editable --exclude pip --exclude dinhchinh | sed 's/+cpu$$//' > requirements.lock
