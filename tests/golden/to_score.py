#!/usr/bin/env python3
"""Turns `entente read` output (the contract of cli.md) into what the scorers read.

usage: entente read ... | to_score.py article OUT_DIR     one OUT_DIR/<doc>.json a document (score_article.py)
       entente read ... | to_score.py statements > S.jsonl   one attribution a line (score_statements.py)
"""
import json
import os
import sys


def code(side):
    return side.get("code") or side.get("name") or ""


def article(doc):
    return {
        "events": [dict(e, source=[code(s) for s in e["source"]], target=[code(s) for s in e["target"]],
                        plover=e["type"]) for e in doc["events"]],
        "statements": doc["statements"],
        "quantities": doc["quantities"],
        "dates": [d for d in doc["dates"] if d.get("value")],
    }


def statements(doc):
    for s in doc["statements"]:
        yield {"doc": doc["doc"], "source": s.get("speaker_span"), "cue": s.get("cue"), "content": s["content"]}


def main(argv):
    if len(argv) < 1 or argv[0] not in ("article", "statements") or (argv[0] == "article") != (len(argv) == 2):
        sys.exit(__doc__)
    for line in sys.stdin:
        doc = json.loads(line)
        if argv[0] == "article":
            with open(os.path.join(argv[1], doc["doc"] + ".json"), "w", encoding="utf-8") as f:
                json.dump(article(doc), f, ensure_ascii=False)
        else:
            for s in statements(doc):
                print(json.dumps(s, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
