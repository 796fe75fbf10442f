# The commands of the project. Each works from a bare checkout, asks nothing, and brings what it needs.

.DEFAULT_GOAL := help
.PHONY: help setup demo test check audit soak bench screenshots lighthouse dashboard format messages lock sbom release

PORT ?= 8000
STORIES ?= 2000
PYTHON := .venv/bin/python
TEMPLATES = $(shell find templates newsroom stories topics -name '*.html')
PYTHON_FILES = $(shell find manage.py benchmarks deploy newsroom stories topics tests -name '*.py')

help:
	@echo 'make demo          The product with demonstration content on http://127.0.0.1:$(PORT)/ (PORT= changes it)'
	@echo 'make test          The quick run: the suite on SQLite, the database on a throw-away PostgreSQL, journeys in Chromium'
	@echo 'make check         Format, lint, types, import contracts, templates, migrations, deploy checks'
	@echo 'make format        Put code and templates into the house format'
	@echo 'make screenshots   Pictures of every page and screen, under var/screenshots/'
	@echo 'make lighthouse    Lighthouse, as a phone, over each kind of page'
	@echo 'make dashboard     Write docs/dashboard.json for Grafana from scripts/dashboard'
	@echo 'make audit         What make test leaves out: the rest on PostgreSQL and in Chromium, races, kills, proxies, the Nu checker'
	@echo 'make soak          The whole suite at full length, for hours: large data, long loads, moved clocks; measures coverage'
	@echo 'make bench         What the product costs, over STORIES=$(STORIES) stories (or several sizes); 40 minutes with 2,000 stories; OPTIONS=--short tries it'
	@echo 'make messages      Collect the words to translate into locale/, and compile them'
	@echo 'make lock          Refresh requirements.lock and requirements-production.lock from pyproject.toml'
	@echo 'make sbom          The bill of materials (CycloneDX) of all locked packages, under var/releases/'
	@echo 'make release       The archive of the last commit with its bill of materials, for scripts/install --from, under var/releases/'
	@echo 'make setup         Install only: tools into .tools/, packages into .venv/'

setup: .venv/.synced

.venv/.synced: requirements.lock scripts/bootstrap
	@scripts/bootstrap

demo: .venv/.synced
	@exec $(PYTHON) scripts/demo --port '$(PORT)'

test: .venv/.synced
	@exec $(PYTHON) scripts/test test

audit: .venv/.synced
	@exec $(PYTHON) scripts/test audit

soak: .venv/.synced
	@exec $(PYTHON) scripts/test soak

bench: .venv/.synced
	@exec $(PYTHON) -m benchmarks --stories $(STORIES) $(OPTIONS)

screenshots: .venv/.synced
	@exec $(PYTHON) scripts/screenshots

lighthouse: .venv/.synced
	@exec $(PYTHON) scripts/lighthouse

dashboard: .venv/.synced
	@exec $(PYTHON) scripts/dashboard

# Each step is one check, cheapest first; the first that fails ends the run.
check: export DEBUG = 1
check: .venv/.synced
	@echo '== ruff' && .venv/bin/ruff check --quiet . && .venv/bin/ruff format --check --quiet .
	@echo '== import contracts' && .venv/bin/lint-imports --no-logo --cache-dir var/cache/imports
	@echo '== django-upgrade' && .venv/bin/django-upgrade --target-version 6.1 --check $(PYTHON_FILES)
	@echo '== templates' && .venv/bin/djade --target-version 6.1 --check $(TEMPLATES)
	@.venv/bin/djhtml --tabwidth 2 --check $(TEMPLATES)
	@.venv/bin/djlint --lint --quiet $(TEMPLATES)
	@echo '== types' && .venv/bin/mypy
	@echo '== migrations' && $(PYTHON) manage.py makemigrations --check --dry-run
	@echo '== deploy checks'
	@DEBUG=0 SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	  ALLOWED_HOSTS=news.example SITE_URL=https://news.example \
	  $(PYTHON) manage.py check --deploy --fail-level WARNING
	@echo 'All checks have passed.'

format: .venv/.synced
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .
	.venv/bin/djade --target-version 6.1 $(TEMPLATES)
	.venv/bin/djhtml --tabwidth 2 $(TEMPLATES)

# Needs the tools of gettext; the compiled catalogues are kept, so nothing else does. The desk stays English.
messages: .venv/.synced
	$(PYTHON) -m django makemessages --locale de --locale es --locale ar --add-location never --no-wrap --no-obsolete \
	  --ignore '.*' --ignore var --ignore tests --ignore scripts --ignore 'templates/admin/*'
	$(PYTHON) -m django compilemessages --locale de --locale es --locale ar --locale en_GB

lock: .venv/.synced
	$$(ls .tools/bin/uv 2>/dev/null || command -v uv) pip compile --universal --python-version 3.12 --generate-hashes \
	  --no-header --quiet --upgrade --group dev pyproject.toml -o requirements.lock
	$$(ls .tools/bin/uv 2>/dev/null || command -v uv) pip compile --universal --python-version 3.12 --generate-hashes \
	  --no-header --quiet --no-annotate --constraint requirements.lock --extra sentry --extra sso pyproject.toml -o requirements-production.lock
	@scripts/bootstrap

VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
RELEASES ?= var/releases
RELEASE = $(RELEASES)/newsroom-$(VERSION)

# The root component has no dependencies in a file of requirements, about which the program warns.
sbom: .venv/.synced
	@mkdir -p '$(RELEASES)'
	@$(PYTHON) -W ignore .venv/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --sv 1.6 \
	  --output-reproducible -o '$(RELEASE).cdx.json'
	@echo '$(RELEASE).cdx.json'

release: sbom
	@git archive --format=tar.gz --prefix=newsroom-$(VERSION)/ --add-file='$(RELEASE).cdx.json' --output='$(RELEASE).tar.gz' HEAD
	@cd '$(RELEASES)' && sha256sum newsroom-$(VERSION).tar.gz > newsroom-$(VERSION).tar.gz.sha256
	@echo '$(RELEASE).tar.gz'
