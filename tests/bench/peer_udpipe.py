"""peer_udpipe.py train CONLLU_TRAIN CONLLU_DEV MODEL | run MODEL TEXT

A UDPipe 1 model trained on the treebank's first sentences (package ufal.udpipe; few of them and few
iterations: that costs it some points of its scores, not speed) and its reading of a text; prints
words and CPU seconds, model loading apart, or the CoNLL-U with `parse MODEL TEXT`."""
import sys
import time

import ufal.udpipe as udpipe

SENTENCES = 3000


def sentences(path):
    reader = udpipe.InputFormat.newConlluInputFormat()
    with open(path, encoding="utf-8") as file:
        reader.setText(file.read())
    found, error = udpipe.Sentences(), udpipe.ProcessingError()
    sentence = udpipe.Sentence()
    while len(found) < SENTENCES and reader.nextSentence(sentence, error):
        found.append(sentence)
        sentence = udpipe.Sentence()
    return found


def train(train_path, dev_path, model_path):
    error = udpipe.ProcessingError()
    model = udpipe.Trainer.train("morphodita_parsito", sentences(train_path), sentences(dev_path),
                                 "epochs=3", "iterations=3", "iterations=3", error)
    if error.occurred():
        sys.exit(error.message)
    with open(model_path, "wb") as file:
        file.write(model)


def run(model_path, text_path, printed):
    model = udpipe.Model.load(model_path)
    pipeline = udpipe.Pipeline(model, "tokenizer", udpipe.Pipeline.DEFAULT,
                               udpipe.Pipeline.DEFAULT, "conllu")
    with open(text_path, encoding="utf-8") as file:
        text = file.read()
    began = time.process_time()
    out = pipeline.process(text)
    seconds = time.process_time() - began
    if printed:
        sys.stdout.write(out)
    else:
        words = sum(line.split("\t")[0].isdigit() for line in out.split("\n"))
        print(words, seconds)


if sys.argv[1] == "train":
    train(*sys.argv[2:5])
else:
    run(sys.argv[2], sys.argv[3], sys.argv[1] == "parse")
