#!/bin/bash
# peer_link_grammar.sh ENTENTE (bash: its time keyword): words a CPU second of `entente parse` and of Debian's link-grammar on
# the same sentences (of our own articles), start-up of both counted, in one run.
entente=$1
command -v link-parser >/dev/null || { echo "SKIP: link-parser is not installed (Debian: link-grammar)"; exit 0; }
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$entente" parse --main "$here"/tests/golden/articles/*.txt "$here"/examples/example.txt |
    sed -n 's/^# text = //p' | grep -v '^!' >"$work/once"
words=$(wc -w <"$work/once")
cpu() { # COMMAND...: user plus system seconds of one run
    { TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>&1; } 2>&1 | awk '{print $1 + $2}'
}
rounds=40
for i in $(seq $rounds); do sed 's/$/\n/' "$work/once"; done >"$work/many" # a blank line after each
ours=$(cpu "$entente" parse "$work/many")
theirs=$(cpu sh -c "link-parser en -batch -verbosity=0 -graphics=0 -timeout=5 <'$work/once'")
awk -v w="$words" -v n=$rounds -v a="$ours" -v b="$theirs" 'BEGIN {
    printf "entente parse   %9.0f words/s (%d words, CoNLL-U printed)\n", w * n / a, w * n
    printf "link-grammar    %9.0f words/s (%d words)\nratio           %9.0f\n", w / b, w, (w * n / a) / (w / b) }'
