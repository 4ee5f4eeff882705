# The targets are scripts of scripts/, which .ci/run calls too; so nothing here needs make.
# They run in .venv where there is one (`make setup`), else in the environment that is active.
PATH := $(CURDIR)/.venv/bin:$(PATH)
export PATH

.PHONY: help setup check fix test samples docs site release exam ci lock audit bom try speed versus memory crops batch web soak fuzz endurance sameness matrix lowest

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## a development environment in .venv
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -e '.[dev]'

check: ## style, types, layers, generated pages
	@scripts/check

fix: ## fix what ruff can, and write the generated pages anew
	ruff check --fix .
	ruff format .
	python docs/reference.py

test: ## every test, and how much they reach; one file: scripts/test tests/test_scoring.py
	@scripts/test

samples: ## the README's main job: a verdict for every sample
	@scripts/samples

docs: ## write the generated pages anew
	python docs/reference.py

site: ## the documentation as a site, in build/site
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict

release: ## build and try what a release would publish, into dist/; publishes nothing
	@scripts/release dist

exam: ## the exam on labelled photos, where ../shared has it
	@scripts/exam

ci: ## all that must pass before anything lands, in a new environment
	@.ci/run

lock: ## renew requirements/ci.txt, what CI installs
	python -m supply lock --upgrade

audit: ## whether anything is known against what is locked
	python -m supply audit

bom: ## a bill of materials, in dist/
	python -m supply bom

try: ## the release in dist/, from an index folder, on every Python at hand
	python -m supply try

# What takes long, and is not part of CI.

speed: ## long: one check against its floor
	python -m benchmarks

versus: ## long: CPU and wall time of this tree over those of a commit; REF=commit
	python -m benchmarks.versus $(REF)

memory: ## long: what one photo adds to the loaded models
	python -m benchmarks.memory

crops: ## long: how often a crop helps; DATA=folder of labelled sets
	python -m benchmarks.crops --data $(DATA)

batch: ## long: a scan's throughput against cleanvision's
	python -m benchmarks.batch

web: ## long: the API under load
	python -m benchmarks.web

soak: ## long: ten thousand photos among hostile files; killed and resumed
	python -m benchmarks.soak

fuzz: ## long: a hundred thousand mutated files
	python -m benchmarks.fuzz

endurance: ## long: twenty thousand checks in one process, a thousand checkers
	python -m benchmarks.endurance

sameness: ## long: a thousand repeats of one report
	python -m benchmarks.sameness

matrix: ## long: the reports of every version of Python, OpenCV and Pillow at hand
	python -m benchmarks.matrix --output build/matrix

lowest: ## long: the tests on the oldest versions that pyproject.toml allows
	python -m supply lowest
