#!/bin/sh
# bad_input.sh ENTENTE: whatever comes in, a clear message and the contract's exit code, no crash.
# Exit codes: 2 usage, 3 input, 4 store, 5 internal.
entente=$1
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
number=0
expect() { # CODE WORDS NAME COMMAND...: exit code, and words that the message must hold
    code=$1 words=$2 name=$3
    shift 3
    number=$((number + 1))
    "$@" >"$dir/out" 2>"$dir/err" </dev/null
    got=$?
    if [ "$got" -eq "$code" ] && { [ -z "$words" ] || grep -qi -- "$words" "$dir/err"; }; then echo "ok $number - $name"
    else echo "not ok $number - $name: exit $got, expected $code with \"$words\""; head -c 300 "$dir/err"; fi
}
article="$(dirname "$0")/../../examples/example.txt"

expect 2 "did you mean read" "misspelt command" "$entente" raed
expect 2 "did you mean --threads" "misspelt option" "$entente" read --thread 2 "$article"
expect 2 "whole number" "option out of range" "$entente" read --threads 0 "$article"
expect 2 "expected an INPUT" "no input" "$entente" read
expect 3 "cannot open" "missing file" "$entente" read "$dir/nowhere.txt"
: >"$dir/empty.txt"
expect 3 "empty" "empty file" "$entente" read "$dir/empty.txt"
head -c 20000 /dev/urandom >"$dir/junk.txt"
expect 3 "text" "binary junk" "$entente" read "$dir/junk.txt"
printf '<html><body><nav>Home</nav></body></html>' >"$dir/bare.html"
expect 3 "text" "a page without text" "$entente" read "$dir/bare.html"
printf 'Russia met China in Mosc\303' >"$dir/half.txt"
expect 0 "" "half a UTF-8 sequence is repaired" "$entente" read "$dir/half.txt"
printf '{"id":"a","text":"Russia met China."}\nnot json\n{"id":"c","text":"France met Spain."}\n' >"$dir/mixed.jsonl"
expect 3 "mixed.jsonl:2" "a broken JSON line is named" "$entente" read "$dir/mixed.jsonl"
expect 0 "" "--jsonl puts the error into its line" "$entente" read --jsonl "$dir/mixed.jsonl"
number=$((number + 1))
"$entente" read --jsonl "$dir/mixed.jsonl" >"$dir/lines" 2>/dev/null
if [ "$(wc -l <"$dir/lines")" -eq 3 ] && sed -n 2p "$dir/lines" | grep -q '"error"'; then
    echo "ok $number - line in, line out"
else echo "not ok $number - line in, line out"; fi
head -c 100000000 /dev/zero | tr '\0' a >"$dir/long.txt"
expect 3 "at most" "a 100 MB line" "$entente" read "$dir/long.txt"
rm "$dir/long.txt"

echo "this is no database" >"$dir/fake.db"
expect 4 "fake.db" "a store that is no store" "$entente" read "$article" --store "$dir/fake.db"
expect 4 "nowhere" "a store in a missing folder" "$entente" read "$article" --store "$dir/nowhere/x.db"
"$entente" read "$article" --store "$dir/good.db" >/dev/null 2>&1
before=$(sqlite3 "$dir/good.db" 'select count(*) from document')
expect 0 "" "the same document again" "$entente" read "$article" --store "$dir/good.db"
number=$((number + 1))
if [ "$before" = 1 ] && [ "$(sqlite3 "$dir/good.db" 'select count(*) from document')" = 1 ]; then
    echo "ok $number - reading twice does not double"
else echo "not ok $number - reading twice does not double"; fi
cp "$dir/good.db" "$dir/newer.db"
sqlite3 "$dir/newer.db" 'pragma user_version = 9999'
expect 4 "newer" "a store from a newer version" "$entente" read "$article" --store "$dir/newer.db"
expect 3 "cannot" "output to a full disk" "$entente" brief "$article" -o /dev/full
number=$((number + 1))
"$entente" read "$article" >/dev/full 2>"$dir/err"
if [ $? -eq 3 ]; then echo "ok $number - standard output is full"; else echo "not ok $number - standard output is full"; fi
