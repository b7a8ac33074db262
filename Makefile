# `make check` is what CI runs, word for word. Every target makes .venv first if it must.

SHELL := /bin/sh
RUN := .venv/bin/python -m

# What the settings need to be read at all; nothing here is connected to.
CHECK_SETTINGS := SECRET_KEY=only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789 \
	DATABASE_URL=postgresql://check:check@127.0.0.1:1/check REDIS_URL=redis://127.0.0.1:1/0 \
	ORIGIN=https://photos.example.org LOG_LEVEL=ERROR

.PHONY: check environment format-check lint bandit semgrep types architecture migrations deploy-check templates test schema fmt lock bench faults fuzz vendor vendor-check

check: format-check lint bandit semgrep types architecture migrations deploy-check templates test

environment:
	@bin/engines/run environment

format-check: environment
	$(RUN) ruff format --check .

lint: environment
	$(RUN) ruff check .

# What may be dangerous in any Python program; pyproject.toml says what is not asked, and why.
bandit: environment
	$(RUN) bandit -q -c pyproject.toml -r accounts core exports feeds moderation notifications photos sharing instagram bin/engines manage.py

# The rules of this house in .semgrep. Nothing is fetched: semgrep is pinned like all else, in an environment of its own.
semgrep:
	@bin/engines/run semgrep

types: environment
	env $(CHECK_SETTINGS) $(RUN) mypy

architecture: environment
	env $(CHECK_SETTINGS) $(RUN) pytest -q -p no:cacheprovider tests/architecture

migrations: environment
	env $(CHECK_SETTINGS) .venv/bin/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

deploy-check: environment
	env $(CHECK_SETTINGS) .venv/bin/python manage.py check --deploy --fail-level WARNING

templates: environment
	env $(CHECK_SETTINGS) $(RUN) pytest -q -p no:cacheprovider tests/architecture/test_templates.py
	$(RUN) djlint templates --lint --quiet

test: environment
	bin/test

# --- Tools for people ---

fmt: environment
	$(RUN) ruff check --fix-only .
	$(RUN) ruff format .

# The committed copy of the API's schema; tests/core/api/test_schema.py compares it with what the code says.
schema: environment
	env $(CHECK_SETTINGS) .venv/bin/python manage.py schema > docs/openapi.json.new
	mv docs/openapi.json.new docs/openapi.json

# Exact versions and hashes of wheels for every Python from 3.11 on; no address of a package index gets in.
LOCK := uv pip compile --universal --python-version 3.11 --only-binary :all: --generate-hashes --upgrade --fork-strategy fewest \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet
lock: environment
	.venv/bin/python -m $(LOCK) requirements.in -o requirements.txt
	.venv/bin/python -m $(LOCK) requirements-dev.in -o requirements-dev.txt
	.venv/bin/python -m $(LOCK) requirements-semgrep.in -o requirements-semgrep.txt

bench: environment
	bin/bench

bench-feed-read: environment
	bin/bench feed_read

# The largest of these sites takes 60 GB of disk and twenty minutes; BENCH_PEOPLE=100000 is a smaller one.
bench-feed-build: environment
	BENCH_PEOPLE=$${BENCH_PEOPLE:-10000,100000,1000000} bin/bench feed_build

bench-push: environment
	bin/bench push

bench-cold: environment
	bin/bench cold

bench-media: environment
	bin/bench renditions acceptance upload_to_ready signing slow_uploads

faults: environment
	bin/faults

# FUZZ="member --max-examples 500" asks as one caller, and longer.
fuzz: environment
	bin/fuzz $(FUZZ)

vendor vendor-check:
	bin/vendor $(if $(filter vendor-check,$@),--check)
