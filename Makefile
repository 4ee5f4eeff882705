# Most targets call scripts in scripts/, as .ci/run does, so everything also works without make.
# They use .venv if it exists (`make setup`), else the active environment.
PATH := $(CURDIR)/.venv/bin:$(PATH)
export PATH

.PHONY: help setup check fix test samples docs site release exam ci lock audit bom try speed versus memory crops batch web soak fuzz endurance determinism matrix lowest

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## a development environment in .venv
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -e '.[dev]'

check: ## style, types, layers, generated pages
	@scripts/check

fix: ## apply ruff's fixes, and regenerate the generated pages
	ruff check --fix .
	ruff format .
	python docs/reference.py

test: ## all tests with coverage; for one file: scripts/test tests/test_scoring.py
	@scripts/test

samples: ## the README's main example: a verdict for every sample
	@scripts/samples

docs: ## regenerate the generated pages
	python docs/reference.py

site: ## the documentation as a site, in build/site
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict

release: ## build a release into dist/ and try it; publishes nothing
	@scripts/release dist

exam: ## the exam on labelled photos, if ../shared has it
	@scripts/exam

ci: ## everything that must pass before a merge, in a new environment
	@.ci/run

lock: ## update the pinned packages in requirements/
	python -m supply lock --upgrade

audit: ## look up known vulnerabilities of the pinned packages
	python -m supply audit

bom: ## the software bill of materials, in dist/
	python -m supply bom

try: ## install the release in dist/ on every available Python
	python -m supply try

# The rest takes long and is not part of CI.

speed: ## long: one check compared with its floor
	python -m benchmarks

versus: ## long: CPU and wall time compared with a commit; REF=commit
	python -m benchmarks.versus $(REF)

memory: ## long: the memory that one check adds to the loaded models
	python -m benchmarks.memory

crops: ## long: how often a crop helps; DATA=folder of labelled sets
	python -m benchmarks.crops --data $(DATA)

batch: ## long: a scan's throughput compared with cleanvision's
	python -m benchmarks.batch

web: ## long: the API under load
	python -m benchmarks.web

soak: ## long: scan ten thousand photos and some hostile files; kill and resume it
	python -m benchmarks.soak

fuzz: ## long: a hundred thousand mutated files
	python -m benchmarks.fuzz

endurance: ## long: twenty thousand checks in one process, then a thousand checkers
	python -m benchmarks.endurance

determinism: ## long: whether a thousand reports on one photo are identical
	python -m benchmarks.determinism

matrix: ## long: whether Python, OpenCV and Pillow versions change the reports
	python -m benchmarks.matrix --output build/matrix

lowest: ## long: tests with the oldest versions that pyproject.toml allows
	python -m supply lowest
