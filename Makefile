# The commands of this house. `make demo` and `make test` do their own set-up.
PREFIX ?= /usr/local
DESTDIR ?=
SECONDS_EACH ?= 2
SWIFT_BUILD = swift build
# lld packs the table of addresses that are adjusted at the start: 1.1 MB less to load. glibc reads that from 2.36 on.
PACKED = $(shell [ "$$(getconf GNU_LIBC_VERSION | cut -d. -f2)" -ge 36 ] && \
    echo -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs)
RELEASE = --configuration release --static-swift-stdlib -Xlinker --no-export-dynamic $(PACKED) --product pdk
ENGINE = $(CURDIR)/.build-engine/libwasmtime.so

.PHONY: all demo test tested fuzz fuzzed lint format docs install bench size setup setup-tests release tests-begun \
    tests-built fuzz-built clean

# What does not wait for another runs beside it: the tests compile while their tools are installed.
ifeq ($(filter-out lint test fuzz setup setup-tests,$(MAKECMDGOALS)),)
MAKEFLAGS += --jobs=4
endif

all: release

setup:
	@Scripts/setup

setup-tests: setup
	@Scripts/setup tests

# From nothing to a plugin that is installed and running in the engine, each step shown.
demo: release
	@Scripts/demo

release: setup
	@$(SWIFT_BUILD) $(RELEASE) 2>&1 | Scripts/quiet-build

# All tests, then each reader of outside data for two seconds under the fuzzer.
test: tested fuzzed

tests-begun:
	@Scripts/test begin

tests-built: setup tests-begun
	@Scripts/test build

tested: setup-tests tests-built
	@Scripts/test

# The fuzzer is compiled with what the tests leave of the processors.
fuzz-built: setup
	@nice -n 19 Scripts/fuzz build 2>/dev/null

fuzzed: setup-tests fuzz-built | tested
	@Scripts/fuzz all $(SECONDS_EACH)

# The fuzzer alone; SECONDS_EACH=600 for a long run, which is compiled with optimization.
fuzz: setup-tests
	@Scripts/fuzz all $(SECONDS_EACH)

lint: setup-tests
	@Scripts/lint

format:
	@swift format --in-place --recursive --parallel Package.swift Sources Tests

# The man pages, the pages of commands, rules and the host, and the schemas in skeletons, from what the program says of itself.
docs: release
	@Scripts/man-pages .build/release/pdk Docs
	@for file in plugin cases; do .build/release/pdk schema $$file >Templates/common/files/.vscode/schemas/$$file.json; done

install: release
	@DESTDIR="$(DESTDIR)" Scripts/install "$(PREFIX)"

bench: setup-tests
	@$(SWIFT_BUILD) $(RELEASE) 2>&1 | Scripts/quiet-build
	@PDK_WASMTIME="$(ENGINE)" swift run --configuration release $(PACKED) --quiet Benchmarks .build/release/pdk $(PART)

# What the program and a host with the library weigh; fails over the limits.
size: release
	@Scripts/size

clean:
	rm -rf .build .build-engine .build-python
