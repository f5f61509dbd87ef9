#!/bin/sh
# fuzz/run.sh [SECONDS]: each fuzz target for some seconds with clang's libFuzzer, ASan and UBSan.
cd "$(dirname "$0")/../.." || exit 2
seconds=${1:-60}
[ -f build-fuzz/build.ninja ] || cmake -S . -B build-fuzz -G Ninja -DCMAKE_C_COMPILER=clang \
    -DENTENTE_SANITIZE=ON -DCMAKE_C_FLAGS=-fsanitize=fuzzer-no-link >/dev/null
cmake --build build-fuzz --target fuzz || exit 1
failed=0
for program in build-fuzz/tests/fuzz_*; do
    [ -x "$program" ] && [ -f "$program" ] || continue
    name=$(basename "$program"); name=${name#fuzz_}
    mkdir -p "build-fuzz/found/$name"
    "$program" -max_total_time="$seconds" -rss_limit_mb=4096 -artifact_prefix="build-fuzz/crash-$name-" \
        "build-fuzz/found/$name" "tests/fuzz/corpus/$name" >"build-fuzz/$name.log" 2>&1 ||
        { failed=1; echo "FAILED: $name"; tail -n 30 "build-fuzz/$name.log"; }
    echo "$name: $(grep -c . "build-fuzz/$name.log") lines, $(tail -n 1 "build-fuzz/$name.log")"
done
exit $failed
