#!/bin/sh
# golden/run.sh BUILD [--bless]: article in, JSON, HTML, Markdown and SVG out, byte for byte.
# --bless shows the difference and rewrites.  The kit's hash is left out of the comparison: it
# changes with every table row, what it changed shows in the output itself.
build=$1 bless=${2:-}
here=$(dirname "$0")
now=$(mktemp -d)
trap 'rm -rf "$now"' EXIT
number=0
without_hash() { sed -E 's/[0-9a-f]{64}/KIT/g'; }
check() { # NAME: compares $now/NAME with expected/NAME
    number=$((number + 1))
    if [ -n "$bless" ]; then
        mkdir -p "$here/expected"
        diff -u "$here/expected/$1" "$now/$1" 2>/dev/null | head -n 60
        cp "$now/$1" "$here/expected/$1"
        echo "blessed $1"
    elif diff -u "$here/expected/$1" "$now/$1" >"$now/diff" 2>&1; then echo "ok $number - $1"
    else echo "not ok $number - $1"; cut -c1-400 "$now/diff" | head -n 40; fi
}
for article in "$here"/articles/*.txt "$here"/articles/*.html "$here"/../../examples/example.txt; do
    name=$(basename "$article")
    "$build/entente" read "$article" | without_hash >"$now/$name.json"
    check "$name.json"
done
example="$here/../../examples/example.txt"
for format in html markdown json; do
    "$build/entente" brief "$example" --format $format 2>/dev/null | without_hash >"$now/brief.$format"
    check "brief.$format"
done
for threads in 1 2 8; do # same bytes for any number of threads, and in the order of the inputs
    "$build/entente" read "$here"/articles/*.txt "$here"/articles/*.html --threads $threads | cksum >"$now/threads-$threads"
done
[ -n "$bless" ] && exit 0
for threads in 2 8; do
    number=$((number + 1))
    if cmp -s "$now/threads-1" "$now/threads-$threads"; then echo "ok $number - $threads threads"
    else echo "not ok $number - $threads threads give other bytes than one"; fi
done
