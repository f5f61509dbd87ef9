#!/bin/sh
# peer_udpipe.sh: words a CPU second of UDPipe 1 (PyPI ufal.udpipe) in the same run as our own.  Its
# speed does not depend on how long it was trained, so a model of a few iterations on part of the
# same treebank stands for it; no accuracy is measured here.  Says so and leaves when PyPI or the
# treebank is not reachable.
folder=${TMPDIR:-/tmp}/entente-peer-udpipe
bank=$(dirname "$0")/../../../shared/data/treebanks/ewt-train.conllu.xz
news=$(dirname "$0")/../../../shared/data/news/wikinews-2019-2020.jsonl.xz
[ -r "$bank" ] && [ -r "$news" ] || { echo "UDPipe: the treebank is not on this machine"; exit 0; }
if [ ! -x "$folder/bin/python" ]; then
    python3 -m venv "$folder" >/dev/null 2>&1 &&
        "$folder/bin/pip" install --quiet ufal.udpipe >/dev/null 2>&1 ||
        { echo "UDPipe: not reachable from here"; rm -rf "$folder"; exit 0; }
fi
xz -dc "$bank" | awk 'BEGIN { RS = ""; ORS = "\n\n" } NR <= 300' >"$folder/train.conllu"
xz -dc "$news" | head -n 40 >"$folder/news.jsonl"
"$folder/bin/python" - "$folder" <<'PYTHON'
import json, os, sys, time
from ufal.udpipe import InputFormat, Model, Pipeline, ProcessingError, Sentence, Sentences, Trainer

folder = sys.argv[1]
path = os.path.join(folder, "small.udpipe")
if not os.path.exists(path):
    reader, bank, error = InputFormat.newConlluInputFormat(), Sentences(), ProcessingError()
    reader.setText(open(os.path.join(folder, "train.conllu"), encoding="utf-8").read())
    sentence = Sentence()
    while reader.nextSentence(sentence, error):
        bank.append(sentence)
        sentence = Sentence()
    model = Trainer.train("morphodita_parsito", bank, Sentences(), "epochs=1",
                          "models=1;iterations=1", "iterations=1", error)
    open(path, "wb").write(model)
model = Model.load(path)
pipeline = Pipeline(model, "tokenize", Pipeline.DEFAULT, Pipeline.DEFAULT, "conllu")
texts = [json.loads(line)["text"] for line in open(os.path.join(folder, "news.jsonl"))]
start, words = time.process_time(), 0
for text in texts:
    out = pipeline.process(text)
    words += sum(line[:1].isdigit() and "-" not in line.split("\t")[0] for line in out.split("\n"))
print("%-28s %9.0f words/s (%d words)" % ("UDPipe 1", words / (time.process_time() - start), words))
PYTHON
