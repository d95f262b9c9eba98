# Every command sets up what it needs. PYTHON may name another interpreter (3.11 or later).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup model serve test soak lint format train evaluate corpus bench lock audit image image-test

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

# the long proofs under load and fault, with the model, against a service of their own on 127.0.0.1; PROOFS="kill slow" runs some
soak: model
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.soak $(PROOFS)

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

# every package that the image holds, with hashes; torch's CPU build alone is not in it (its index is not this one)
LOCK = $(BIN)/uv pip compile --quiet --config-file docker/lock.toml --python-version 3.11 --python-platform linux \
	--no-emit-package torch --generate-hashes --custom-compile-command "make lock"

lock: setup
	$(LOCK) requirements.txt --output-file requirements.lock
	$(LOCK) docker/tools.txt --output-file docker/tools.lock

# known weaknesses of what the image holds; asks the package index
audit: setup
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements.lock
	grep '^torch==' requirements.txt >.cache/torch.txt
	$(BIN)/pip-audit --strict --disable-pip --no-deps --requirement .cache/torch.txt

# TORCH="--extra-index-url …" names the index of torch's CPU build, where pip's own configuration does not
image:
	$$(docker info >/dev/null 2>&1 && echo docker || echo podman) build --tag event-extraction \
		--build-arg PIP_EXTRA="$(TORCH)" --build-arg REVISION="$$(git rev-parse HEAD)" --build-arg VERSION="$$(sed -n 's/^VERSION = "\([^"]*\)".*/\1/p' service/openapi.py)" .

# builds the image for real on a machine without an engine or a registry and runs it: no network, read-only, no capabilities
image-test:
	$(PYTHON) docker/image_test.py
