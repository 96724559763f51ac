# Two commands do everything on a fresh Debian or Ubuntu machine with a Swift toolchain: make demo, make test.

PACKAGES := libpng-dev zlib1g-dev libturbojpeg0-dev libwebp-dev libdnnl-dev libopenblas0 libcairo2-dev libsndfile1-dev \
  libmpg123-dev libsoxr-dev libfftw3-dev libutf8proc-dev pkg-config
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
DEMO := demo

# What is passed on to every build: .ci/run turns warnings into errors with it.
SWIFT_FLAGS ?=
# The packages beside this one (samples, benchmarks, fuzzer, fetch-model, server) share a folder of builds, so that the library is built once
# for all. The plan of the last one is not the next one's, hence no caching.
BESIDE = --scratch-path .build/beside --disable-build-manifest-caching -c release $(SWIFT_FLAGS)

# For `make benchmark`, `make compare` and `make fuzz`: see Benchmarks/README.md and Fuzzing/README.md.
MODEL ?= Models/vit-cifar10
BENCHMARK_OPTIONS ?=
DATA ?=
COMPARE_OPTIONS ?=
PYTHON ?= python3
PARSERS ?= json safetensors pytorch ggml ctranslate2 index picture png metadata processor processors configuration audio chunks mpeg \
  ogg tokenizer vocabulary template sentencepiece manifest texts pictures series form
SECONDS ?= 60
SEEDS ?=
ROUNDS ?= 20
KILLS ?= 60
SEED ?= 1

# For `make real`: clips of real speech, a folder or one recording.
SPEECH ?= Samples/recordings/jfk.flac
REAL_OPTIONS ?=

# For `make train-vit`: pictures in a folder a class, as the model's card says, and where the training writes.
PICTURES ?= cifar10/train
OUTPUT ?= Training/vit-cifar10
TRAIN_OPTIONS ?=
# For `make reproduce-patchtst`: the ETTh1.csv of the benchmarks of long horizons.
SERIES ?= ETTh1.csv
# For `make train-digits`: what Training/make_digits_data.py wrote; for `make train-speech-detector`: what make_detector_data.py did.
DIGITS ?= digits
# For `make train-translator`: what make_translator.py wrote; for `make train-sentiment`: what make_sentiment.py did, and a model of
# sentences to begin with; for `make train-characters` and `make train-tokenizer`: any text.
TRANSLATIONS ?= translations
REVIEWS ?= reviews
SENTENCES ?= sentence-transformers/all-MiniLM-L6-v2
TEXT ?= input.txt
KIND ?= bpe
VOCABULARY ?= 8000
SOUNDS ?= sounds

.PHONY: demo test kill-trainings lint build packages undocumented documentation sample build-benchmarks build-fuzzing fetch-model test-fetching serve-models serve test-serving benchmark benchmark-speech benchmark-sharing compare compare-training compare-forecasting compare-speech-detector compare-tokenizers accuracy accuracy-speech accuracy-forecaster accuracy-series reproduce-patchtst real fuzz sweep sanitize coverage long-runs train-vit train-digits train-speech-detector train-forecaster train-translator train-sentiment train-tokenizer train-characters

# Says what is on the sample pictures and what is said in the sample recordings, and draws how the models saw and heard it;
# continues a sample series; translates a sentence, judges two and makes vectors of three.
demo: build
	@mkdir -p $(DEMO)
	.build/release/classify-image Samples/pictures
	.build/release/classify-image --attention-map $(DEMO)/attention-map.png --top-k 1 Samples/pictures/frog.png
	cp -R Samples/pictures $(DEMO)
	.build/release/search-images --top-k 5 --sheet $(DEMO)/search.png Samples/pictures/cat.png $(DEMO)/pictures
	.build/release/transcribe-audio --spectrogram $(DEMO)/spectrogram.png Samples/recordings/three-one-four.flac
	.build/release/transcribe-audio --format srt Samples/recordings/two-phrases.flac
	.build/release/forecast-series --horizon 48 --plot $(DEMO)/forecast.png Samples/series/bicycle-rentals.csv \
	  > $(DEMO)/forecast.csv
	.build/release/forecast-series --backtest 10 --horizon 24 Samples/series/bicycle-rentals.csv
	.build/release/transform-text translate --to en --attention-map $(DEMO)/translation.png \
	  "Zwei Kinder spielen am Strand mit einem Hund."
	.build/release/transform-text classify "A quiet, beautiful film." "It is far too long, and not even funny."
	.build/release/transform-text embed --output $(DEMO)/embeddings.safetensors \
	  "A quiet, beautiful film." "A moving story, told with warmth." "It is far too long, and not even funny."
	@echo "$(DEMO)/attention-map.png shows where the model looked, $(DEMO)/search.png which pictures are like one of a cat,"
	@echo "$(DEMO)/spectrogram.png what it heard,"
	@echo "$(DEMO)/forecast.png how a series may go on, $(DEMO)/translation.png which words a translation came from;"
	@echo "$(DEMO)/embeddings.safetensors holds a vector for each of three texts."
	@echo "Your own files: .build/release/classify-image --help, .build/release/search-images --help,"
	@echo ".build/release/detect-objects --help, .build/release/segment-image --help, .build/release/transcribe-audio --help,"
	@echo ".build/release/classify-audio --help, .build/release/forecast-series --help, .build/release/transform-text --help"

test: packages
	swift test -c release $(SWIFT_FLAGS)

# Kills trainings KILLS times at random moments, other ones for each SEED; each must end with the bytes of one that ran through.
kill-trainings: build
	Tests/kill-trainings.sh $(KILLS) $(SEED)

lint:
	swift format lint --strict --parallel --recursive Sources Tests Samples Benchmarks/Sources Fuzzing/Sources \
	  Fetching/Sources Fetching/Tests Serving/Sources Serving/Tests Package.swift Benchmarks/Package.swift \
	  Fuzzing/Package.swift Fetching/Package.swift Serving/Package.swift

build: packages
	swift build -c release $(SWIFT_FLAGS)

# Names the public declarations without documentation, of the build that is there: there are none.
undocumented:
	.ci/undocumented

# Builds the site of the documentation, .build/documentation, from the build that is there.
documentation:
	.ci/documentation

# Builds the small programs of their own that use the library, and runs each; the one that trains itself fails where it did not learn.
sample: packages $(patsubst Samples/%/Package.swift,sample-%,$(wildcard Samples/*/Package.swift))

sample-forecasting: ARGUMENTS := Samples/series/bicycle-rentals.csv
sample-transformer: ARGUMENTS := $(DEMO)/cross-attention.png
sample-%:
	@mkdir -p $(DEMO)
	swift run --package-path Samples/$* $(BESIDE) $* $(ARGUMENTS)

# Builds what measures, and compiles what fuzzes: `make fuzz` links it, with everything under it built for the fuzzer.
build-benchmarks: packages
	swift build --package-path Benchmarks $(BESIDE)

build-fuzzing: packages
	swift build --package-path Fuzzing $(BESIDE) --target fuzz-parsers

# Builds the command that fetches models: all of Tessera that uses the network, and all that needs packages for it.
fetch-model: packages
	swift build --package-path Fetching $(BESIDE) --product fetch-model
	@echo ".build/beside/release/fetch-model OWNER/NAME fetches a model of the hub."

# Tests it against a hub on this machine.
test-fetching: packages
	swift test --package-path Fetching $(BESIDE)

# Builds the server, and starts it with the models that ship, or as SERVE_OPTIONS say.
SERVE_OPTIONS ?=
serve-models: packages
	swift build --package-path Serving $(BESIDE) --product serve-models

serve: serve-models
	.build/beside/release/serve-models $(SERVE_OPTIONS)

# Tests it on loopback.
test-serving: packages
	swift test --package-path Serving $(BESIDE)

# Trains the model that ships, from nothing. Stopped or killed, it goes on when it is called again.
train-vit: build
	.build/release/train-model image --data $(PICTURES) --config Training/vit-cifar10.json --output $(OUTPUT) \
	  --epochs 30 --seed 1 --optimizer muon --learning-rate 0.003 --weight-decay 0.1 --warmup-epochs 1 \
	  --stochastic-depth 0 $(TRAIN_OPTIONS)

# Trains the recogniser of digits that ships, into Training/digits, in four parts: words and short strings, then long strings, both
# without one speaker, whose strings then tell how it does with a voice it never heard; then with him; at last once more, at a
# lower rate and mostly in whole windows. It goes on as train-vit does.
TRAIN_DIGITS = .build/release/train-model speech --optimizer muon --weight-decay 0.05 --batch-size 24 $(TRAIN_OPTIONS)
ALL_SPEAKERS = --data $(DIGITS)/train.jsonl --validation-data $(DIGITS)/validation.jsonl
FIVE_SPEAKERS = --data $(DIGITS)/train-without-jackson.jsonl --validation-data $(DIGITS)/validation-without-jackson.jsonl
train-digits: build
	$(TRAIN_DIGITS) $(FIVE_SPEAKERS) --config Training/speech-digits --output Training/digits-words --seed 1 \
	  --join 3 --full-windows 0.15 --learning-rate 0.004 --warmup-epochs 0.5 --epochs 16
	$(TRAIN_DIGITS) $(FIVE_SPEAKERS) --from Training/digits-words --output Training/digits-without-jackson --seed 2 \
	  --join 8 --full-windows 0.3 --learning-rate 0.003 --warmup-epochs 0.5 --epochs 12
	$(TRAIN_DIGITS) $(ALL_SPEAKERS) --from Training/digits-without-jackson --output Training/digits-strings --seed 3 \
	  --join 8 --full-windows 0.3 --learning-rate 0.003 --warmup-epochs 0.5 --epochs 12
	$(TRAIN_DIGITS) $(ALL_SPEAKERS) --from Training/digits-strings --output Training/digits --seed 4 \
	  --join 8 --full-windows 0.5 --learning-rate 0.002 --warmup-epochs 0.3 --epochs 7

# Trains the detector of speech that ships, into Training/speech-detector, in two parts: half of the sounds, then all of them at a
# lower rate. It goes on as train-vit does.
TRAIN_DETECTOR = .build/release/train-model speech-detector --batch-size 32 --optimizer muon --weight-decay 0.05 $(TRAIN_OPTIONS)
train-speech-detector: build
	$(TRAIN_DETECTOR) --data $(SOUNDS)/1/train.jsonl --validation-data $(SOUNDS)/1/validation.jsonl \
	  --config Training/speech-detector.json --output Training/speech-detector-half --seed 1 \
	  --learning-rate 0.003 --warmup-epochs 2 --epochs 80
	$(TRAIN_DETECTOR) --data $(SOUNDS)/train.jsonl --validation-data $(SOUNDS)/validation.jsonl \
	  --from Training/speech-detector-half --output Training/speech-detector --seed 2 \
	  --learning-rate 0.0015 --warmup-epochs 0.5 --epochs 20

# Trains a translator between German and English, into Training/translator, from what make_translator.py wrote to TRANSLATIONS. It goes
# on as train-vit does.
train-translator: build
	.build/release/train-model text --data $(TRANSLATIONS)/train.tsv --validation-data $(TRANSLATIONS)/validation.tsv \
	  --config $(TRANSLATIONS)/new-translator --output Training/translator --dropout 0.3 --epochs 30 --batch-size 256 \
	  --learning-rate 0.003 --warmup-epochs 3 --weight-decay 0.01 --precision bf16 --seed 1 $(TRAIN_OPTIONS)

# Trains what judges film reviews, into Training/sentiment, from what make_sentiment.py wrote to REVIEWS, in two parts: first a large model,
# SENTENCES, which then teaches a small one. It goes on as train-vit does.
train-sentiment: build
	.build/release/train-model text --task classify --data $(REVIEWS)/labelled.tsv --validation-data $(REVIEWS)/validation.tsv \
	  --from $(SENTENCES) --output Training/sentiment-teacher --epochs 4 --batch-size 32 --learning-rate 1e-4 \
	  --warmup-epochs 0.4 --average 0 --seed 1 $(TRAIN_OPTIONS)
	.build/release/train-model text --task classify --data $(REVIEWS)/train.tsv --validation-data $(REVIEWS)/validation.tsv \
	  --config $(REVIEWS)/new-sentiment --teacher Training/sentiment-teacher --temperature 1 --teacher-share 0.9 \
	  --output Training/sentiment --epochs 6 --batch-size 128 --learning-rate 1e-3 --warmup-epochs 0.3 --dropout 0.2 --seed 1 \
	  $(TRAIN_OPTIONS)

# Trains a tokenizer, KIND bpe, unigram or wordpiece, on TEXT, into Training/tokenizer.
train-tokenizer:
	$(PYTHON) Training/make_tokenizer.py $(KIND) Training/tokenizer $(TEXT) --vocabulary $(VOCABULARY)

# Trains a language model of characters on TEXT, into Training/characters: minutes. It goes on as train-vit does.
train-characters: build
	$(PYTHON) Training/make_character_model.py $(TEXT) Training/new-characters
	.build/release/train-model text --data $(TEXT) --config Training/new-characters --output Training/characters --dropout 0 \
	  --epochs 2 --batch-size 12 --learning-rate 0.003 --warmup-epochs 0.1 --average 0.99 --seed 1 $(TRAIN_OPTIONS)

# Trains the forecaster that ships, from nothing and on made-up series alone. It goes on as train-vit does.
train-forecaster: build
	.build/release/train-model series --synthetic 60000 --config Training/forecaster.json \
	  --output Training/forecaster --epochs 40 --seed 1 --batch-size 256 --optimizer muon --learning-rate 0.003 \
	  --weight-decay 0.05 --warmup-epochs 0.5 --precision bf16 $(TRAIN_OPTIONS)

packages:
	@missing=$$(dpkg-query -W -f='$${Status} $${Package}\n' $(PACKAGES) 2>&1 | grep -v '^install ok installed' || true); \
	if command -v apt-get >/dev/null && [ -n "$$missing" ]; then $(SUDO) apt-get update && $(SUDO) apt-get install -y $(PACKAGES); fi

# Of a package that is found by its path, SwiftPM sees new files only when the manifest of its own is newer: hence touch.

# Times MODEL here, in every precision, and the whole process from its start to the first label.
benchmark: build
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product vision-benchmark
	Benchmarks/.build/release/vision-benchmark $(MODEL) $(BENCHMARK_OPTIONS)
	if command -v $(PYTHON) >/dev/null; then $(PYTHON) Benchmarks/startup.py --model $(MODEL); fi

# The same beside PyTorch, ONNX Runtime and OpenVINO, in one run. PYTHON is one with Benchmarks/requirements.txt.
compare: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product vision-benchmark
	$(PYTHON) Benchmarks/compare.py $(MODEL) $(COMPARE_OPTIONS)

# Times MODEL, a Whisper, in every precision: a window through the encoder, a token of the decoder.
benchmark-speech: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product speech-benchmark
	for precision in f32 bf16 int8; do \
	  Benchmarks/.build/release/speech-benchmark $(MODEL) --precision $$precision $(BENCHMARK_OPTIONS) || exit; \
	done

# What the models that ship do for 64 tasks at once, beside one caller.
benchmark-sharing: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product sharing-benchmark
	Benchmarks/.build/release/sharing-benchmark $(BENCHMARK_OPTIONS)

# Times training steps beside PyTorch's, in one run.
compare-training: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product training-benchmark
	$(PYTHON) Benchmarks/compare_training.py Benchmarks/vit-training.json $(COMPARE_OPTIONS)

# Counts the frames that the detector of speech in MODEL gets wrong in the recordings of the manifests DATA, beside Silero's.
compare-speech-detector: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product speech-detector-benchmark
	$(PYTHON) Benchmarks/compare_speech_detector.py $(MODEL) $(DATA)

# Counts what MODEL gets right, in every precision, of the pictures that `make train-vit` set aside.
accuracy: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product accuracy-benchmark
	Benchmarks/.build/release/accuracy-benchmark $(MODEL) --data $(PICTURES) --seed 1

# Counts what MODEL, which transcribes, gets wrong in the recordings of the manifests DATA, in every precision.
accuracy-speech: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product speech-accuracy-benchmark
	Benchmarks/.build/release/speech-accuracy-benchmark $(MODEL) --data $(DATA) $(BENCHMARK_OPTIONS)

# The same for Chronos-Bolt checkpoints in the folders MODEL, beside PyTorch.
compare-forecasting: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product forecasting-benchmark
	$(PYTHON) Benchmarks/compare_forecasting.py $(MODEL) $(COMPARE_OPTIONS)

# Times the tokenizers of MODEL, folders, on the lines of the files DATA, beside `tokenizers` of PYTHON.
compare-tokenizers: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product tokenizer-benchmark
	$(PYTHON) Benchmarks/compare_tokenizers.py $(MODEL) --texts $(DATA) $(COMPARE_OPTIONS)

# Tells how well MODEL, which forecasts, does on the CSV files SERIES, none of which it has seen.
accuracy-forecaster: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product zero-shot-benchmark
	Benchmarks/.build/release/zero-shot-benchmark $(MODEL) $(SERIES) $(BENCHMARK_OPTIONS)

# Tells the errors of MODEL, which forecasts, on the test rows of the benchmark SERIES, a CSV file, standardised by its training rows.
accuracy-series: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product series-accuracy-benchmark
	Benchmarks/.build/release/series-accuracy-benchmark $(MODEL) $(SERIES) $(BENCHMARK_OPTIONS)

# Trains PatchTST on SERIES, ETTh1.csv, for each of the paper's horizons, and prints our errors beside the paper's. Stopped or
# killed, it goes on when it is called again.
reproduce-patchtst: packages
	touch Benchmarks/Package.swift
	swift build --package-path Benchmarks -c release --product patchtst-reproduction
	Benchmarks/.build/release/patchtst-reproduction $(SERIES) $(BENCHMARK_OPTIONS)

# Compares transcribe-audio with openai/whisper, faster-whisper and whisper.cpp on SPEECH, with the published weights of Whisper
# tiny.en and base: several gigabytes of Python's packages, in .build/real.
real: PACKAGES += espeak-ng fluidsynth fluid-soundfont-gm timgm6mb-soundfont python3-venv
real: build
	$(PYTHON) -m venv .build/real/environment
	.build/real/environment/bin/pip install --quiet --requirement Benchmarks/real/requirements.txt
	.build/real/environment/bin/python Benchmarks/real/weights.py .build/real/weights
	.build/real/environment/bin/python Benchmarks/real/real.py --speech $(SPEECH) $(REAL_OPTIONS)

# Feeds damaged files to every parser, each for SECONDS; a file that breaks one is kept in Fuzzing/.build/fuzz/findings. Then come the
# sweeps, for what the fuzzer cannot reach: the command lines, the items of JSON Lines and what their data: URLs hold.
# Without ffmpeg, which has fuzzers of its own.
fuzz: export TESSERA_FFMPEG = none
fuzz: packages
	touch Fuzzing/Package.swift
	swift build --package-path Fuzzing -c release --product fuzz-parsers \
	  -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld -Xcc -fsanitize=fuzzer-no-link,address
	SEEDS="$(abspath $(SEEDS))" Fuzzing/run.sh $(SECONDS) $(PARSERS)
	$(MAKE) sweep

# The tests' sweeps over damaged files and command lines, ROUNDS times as many as `make test` has.
sweep: packages
	TESSERA_SWEEP_ROUNDS=$(ROUNDS) swift test -c release $(SWIFT_FLAGS) --filter 'SweepTests|CommandLineTests'

# Runs the tests of kernels, threads and parsers under AddressSanitizer, UndefinedBehaviorSanitizer and ThreadSanitizer.
sanitize: packages
	Tests/sanitizers.sh

# Tells how many lines of the parsers the tests run, file by file, and fails below 95 % of a folder.
coverage: packages
	Tests/coverage.sh

# 100,000 pictures, 1,000,000 rows of series and ten hours of sound, each in one process whose memory must stay flat.
long-runs: build
	Tests/long-runs.sh
