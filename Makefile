# Every command sets up what it needs. PYTHON may name another interpreter (3.11 or later).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup model serve test lint format train evaluate corpus bench image clean

setup: .venv/ready

.venv/ready: requirements.txt requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

model: setup
	$(BIN)/python -m service build

serve: model
	$(BIN)/python -m service serve

test: model lint
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# checks and counts the annotated articles, compares them with the plan, says how far two annotators agree
corpus: setup
	$(BIN)/python -m training.corpus check
	$(BIN)/python -m training.agreement

# trains (going on where an interrupted run stopped), then sets thresholds and calibration on the development split
train: setup
	$(BIN)/python -m training.train
	$(BIN)/python -m training.evaluate --tune

# GOLD=file.jsonl measures on that file, else on the corpus's test split
evaluate: model
	$(BIN)/python -m training.evaluate $(GOLD)

bench: model
	$(BIN)/python -m training.bench

image:
	$$(command -v docker || command -v podman) build --tag event-extraction .
