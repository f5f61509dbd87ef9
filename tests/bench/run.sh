#!/bin/sh
# bench/run.sh BUILD: every benchmark, one after the other; each prints its figures beside a peer's
# or a baseline's, measured in the same run.  No figure is asserted: machines are noisy.
build=$1
cmake --build "$build" --target bench >/dev/null || exit 1
for program in "$build"/tests/bench_*; do
    [ -x "$program" ] && [ -f "$program" ] || continue
    echo "== $(basename "$program")"
    "$program" "$build/entente"
done
for peer in "$(dirname "$0")"/peer_*.sh; do
    echo "== $(basename "$peer")"
    bash "$peer" "$build/entente"
done
