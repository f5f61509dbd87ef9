#!/bin/sh
# Runs every test and closes with "N passed, N failed, N skipped".  Test programs speak TAP
# (cmocka does on request); what one prints is shown only when it fails.
#   sh tests/run.sh            everything
#   sh tests/run.sh unit cli   only these parts: build unit sanitize cli serve golden docs e2e
cd "$(dirname "$0")/.." || exit 2
parts=${*:-build unit sanitize cli serve golden docs e2e}
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0

count() { # NAME LOG STATUS: adds up the TAP lines of one program
    skip=$(grep -cE '^(not )?ok .*# SKIP' "$2") # cmocka writes "not ok" before a skip
    ok=$(grep -v '# SKIP' "$2" | grep -c '^ok ') notok=$(grep -v '# SKIP' "$2" | grep -c '^not ok ')
    if [ "$3" -ne 0 ] && [ "$notok" -eq 0 ]; then notok=1; fi
    if [ "$3" -eq 0 ] && [ $((ok + skip)) -eq 0 ]; then notok=1; echo "not ok: $1 ran no test"; fi
    passed=$((passed + ok)) failed=$((failed + notok)) skipped=$((skipped + skip))
    if [ "$notok" -ne 0 ]; then
        echo "FAILED: $1 (exit $3)"; grep -v '^ok ' "$2" | tail -n 60
    else
        echo "  $1: $ok passed$([ "$skip" -gt 0 ] && echo ", $skip skipped")"
        grep -h '^SKIP:' "$2" | sort -u | head -n 4
    fi
}

run() { # NAME COMMAND...
    name=$1; shift
    CMOCKA_MESSAGE_OUTPUT=TAP "$@" >"$results/log" 2>&1
    count "$name" "$results/log" $?
}

step() { # NAME COMMAND...: one test that is its exit status
    name=$1; shift
    if "$@" >"$results/log" 2>&1; then passed=$((passed + 1)); echo "  $name: passed"
    else failed=$((failed + 1)); echo "FAILED: $name"; tail -n 60 "$results/log"; fi
}

configure() { # FOLDER OPTIONS...
    folder=$1; shift
    [ -f "$folder/build.ninja" ] || cmake -S . -B "$folder" -G Ninja "$@"
}

has() { case " $parts " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

configure build >"$results/log" 2>&1 || { cat "$results/log"; echo "0 passed, 1 failed"; exit 1; }
if has build; then
    echo "build"
    step "gcc, -Werror" cmake --build build --target entente unit fuzz bench wire
    step "clang, -Werror" sh -c "[ -f build-clang/build.ninja ] || cmake -S . -B build-clang -G Ninja -DCMAKE_C_COMPILER=clang; cmake --build build-clang --target entente unit bench wire"
    step "layers" build/layercheck .
else
    cmake --build build --target entente unit fuzz >/dev/null || exit 1
fi
if has unit; then
    echo "unit and cases"
    for program in build/tests/test_*; do
        [ -x "$program" ] && [ -f "$program" ] && run "$(basename "$program")" "$program"
    done
fi
if has sanitize; then
    echo "fuzz corpora under ASan and UBSan"
    step "build" sh -c "[ -f build-asan/build.ninja ] || cmake -S . -B build-asan -G Ninja -DCMAKE_BUILD_TYPE=Release -DENTENTE_SANITIZE=ON; cmake --build build-asan --target entente fuzz"
    for program in build-asan/tests/fuzz_*; do
        [ -x "$program" ] && [ -f "$program" ] || continue
        name=$(basename "$program")
        step "$name" "$program" "tests/fuzz/corpus/${name#fuzz_}"
    done
    step "build" cmake --build build --target wire
    run "10,000 hostile requests" build/tests/serve_hostile build-asan/entente 10000
fi
if has cli; then
    echo "command line"
    for script in tests/cli/*.sh; do run "$(basename "$script")" sh "$script" build/entente; done
fi
if has serve; then
    echo "the web app over real sockets"
    step "build" cmake --build build --target wire
    run "live" build/tests/serve_live build/entente
fi
if has golden; then echo "golden files"; run golden sh tests/golden/run.sh build; fi
if has docs; then echo "commands in the documentation"; run docs sh tests/docs.sh build; fi
if has e2e; then
    echo "the app in a real browser"
    if why=$(sh tests/e2e/setup.sh); then
        step "types of web/" sh -c "cd web && node node_modules/typescript/bin/tsc -p ."
        for script in tests/e2e/test_*.mjs; do run "$(basename "$script")" node "$script"; done
    else
        skipped=$((skipped + 1)); echo "  e2e: skipped ($why)"
    fi
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
