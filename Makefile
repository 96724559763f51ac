# Two commands do everything on a fresh Debian or Ubuntu machine with a Swift toolchain: make demo, make test.

PACKAGES := libpng-dev libturbojpeg0-dev libdnnl-dev libcairo2-dev pkg-config
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
DEMO := demo

.PHONY: demo test lint build packages

# Says what is on the sample pictures, and draws where the model looks in one of them.
demo: build
	@mkdir -p $(DEMO)
	.build/release/classify-image Samples/pictures
	.build/release/classify-image --attention-map $(DEMO)/attention-map.png --top-k 1 Samples/pictures/frog.png
	@echo "$(DEMO)/attention-map.png shows where the model looked; more pictures: .build/release/classify-image --help"

test: packages
	swift test -c release

lint:
	swift format lint --strict --parallel --recursive Sources Tests Package.swift

build: packages
	swift build -c release --product classify-image

packages:
	@missing=$$(dpkg-query -W -f='$${Status} $${Package}\n' $(PACKAGES) 2>&1 | grep -v '^install ok installed' || true); \
	if command -v apt-get >/dev/null && [ -n "$$missing" ]; then $(SUDO) apt-get update && $(SUDO) apt-get install -y $(PACKAGES); fi
