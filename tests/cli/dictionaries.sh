#!/bin/sh
# dictionaries.sh ENTENTE: PETRARCH dictionaries on the command line: exit codes, messages with file
# and line, rows of each layout the same from `read` as from a store.
entente=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
here=examples/petrarch
cd "$root" || exit 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
number=0
result() { number=$((number + 1)); if [ "$1" = 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi; }
expect() { # CODE WORDS NAME COMMAND...: exit code, and words of the output or the message
    code=$1 words=$2 name=$3
    shift 3
    "$@" >"$dir/out" 2>"$dir/err" </dev/null
    got=$?
    cat "$dir/out" "$dir/err" >"$dir/both"
    if [ "$got" -eq "$code" ] && grep -q -- "$words" "$dir/both"; then result 0 "$name"
    else result 1 "$name: exit $got, expected $code with \"$words\""; head -c 300 "$dir/both"; fi
}

expect 2 "expected files" "no dictionary" "$entente" dictionaries
expect 2 "expected files" "a file without its kind" "$entente" dictionaries "$here/verbs.txt"
expect 3 "nowhere" "a missing file" "$entente" dictionaries --verbs "$dir/nowhere"
expect 0 "0 bad lines, 0 warnings" "the example is sound" "$entente" dictionaries --verbs "$here/verbs.txt" \
    --actors "$here/actors.txt" --agents "$here/agents.txt" --discards "$here/discards.txt" --issues "$here/issues.txt" --strict
expect 0 "faulty.txt:3: error: unbalanced braces" "bad lines are told" "$entente" dictionaries --verbs "$here/faulty.txt"
expect 3 "bad lines" "--strict" "$entente" dictionaries --verbs "$here/faulty.txt" --strict
expect 0 "overlap" "--json names the kind" "$entente" dictionaries --actors "$here/faulty_actors.txt" --json
expect 2 "go with --verbs" "actors alone code nothing" "$entente" read "$here/news.xml" --actors "$here/actors.txt"
expect 0 "faulty.txt:3" "read tells bad lines too" "$entente" read "$here/news.xml" --verbs "$here/faulty.txt"
expect 3 "bad lines" "read --strict" "$entente" read "$here/news.xml" --verbs "$here/faulty.txt" --strict
expect 2 "no layout" "unknown layout" "$entente" read "$here/news.xml" --layout weis
expect 2 "leave out" "a layout is no line for a line" "$entente" read --jsonl "$here/news.xml" --layout phoenix

"$entente" read "$here/news.xml" --verbs "$here/verbs.txt" --actors "$here/actors.txt" --agents "$here/agents.txt" \
    --store "$dir/news.db" >"$dir/one.jsonl" 2>"$dir/err"
for layout in gdelt gdelt2 icews phoenix polecat acled; do
    "$entente" read "$here/news.xml" --verbs "$here/verbs.txt" --actors "$here/actors.txt" --agents "$here/agents.txt" \
        --layout $layout >"$dir/read.tsv" 2>/dev/null
    "$entente" export events --store "$dir/news.db" --format $layout >"$dir/export.tsv" 2>/dev/null
    sort "$dir/read.tsv" >"$dir/a"; sort "$dir/export.tsv" >"$dir/b"
    if [ -s "$dir/a" ] && cmp -s "$dir/a" "$dir/b"; then result 0 "$layout: read and export write the same"
    else result 1 "$layout: read and export differ"; diff "$dir/a" "$dir/b" | head -n 4; fi
done
"$entente" read "$here/news.xml" --verbs "$here/verbs.txt" --actors "$here/actors.txt" --agents "$here/agents.txt" \
    --threads 4 >"$dir/four.jsonl" 2>/dev/null
cmp -s "$dir/one.jsonl" "$dir/four.jsonl"; result $? "four threads write the same bytes"
"$entente" read "$here/news.xml" --store "$dir/news.db" >/dev/null 2>&1
events=$("$entente" list events --store "$dir/news.db" --json | grep -c '"raw":"ARLGOV"')
[ "$events" = 0 ]; result $? "the same text read by our own tables replaces the reading"

# A discard phrase of a story drops what follows of it.
cat >"$dir/story.xml" <<'XML'
<Sentences>
<Sentence date="20230305" id="A_1" sentence="True"><Text>Arland attacked Borduria.</Text></Sentence>
<Sentence date="20230305" id="B_1" sentence="True"><Text>A stock market report: Arland attacked Borduria.</Text></Sentence>
<Sentence date="20230305" id="B_2" sentence="True"><Text>Arland attacked Borduria.</Text></Sentence>
<Sentence date="20230305" id="C_1" sentence="True"><Text>Arland attacked Borduria.</Text></Sentence>
</Sentences>
XML
ids=$("$entente" read "$dir/story.xml" --verbs "$here/verbs.txt" --actors "$here/actors.txt" --discards "$here/discards.txt" \
    --layout phoenix 2>/dev/null | cut -f1 | tr '\n' ' ')
[ "$ids" = "A_1#e1 C_1#e1 " ]; result $? "a story is discarded from the phrase on: $ids"
