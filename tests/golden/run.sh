#!/bin/sh
# golden/run.sh BUILD [--bless]: article in, JSON, HTML, Markdown and SVG out, byte for byte.
# --bless shows the difference and rewrites.  The kit's hash is left out of the comparison: it
# changes with every table row, what it changed shows in the output itself.
build=$(cd "$1" && pwd) bless=${2:-}
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
# Files inside links hold what the page shows anyway.
# Broken into lines, so that a change shows where it is.
without_files() { sed -E 's/base64,[A-Za-z0-9+\/=]*/base64,FILE/g; s/<(section|figure|svg|path|li|tr|p|h[123]|script)[ >]/\n&/g; s/\},?/&\n/g'; }
example="$here/../../examples/example.txt"
for format in html markdown json; do
    "$build/entente" brief "$example" --format $format 2>/dev/null | without_hash | without_files >"$now/brief.$format"
    check "brief.$format"
done
# A brief with a store and a case, of states that do not exist.
world="$here/../../examples/graustark"
sh "$world/store.sh" "$build/entente" "$now/world.db" 2>/dev/null
world_brief() {
    "$build/entente" brief "$world/article.txt" --case "$world/case.yaml" --corrections "$world/corrections.tsv" \
        --store "$now/world.db" --tables "$world/tables" "$@" 2>/dev/null
}
for format in html markdown json; do
    world_brief --format $format | without_hash | without_files >"$now/world.$format"
    check "world.$format"
done
"$build/entente" brief --store "$now/world.db" --tables "$world/tables" --states GRA,RUR,SYL --format markdown \
    2>/dev/null | without_hash >"$now/world-without-case.markdown"
check "world-without-case.markdown"
for threads in 1 2 8; do # same bytes for any number of threads, and in the order of the inputs
    "$build/entente" read "$here"/articles/*.txt "$here"/articles/*.html --threads $threads | cksum >"$now/threads-$threads"
done
[ -n "$bless" ] && exit 0
number=$((number + 1)) # what --replicate writes makes the same bytes again
world_brief --replicate "$now/package"
if ENTENTE="$build/entente" sh "$now/package/commands.sh" >"$now/log" 2>&1; then echo "ok $number - replicate"
else echo "not ok $number - replicate"; tail -n 20 "$now/log"; fi
number=$((number + 1)) # and a changed input is noticed
echo "One more sentence." >>"$now/package/inputs/1/article.txt"
if ENTENTE="$build/entente" sh "$now/package/commands.sh" >"$now/log" 2>&1; then echo "not ok $number - a changed input passes"
else echo "ok $number - a changed input is noticed"; fi
number=$((number + 1)) # a page carries the hash of itself with noughts in its place
world_brief --read-only -o "$now/page.html"
name=$(grep -oE 'sha256:[0-9a-f]{64}' "$now/page.html" | head -n 1)
zero=sha256:$(printf '%064d' 0)
if [ "$(sed "s/$name/$zero/g" "$now/page.html" | sha256sum | cut -d' ' -f1)" = "${name#sha256:}" ]
then echo "ok $number - permanent name"; else echo "not ok $number - permanent name $name"; fi
for threads in 2 8; do
    number=$((number + 1))
    if cmp -s "$now/threads-1" "$now/threads-$threads"; then echo "ok $number - $threads threads"
    else echo "not ok $number - $threads threads give other bytes than one"; fi
done
