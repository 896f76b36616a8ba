# Two commands: `make app` opens the app, `make test` runs every check. Neither needs more than
# Python ≥ 3.10 with venv, make, and a package index; a second run installs nothing.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: app test torture quality bench-accuracy bench-speed bench-cut bench-live style clean

app: .venv/app.installed
	$(BIN)/python app.py

test: quality
	$(BIN)/python -m pytest

# Thousands of damaged files and requests, a server that is killed in every stage, 200 cancels, disks
# of many sizes, 50 visitors for ten minutes, 20 minutes of everything: an hour or two, by estimate.
torture: .venv/dev.installed
	$(BIN)/python -m pytest -m torture -o faulthandler_timeout=4000

quality: .venv/dev.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# MEDIA is a folder of sample clips with a make_vod.py; its videos are built once.
bench-accuracy: .venv/dev.installed
	$(BIN)/python benchmarks/accuracy.py --media $(MEDIA) --write

# The same MEDIA; most of an hour on two cores by estimate, and worth nothing if they are busy.
bench-speed: .venv/dev.installed
	$(BIN)/python benchmarks/speed.py --media $(MEDIA) --write

bench-cut: .venv/dev.installed
	$(BIN)/python benchmarks/cut.py --media $(MEDIA) --write

# MEDIA holds recordings: what is live is compared with what is found in the files.
bench-live: .venv/dev.installed
	$(BIN)/python benchmarks/live.py agreement $(MEDIA)/*.mp4 --write

style: .venv/dev.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.venv/app.installed: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev.installed: .venv/app.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv
