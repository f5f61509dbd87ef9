# A thin front to CMake.  A newcomer types `make demo` and `make test`; nothing else is needed first.
.PHONY: build demo test check bench fuzz bless packages clean
BUILD ?= build

build: packages
	@test -f $(BUILD)/build.ninja || cmake -S . -B $(BUILD) -G Ninja >/dev/null
	@cmake --build $(BUILD)

packages:
	@sh tools/install-packages.sh

demo: build
	@sh tools/demo.sh $(BUILD)

test: packages
	@sh tests/run.sh

check: test

bench: build
	@sh tests/bench/run.sh $(BUILD)

fuzz: packages
	@sh tests/fuzz/run.sh

bless: build
	@sh tests/golden/run.sh $(BUILD) --bless

clean:
	@rm -rf build build-*
