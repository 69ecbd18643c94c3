.PHONY: setup run test slow

setup:
	@./setup.sh

# The main job: every shipped example problem, enumerated and classified.
run: setup
	@mkdir -p results
	.venv/bin/critscape table examples --results results --output results/examples.tex

test: setup
	.venv/bin/python -m pytest

# Tests that take minutes.
slow: setup
	.venv/bin/python -m pytest -m slow
