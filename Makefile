# make app      install what the app needs (no TensorFlow), and start it; PORT=8502 uses another port
# make install  install everything, training included: .venv/bin/fingerspell and .venv/bin/fingerspell-train
# make test     install everything and a browser, then run every test
# make check    check formatting, lint and types
# make letters  train and measure the default model (CNN, shape network and fusion) again, in runs/letters
# make train    train and measure the Sign-MNIST CNN again, with three seeds, in runs/
# make posture  train the network that refuses turned and cut hands again, in runs/posture
# make strokes  train and measure the network for J and Z again, in runs/strokes
# make fluent  train and measure the network for words that flow again, in runs/fluent
# make ablations measure what each part of that network is worth
# make flow    make films of strangers whose words flow, and measure how they are read
# make words    make films of strangers spelling training/studies/words/words.txt, and measure how they are read
# make personal measure, on strangers, how much a personal model improves
# make lessons  train the three runs of training/README.md in runs/, and draw their curves in models/course/
# make speed    measure the CPU seconds that our network and the course's need to reach an accuracy
# make streamed measure the memory that training takes if the data does not fit in memory
# make crowd    measure how many cameras this machine reads at once, and how fast
# make soak     run make crowd, fuzz for twenty minutes, read a camera for an hour, serve 400 visits: two hours
# make course   repeat the course's two published runs in runs/, and draw their curves in models/course/
# make lock     compile requirements/ from pyproject.toml
# make clean    remove .venv, build files and caches; runs/ stays

PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
DATA ?= $(if $(wildcard ../shared/data/sign_mnist),../shared/data/sign_mnist,data/sign_mnist)
PHOTOS ?= ../shared/data/photos
STRANGERS ?= ../shared/data/strangers
LANDMARKS ?= ../shared/data/landmarks
# Their pictures seem to have been 3:4 before they became squares. Empty it for data without these sources.
STRETCHED ?= roboflow_letters source_15 source_07_user1 source_07_user3
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

.PHONY: app install test check browser mediapipe train letters posture strokes fluent ablations flow words personal lessons speed streamed crowd soak course lock clean

app: $(VENV)/.app
	$(BIN)/fingerspell --port $(PORT)

install: $(VENV)/.all

test: $(VENV)/.all browser mediapipe
	$(BIN)/python -m pytest --numprocesses 2

check: $(VENV)/.all
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Fingerspell needs Python 3.11, 3.12 or 3.13, but $(PYTHON) is missing or another version; name the right one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

# The stamp is written last, so an interrupted installation starts over.
$(VENV)/.app: $(VENV)/bin/python requirements/app.txt pyproject.toml
	@echo "installing the app (0.7 GB), which takes one to five minutes"
	$(PIP) install --quiet --require-hashes -r requirements/app.txt
	$(PIP) install --quiet --no-deps --editable .
	-$(BIN)/fingerspell fetch
	@touch $@

$(VENV)/.all: $(VENV)/bin/python requirements/dev.txt pyproject.toml
	@echo "installing everything (3 GB), which takes several minutes"
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	$(PIP) install --quiet --no-deps --editable .
	-$(BIN)/fingerspell fetch
	@touch $@ $(VENV)/.app

# Debian's chromium if apt can install it, else Playwright's. Without either, browser tests are skipped, with a warning.
browser: $(VENV)/.all
	@$(BIN)/python -m tests.support.browser install

# MediaPipe itself, to compare with our hand tracker. It has a folder of its own, since it brings a second OpenCV.
mediapipe: $(VENV)/.mediapipe

$(VENV)/.mediapipe: $(VENV)/.all requirements/mediapipe.txt
	-$(PIP) install --quiet --no-deps --require-hashes --upgrade --target $(VENV)/mediapipe \
	  -r requirements/mediapipe.txt && touch $@

train: $(VENV)/.all
	$(BIN)/python -m training.studies.experiments sign_mnist --data $(DATA)

letters: $(VENV)/.all
	$(BIN)/fingerspell-train fit --data $(DATA) --data $(PHOTOS) --data $(LANDMARKS) \
	  $(patsubst %,--stretched %=1.333,$(STRETCHED)) --final --out runs/letters

posture: $(VENV)/.all
	$(BIN)/fingerspell-train posture --data $(PHOTOS) --data $(LANDMARKS) --leave-out source_07_user1 \
	  --leave-out source_07_user3 --out runs/posture

strokes: $(VENV)/.all
	$(BIN)/fingerspell-train strokes --data $(LANDMARKS) --leave-out source_07_user1 --leave-out source_07_user3 \
	  --out runs/strokes

fluent: $(VENV)/.all
	$(BIN)/fingerspell-train fluent --data $(LANDMARKS) --leave-out source_07_user1 --leave-out source_07_user3 \
	  --out runs/fluent

ablations: $(VENV)/.all
	mkdir -p runs
	$(BIN)/python -m training.studies.words.ablations --data $(LANDMARKS) --leave-out source_07_user1 \
	  --leave-out source_07_user3 > runs/ablations.json && cp runs/ablations.json models/fluent/

flow: $(VENV)/.all
	$(BIN)/python -m training.studies.experiments flow

words: $(VENV)/.all
	$(BIN)/python -m training.studies.experiments words

personal: $(VENV)/.all
	mkdir -p runs
	$(BIN)/python -m training.studies.personal.gain $(STRANGERS) > runs/personal.json && cat runs/personal.json

lessons: $(VENV)/.all
	$(BIN)/python -m training.studies.experiments lessons --data $(DATA)

speed: $(VENV)/.all
	mkdir -p runs
	$(BIN)/python -m training.studies.speed $(DATA) > runs/speed.json && cp runs/speed.json models/course/speed.json

streamed: $(VENV)/.all
	$(BIN)/python -m tests.measurements.streaming $(DATA)

crowd: $(VENV)/.all
	mkdir -p runs
	$(BIN)/python -m tests.measurements.crowd > runs/crowd.jsonl && cp runs/crowd.jsonl docs/crowd.jsonl

# Coverage-guided fuzzing needs Atheris. It exists for Linux only, so it is installed separately, in its own folder.
$(VENV)/.fuzz: $(VENV)/.all requirements/fuzz.txt
	$(PIP) install --quiet --no-deps --require-hashes --upgrade --target $(VENV)/fuzz -r requirements/fuzz.txt && touch $@

soak: crowd browser $(VENV)/.fuzz
	PYTHONPATH=$(VENV)/fuzz $(BIN)/python -m tests.measurements.fuzz pictures
	PYTHONPATH=$(VENV)/fuzz $(BIN)/python -m tests.measurements.fuzz tables
	$(BIN)/python -m tests.measurements.soak > runs/soak.json && cp runs/soak.json docs/soak.json

course: $(VENV)/.all
	$(BIN)/python -m training.studies.experiments course --data $(DATA)

lock:
	$(LOCK) pyproject.toml --output-file requirements/app.txt
	$(LOCK) --extra train --extra train-jax --group test --constraint requirements/app.txt pyproject.toml \
	  --output-file requirements/dev.txt
	echo "mediapipe==1.2.2" | $(LOCK) --no-deps - --output-file requirements/mediapipe.txt
	echo "atheris==3.0.0" | $(LOCK) --no-deps - --output-file requirements/fuzz.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
