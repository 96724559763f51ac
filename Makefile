# Two commands do everything on a fresh Debian or Ubuntu machine with a Swift toolchain: make demo, make test.

PACKAGES := libpng-dev libturbojpeg0-dev libopenblas-openmp-dev libdnnl-dev libcairo2-dev pkg-config
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: packages test

packages:
	@missing=$$(dpkg-query -W -f='$${Status} $${Package}\n' $(PACKAGES) 2>&1 | grep -v '^install ok installed' || true); \
	if command -v apt-get >/dev/null && [ -n "$$missing" ]; then $(SUDO) apt-get update && $(SUDO) apt-get install -y $(PACKAGES); fi

test: packages
	swift test -c release
