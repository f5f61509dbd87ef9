#!/usr/bin/env python3
"""Make a gold reading (NAME.gold.json) from a compact hand-written one (NAME.gold.src.json), or check one.
Standard library only.

usage: make_gold.py NAME.gold.src.json ...         write NAME.gold.json beside each, from it and NAME.txt
       make_gold.py --check NAME.gold.json ...     check an existing gold against NAME.txt (or its about.text_file)
       make_gold.py --lines NAME.txt               print the text with line numbers (no-break spaces shown as _)

Places.  In the source a place is the exact text, looked for in the item's `line`:
  "text"        must occur there exactly once      "text@@2"      its 2nd occurrence in the line
  "text@@L9"    in line 9 instead                  "text@@L9.2"   its 2nd occurrence in line 9
Offsets are made as Unicode code points (start, end) and UTF-8 bytes (bstart, bend), from the start of the file, end exclusive.
Only places that begin and end at word boundaries count.  "~" in a place stands for a no-break space (U+00A0).

Short names in the source -> gold
  events      src, tgt ("SAU USA" -> list), sym, type -> plover, alt ("A B"), ctx ("a b"), cert, date ("2016" or an object, its
              span a place), actors -> actor_mentions, st -> statement, pairs [["A B","C"], ..] -> alt_pairs, mentions [places]
  statements  type, src -> source (place), cue, content [places], who -> speaker, aff, cert, to -> addressee, date, nested
  not_events  text -> span, kind, why, dyad, looks ("A B") -> looks_like
  quantities  text -> span, subj, pred, value, max -> value_max, unit, period, comparison, from -> source
  dates       text -> span, type, value, alt ("A B") -> alt_values
  document    headline, repeats, deck, date {text, value, time}, author {text, name, role, bio}, headings, oneline_dateline, chrome [[place, kind], ..];
              body paragraphs are the lines that hold text and are none of these
Defaults: core true, certainty asserted (statements: claimed).  Other keys are copied.  `counts` is computed.
Exit status 0, or 1 with messages on standard error; nothing is written for a source with errors.
"""
import json, os, re, sys

PLOVER = set("AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE "
             "ASSAULT".split())
CERT = set("asserted reported alleged claimed intended hypothetical predicted negated".split())
KINDS = set("person state organisation group programme law place".split())
STYPES = {"direct", "indirect", "mixed"}
ABOUT = {
    "what": "Hand-made gold reading of an article written for Entente's tests (development gold).",
    "offsets": "places count from the beginning of the text: start and end in code points, bstart and bend in bytes of "
               "UTF-8; the end is the first one behind the place; the first line has number 1",
    "core": "true: a reader has to find the item; false: it may find it, which is neither asked for nor held against it",
    "certainty_values": {
        "asserted": "told as having happened", "reported": "passed on without a named source",
        "alleged": "told as somebody's charge", "claimed": "said by a speaker with a name", "intended": "meant or planned only",
        "hypothetical": "asked, possible or conditional", "predicted": "foretold by a speaker", "negated": "denied"},
    "plover": "types of PLOVER (2021); further types that may stand instead are in alt",
    "outside_knowledge": "no reader is asked for the fields outside_*: the text does not hold them",
    "made_by": "make_gold.py, from the .gold.src.json of the same name; changes belong there"}


class Text:
    def __init__(self, path):
        self.raw = open(path, "rb").read()
        self.s = self.raw.decode("utf-8")
        self.starts, p = [], 0
        self.lines = self.s.split("\n")
        for ln in self.lines:
            self.starts.append(p)
            p += len(ln) + 1

    def span(self, a, b, line):
        bs = len(self.s[:a].encode("utf-8"))
        return {"text": self.s[a:b], "line": line, "start": a, "end": b, "bstart": bs, "bend": bs + len(self.s[a:b].encode("utf-8"))}

    def place(self, spec, line):
        m = re.fullmatch(r"(.*?)(?:@@(?:L(\d+))?\.?(\d+)?)?", spec, re.S)
        t, ln, n = m.group(1).replace("~", "\u00a0"), int(m.group(2) or line or 0), int(m.group(3) or 0)
        if not t:
            raise ValueError("empty place %r" % spec)
        if not 1 <= ln <= len(self.lines):
            raise ValueError("no line for %r" % spec)
        row, at, p = self.lines[ln - 1], [], -1
        while True:
            p = row.find(t, p + 1)
            if p < 0:
                break
            q = p + len(t)
            if not (p and row[p - 1].isalnum() and t[0].isalnum()) and not (q < len(row) and row[q].isalnum() and t[-1].isalnum()):
                at.append(p)
        if not at:
            raise ValueError("not in line %d: %r" % (ln, t))
        if (len(at) > 1 and not n) or n > len(at):
            raise ValueError("%d times in line %d: %r" % (len(at), ln, t))
        a = self.starts[ln - 1] + at[(n or 1) - 1]
        return self.span(a, a + len(t), ln)


def lst(v):
    return v.split() if isinstance(v, str) else list(v or [])


def take(src, known):
    return {k: v for k, v in src.items() if k not in known}


def date_of(T, d, line):
    if d is None or d == "":
        return None
    if isinstance(d, str):
        return {"value": d}
    d = dict(d)
    if not d.get("same_as"):
        d.setdefault("value", None)
    if "span" in d:
        d["span"] = T.place(d["span"], line)
    return d


def event(T, e):
    ln = e["line"]
    o = {"id": e["id"], "core": e.get("core", True), "line": ln, "source": lst(e["src"]), "target": lst(e["tgt"]), "symmetric": bool(e.get("sym")),
         "verb": T.place(e["verb"], ln), "plover": e.get("type"), "alt": lst(e.get("alt")), "mode": e.get("mode"), "context": lst(e.get("ctx")),
         "certainty": e.get("cert", "asserted"), "date": date_of(T, e.get("date"), ln)}
    if e.get("actors"):
        o["actor_mentions"] = e["actors"]
    if e.get("pairs"):
        o["alt_pairs"] = [{"source": lst(a), "target": lst(b)} for a, b in e["pairs"]]
    if e.get("mentions"):
        o["mentions"] = [T.place(m, ln) for m in e["mentions"]]
    if e.get("st"):
        o["statement"] = e["st"]
    o.update(take(e, "id core line src tgt sym verb type alt mode ctx cert date actors pairs mentions st".split()))
    return o


def statement(T, s):
    ln = s["line"]
    o = {"id": s["id"], "core": s.get("core", True), "type": s["type"], "line": ln, "source": T.place(s["src"], ln) if s.get("src") else None,
         "cue": T.place(s["cue"], ln) if s.get("cue") else None, "content": [T.place(c, ln) for c in s["content"]], "speaker": s.get("who"),
         "affiliation_as_given": s.get("aff"), "certainty": s.get("cert", "claimed"), "addressee": s.get("to"), "date": date_of(T, s.get("date"), ln)}
    if s.get("content_alt"):
        o["content_alt"] = [[T.place(c, ln) for c in a] for a in s["content_alt"]]
    o.update(take(s, "id core type line src cue content who aff cert to date content_alt".split()))
    return o


def not_event(T, n):
    o = {"id": n["id"], "span": T.place(n["text"], n["line"]), "kind": n["kind"], "why": n["why"], "dyad": n.get("dyad")}
    if n.get("looks"):
        o["looks_like"] = lst(n["looks"])
    o.update(take(n, "id line text kind why dyad looks".split()))
    return o


def quantity(T, q):
    o = {"id": q["id"], "core": q.get("core", True), "span": T.place(q["text"], q["line"]), "subject": q.get("subj"), "predicate": q.get("pred"),
         "value": q.get("value"), "unit": q.get("unit"), "period": q.get("period"), "comparison": q.get("comparison"), "source": q.get("from")}
    if "max" in q:
        o["value_max"] = q["max"]
    o.update(take(q, "id line core text subj pred value max unit period comparison from".split()))
    return o


def date(T, d):
    o = {"id": d["id"], "core": d.get("core", True), "span": T.place(d["text"], d["line"]), "type": d.get("type", "DATE"), "value": d["value"]}
    if d.get("alt"):
        o["alt_values"] = lst(d["alt"])
    o.update(take(d, "id line core text type value alt".split()))
    return o


def document(T, d):
    P = lambda x: T.place(x, None)
    o, used = {"headline": P(d["headline"])}, set()
    o["headline_repeats"] = [P(x) for x in d.get("repeats", [])]
    o["deck"] = P(d["deck"]) if d.get("deck") else None
    dt = d["date"]
    o["date"] = {"span": P(dt["text"]), "value": dt["value"]}
    if dt.get("time"):
        sp = P(dt["time"])
        o["date"].update(time=sp["text"], time_span=sp, timezone=dt.get("timezone"))
    if d.get("author"):
        a = d["author"]
        o["author"] = dict({"span": P(a["text"]), "name": a["name"]}, **{k: P(a[k]) for k in ("role", "bio") if a.get(k)})
    o["language"] = "en"
    o["headings"] = [P(x) for x in d.get("headings", [])]
    o["chrome_to_drop"] = [dict(P(x), kind=k) for x, k in d.get("chrome", [])]
    for x in [o["headline"], o["deck"], o["date"]["span"]] + o["headline_repeats"] + o["headings"] + o["chrome_to_drop"] + \
            ([o["author"]["span"]] if d.get("author") else []):
        if x:
            used.add(x["line"])
    o["body_paragraphs"] = [{"line": i + 1, "start": T.starts[i], "end": T.starts[i] + len(r)}
                            for i, r in enumerate(T.lines) if r.strip() and i + 1 not in used]
    if d.get("oneline_dateline"):
        o["dateline"] = P(d["oneline_dateline"])
    return o


def build(path):
    with open(path, encoding="utf-8") as f:
        src = json.load(f)
    name = os.path.basename(path)[:-len(".gold.src.json")]
    T, bad = Text(os.path.join(os.path.dirname(path), name + ".txt")), []
    g = {"about": dict(ABOUT, text_file=name + ".txt")}
    if src.get("note"):
        g["about"]["note"] = src["note"]

    def run(fn, x, what):
        try:
            return fn(T, x)
        except (KeyError, ValueError) as e:
            bad.append("%s: %s: %s" % (path, what, e if isinstance(e, ValueError) else "missing key %s" % e))
    g["document"] = run(document, src["document"], "document")
    g["oddities"] = src.get("oddities", [])
    if src.get("actor_equivalents"):
        g["actor_equivalents"] = src["actor_equivalents"]
    ents = []
    for e in src["entities"]:
        r = [run(lambda T, x: {k: T.place(x, None)[k] for k in ("text", "line")}, x, e["id"]) for x in e.get("roles", [])]
        ents.append(dict({"id": e["id"], "name": e["name"], "kind": e["kind"], "country": e.get("country"), "roles_as_given": r,
                          "mentions": [m.replace("~", "\u00a0") for m in e["mentions"]]}, **take(e, "id name kind country roles mentions".split())))
    g["entities"] = ents
    for key, fn in (("statements", statement), ("events", event), ("not_events", not_event), ("quantities", quantity), ("dates", date)):
        g[key] = [run(fn, x, x.get("id", key)) for x in src.get(key, [])]
        if key == "quantities":
            g["not_quantities"] = [run(lambda T, x: dict(T.place(x[0], None), why=x[1]), x, "not_quantities") for x in src.get("not_quantities", [])]
    if bad:
        return None, bad
    n = lambda k: sum(1 for x in g[k] if x.get("core", True))
    g["counts"] = {k: len(g[k]) for k in ("entities", "statements", "events", "not_events", "quantities", "dates", "oddities")}
    g["counts"].update({k + "_core": n(k) for k in ("statements", "events", "quantities", "dates")})
    g["counts"]["statements_core_by_type"] = {t: sum(1 for s in g["statements"] if s["core"] and s["type"] == t) for t in ("direct", "mixed", "indirect")}
    return g, check(g, T, path)


def check(g, T, path):
    bad = []
    say = lambda *a: bad.append("%s: %s" % (path, " ".join(str(x) for x in a)))

    def walk(x, at):
        if isinstance(x, dict):
            if "start" in x and "end" in x:
                a, b = x["start"], x["end"]
                if "text" in x:
                    if T.s[a:b] != x["text"]:
                        say(at, "text differs at", a, b, repr(x["text"]))
                    if T.raw[x["bstart"]:x["bend"]] != x["text"].encode("utf-8"):
                        say(at, "bytes differ at", x["bstart"], x["bend"], repr(x["text"]))
                if "line" in x and T.s.count("\n", 0, a) + 1 != x["line"]:
                    say(at, "wrong line", x["line"])
                if not 0 <= a < b <= len(T.s):
                    say(at, "bad offsets", a, b)
            for k, v in x.items():
                walk(v, "%s.%s" % (at, x.get("id") or k) if isinstance(v, (dict, list)) else at)
        elif isinstance(x, list):
            for v in x:
                walk(v, at)
    walk(g, "gold")
    ids = {}
    for k in ("entities", "statements", "events", "not_events", "quantities", "dates", "oddities"):
        for x in g.get(k, []):
            if (k, x["id"]) in ids:
                say("id twice:", x["id"])
            ids[k, x["id"]] = x
    ent = {e["id"] for e in g["entities"]}
    known = {str(e["country"]).upper() for e in g["entities"] if e.get("country")}
    for e in g["entities"]:
        for m in e["mentions"]:
            if m not in T.s:
                say("entity", e["id"], "mention not in the text:", repr(m))
        if e["kind"] not in KINDS:
            say("entity", e["id"], "kind", e["kind"])
    for e in g["events"]:
        for t in ([e["plover"]] if e["plover"] else []) + e["alt"]:
            if t not in PLOVER:
                say(e["id"], "type", t)
        if e["certainty"] not in CERT:
            say(e["id"], "certainty", e["certainty"])
        if e.get("statement") and ("statements", e["statement"]) not in ids:
            say(e["id"], "no statement", e["statement"])
        if e["core"] and (not e["plover"] or len(set(e["source"]) | set(e["target"])) < 2):
            say(e["id"], "core event without type or two parties")
        for c in e["source"] + e["target"] + [c for p in e.get("alt_pairs", []) for c in p["source"] + p["target"]]:
            if c not in known:
                say(e["id"], "code of no entity:", c)
        d = e["date"] or {}
        if d.get("same_as") and ("events", d["same_as"]) not in ids:
            say(e["id"], "date same_as", d["same_as"])
        for k in ("value", "after", "before"):
            if d.get(k) and not re.fullmatch(r"\d{4}(-\d\d){0,2}", d[k]):
                say(e["id"], "date", k, d[k])
    for s in g["statements"]:
        if s["type"] not in STYPES or s["certainty"] not in CERT:
            say(s["id"], "type or certainty")
        if s["core"] and not s["content"]:
            say(s["id"], "core statement without content")
        sp = s.get("speaker")
        if sp and not any(i in ent for i in sp.split("+")) and "unnamed" not in sp:
            say(s["id"], "speaker is neither an entity nor (unnamed):", sp)
    for n in g["not_events"]:
        if n["kind"] not in CERT:
            say(n["id"], "kind", n["kind"])
        for c in (n["dyad"] or "").split("-"):
            if c and c not in known:
                say(n["id"], "dyad code of no entity:", c)
    return bad


def main(argv):
    if not argv or argv[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0 if argv else 2
    rc = 0
    if argv[0] == "--lines":
        for i, r in enumerate(Text(argv[1]).lines):
            print("%3d  %s" % (i + 1, r.replace("\u00a0", "_")))
        return 0
    only = argv[0] == "--check"
    for path in argv[1:] if only else argv:
        if only:
            with open(path, encoding="utf-8") as f:
                g = json.load(f)
            bad = check(g, Text(os.path.join(os.path.dirname(path), g["about"]["text_file"])), path)
        else:
            if not path.endswith(".gold.src.json"):
                print("%s: not a .gold.src.json" % path, file=sys.stderr)
                return 2
            try:
                g, bad = build(path)
            except (OSError, ValueError, KeyError) as e:
                g, bad = None, ["%s: %s: %s" % (path, type(e).__name__, e)]
        for b in bad:
            print(b, file=sys.stderr)
        if bad:
            rc = 1
            continue
        if not only:
            with open(path[:-len(".src.json")] + ".json", "w", encoding="utf-8", newline="\n") as f:
                json.dump(g, f, ensure_ascii=False, indent=1)
                f.write("\n")
        print("%s: %s" % (path, ", ".join("%s %s" % (v, k) for k, v in g["counts"].items() if not isinstance(v, dict))))
    return rc


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
