.PHONY: setup run lint imports types pytest test slow gallery docs wheel lowest

# Compiled sources are kept: without them a tenth of the tests' time, and a third of a small command's, goes into compiling again.
export PYTHONDONTWRITEBYTECODE :=

setup:
	@./setup.sh

# The main job: every shipped example problem, enumerated and classified.
run: setup
	@mkdir -p results
	.venv/bin/critscape table examples --results results --output results/examples.tex

# Style; which way imports run; types.
lint: setup
	.venv/bin/ruff check
	.venv/bin/ruff format --check

imports: setup
	PYTHONPATH=.venv/tree .venv/bin/lint-imports --no-logo --cache-dir .venv/imports

types: setup
	.venv/bin/mypy

# Two processes: a test that waits for a process of its own leaves a core to the others.
pytest: setup
	.venv/bin/python -m pytest -n 2 --dist worksteal

# Style is seen at once; the others side by side, as types keep one core for half a minute where nothing of them is known yet.
test: lint
	+$(MAKE) --no-print-directory -j 3 imports types pytest

# Tests that take minutes.
slow: docs
	.venv/bin/python -m pytest -m slow

# The figures of the gallery, by the commands on its pages.
gallery: setup
	.venv/bin/python -m tests.pages docs/gallery/[!i]*.md --figures docs/gallery/figures

# The documentation as a site, build/site/index.html.
docs: setup
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	.venv/bin/python -m sphinx -q -W --keep-going -b html docs build/site

# A wheel, installed and used from somebody else's folder; PYTHONS="python3.12 python3.13" uses it there.
wheel: setup
	.ci/wheel $(PYTHONS)

# The lowest versions of dependencies that setup.cfg admits.
lowest: setup
	.ci/lowest
