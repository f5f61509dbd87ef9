#!/bin/bash
# peer_udpipe.sh ENTENTE (bash: its time keyword): words a CPU second of `entente parse` and of UDPipe 1 (PyPI: ufal.udpipe)
# on the same text of our own in one run.  UDPipe's model is trained on 3,000 sentences of UD English EWT
# once (minutes) and kept in build/peer-udpipe with the package.
entente=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
banks=$here/../shared/data/treebanks
peer=$here/build/peer-udpipe
[ -f "$banks/ewt-train.conllu.xz" ] || { echo "SKIP: the treebank is not on this machine"; exit 0; }
mkdir -p "$peer"
if [ ! -x "$peer/venv/bin/python" ]; then
    python3 -m venv "$peer/venv" && "$peer/venv/bin/pip" install -q ufal.udpipe ||
        { rm -rf "$peer/venv"; echo "SKIP: ufal.udpipe cannot be installed"; exit 0; }
fi
python="$peer/venv/bin/python"
if [ ! -s "$peer/ewt.model" ]; then
    for part in train dev; do xz -dc "$banks/ewt-$part.conllu.xz" >"$peer/$part.conllu"; done
    "$python" "$here/tests/bench/peer_udpipe.py" train "$peer/train.conllu" "$peer/dev.conllu" \
        "$peer/ewt.model" >"$peer/train.log" 2>&1 || { tail -n 3 "$peer/train.log"; exit 1; }
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for i in $(seq 10); do
    cat "$here"/tests/golden/articles/*.txt "$here"/examples/example.txt
    echo
done >"$work/once"
for i in $(seq 20); do cat "$work/once"; done >"$work/many"
ours=$({ TIMEFORMAT='%U %S'; time "$entente" parse "$work/many" >"$work/out"; } 2>&1 |
    awk '{print $1 + $2}')
words=$(grep -c '^[0-9]*	' "$work/out")
read -r peer_words peer_seconds <<<"$("$python" "$here/tests/bench/peer_udpipe.py" run "$peer/ewt.model" "$work/once")"
awk -v n="$words" -v a="$ours" -v m="$peer_words" -v b="$peer_seconds" 'BEGIN {
    printf "entente parse   %9.0f words/s (%d words, CoNLL-U printed, start-up counted)\n", n / a, n
    printf "UDPipe 1        %9.0f words/s (%d words, CoNLL-U printed, loading apart)\n", m / b, m
    printf "ratio           %9.0f\n", (n / a) / (m / b) }'
