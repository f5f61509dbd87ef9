#!/bin/sh
# shown.sh ENTENTE: what the commands print of foreign text: nothing in it speaks to the terminal, to
# Markdown or to roff; -o is minded.
entente=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
number=0
escape=$(printf '\033')
check() { # NAME COMMAND...: the command's exit status
    number=$((number + 1))
    name=$1
    shift
    if "$@" >"$dir/log" 2>&1; then echo "ok $number - $name"
    else echo "not ok $number - $name"; head -c 300 "$dir/log"; fi
}
plain() { # COMMAND...: says something, and no escape character
    "$@" >"$dir/shown" 2>&1 && [ -s "$dir/shown" ] && ! grep -q "$escape" "$dir/shown"
}

cat >"$dir/steer.jsonl" <<'JSON'
{"id":"a\u001b[31m","title":"1. A \u001b[31mred\u001b[0m & <b>bold</b> title","date":"2024-05-02","text":"Arland \u001b[2Jmet Borland in Paris on Monday. \"We agree\", the minister of Borland said. Russia met China in Moscow."}
JSON
check "read" "$entente" read "$dir/steer.jsonl" --store "$dir/s.db"
check "list documents" plain "$entente" list documents --store "$dir/s.db"
check "list statements" plain "$entente" list statements --store "$dir/s.db"
check "search" plain "$entente" search Moscow --store "$dir/s.db"
check "explain" plain "$entente" explain "$dir/steer.jsonl#1"
check "text --blocks" plain "$entente" text --blocks "$dir/steer.jsonl"
"$entente" brief "$dir/steer.jsonl" --format markdown >"$dir/brief.md" 2>/dev/null
check "Markdown" plain cat "$dir/brief.md"
check "Markdown's signs are escaped" grep -qF '# 1\. A ' "$dir/brief.md"
check "ampersands too" grep -qF '\& \<b\>' "$dir/brief.md"
check "text -o" "$entente" text "$dir/steer.jsonl" -o "$dir/text.jsonl"
check "text -o wrote the file" grep -q Borland "$dir/text.jsonl"
cat >"$dir/case.yaml" <<'YAML'
question: "```\e[31m who?"
hypotheses: [{id: H1, text: one}, {id: H2, text: two}]
evidence: [{id: E1, text: "some\e[2J thing"}]
ratings: {ann: {E1: {H1: C, H2: II}}}
YAML
check "weigh" plain "$entente" weigh "$dir/case.yaml"
"$entente" weigh "$dir/case.yaml" --format markdown >"$dir/case.md"
check "two blocks, nothing of the case ends them" [ "$(grep -c '^ \{0,3\}```' "$dir/case.md")" -eq 4 ]
"$entente" man search >"$dir/search.1"
check "quotes of manual pages can be copied" grep -qF "\\(aq" "$dir/search.1"
"$entente" weigh - --store "$dir/s.db" <"$dir/case.yaml" >"$dir/log" 2>&1
check "a case from a pipe can't be kept" [ $? -eq 2 ]
"$entente" doctor --json >"$dir/doctor.json"
check "doctor --json" grep -q '^{"checks":\[{"check":' "$dir/doctor.json"
"$entente" export events --store "$dir/s.db" --json >"$dir/events.jsonl" 2>/dev/null
check "export --json" grep -q '^{' "$dir/events.jsonl"
check "every option stands once in --help" sh -c 'for c in $("$1" --help | awk "/^Commands/{on=1;next} on&&NF==0{exit} on{print \$1}"); do
    twice=$("$1" "$c" --help | awk "/^Options/{on=1;next} on{print \$1}" | sort | uniq -d | head -n 1)
    [ -z "$twice" ] || { echo "$c: $twice"; exit 1; }; done' - "$entente"
{
    printf 'question: q\nhypotheses: [{id: H1, text: a}, {id: H2, text: b}]\nevidence:\n'
    for i in $(seq 1500); do echo "  - {id: E$i, text: t, group: one source}"; done
    printf 'ratings:\n  ann:\n'
    for i in $(seq 1500); do echo "    E$i: {H1: N, H2: C}"; done
} >"$dir/large.yaml"
check "many items of one source end" timeout 100 "$entente" weigh "$dir/large.yaml" --draws 1
