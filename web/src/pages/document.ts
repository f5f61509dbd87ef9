// One document: its text with what was read from it marked, and beside it a card that says why.
import {get, part} from "../api";
import {announce, foreign, h, replace} from "../dom";
import type {Place} from "../router";
import type {EventRow, QuantityRow, ReadDocument, Span, StatementRow} from "../types";
import {badge, button, certaintyBadge, empty, facts, head, kindBadge, link, who} from "../widgets";
import {CodePoints, count, date, kindName, number, signed, tone, toneWords} from "../words";

type Kind = "event" | "statement" | "figure";
interface Item {
  kind: Kind;
  id: string;
  spans: Span[];
  cue: Span | null; // the word that an event was read from: its mark is the strongest
  style: string;
  label: string;
  card: () => HTMLElement;
}
interface Rule {
  id?: string;
  table?: string;
  row?: number;
  cells?: Record<string, string>;
  name?: string;
}

/** "events/verbs:173" or an object, as words. */
function ruleWords(rule: Rule | string | null | undefined): HTMLElement {
  if (!rule) return h("span.soft", null, "not told");
  if (typeof rule === "string") return h("code", null, rule);
  const cells = Object.entries(rule.cells ?? {})
    .filter(([, value]) => value)
    .map(([name, value]) => `${name} ${value}`);
  return h(
    "span",
    null,
    h("code", null, rule.id ?? `${rule.table ?? rule.name ?? ""}${rule.row ? ":" + rule.row : ""}`),
    cells.length ? h("span.soft", null, " ", cells.join(", ")) : null,
  );
}

function sentenceOf(text: CodePoints, sentences: Span[], index: number | null | undefined): string {
  const span = index === null || index === undefined ? undefined : sentences[index];
  return span ? text.slice(span[0], span[1]) : "";
}

function eventCard(event: EventRow, doc: ReadDocument, text: CodePoints): HTMLElement {
  const rule = h("span", null, ruleWords(event.rule));
  const why = h("div");
  const card = h(
    `div.card.${tone(event)}`,
    null,
    h("h2", null, who(event)),
    h("p", null, kindBadge(event), " ", certaintyBadge(event)),
    h("blockquote.quote", null, foreign(sentenceOf(text, doc.sentences, event.sentence))),
    facts([
      ["When", date(event.date, "not told")],
      ["Reads as", toneWords[tone(event)]],
      ["CAMEO", event.cameo ?? "–"],
      ["Goldstein", signed(event.goldstein)],
      ["PLOVER score", signed(event.score)],
      ["Certainty", event.certainty ?? null],
      ["Confidence", event.confidence === undefined ? null : number(event.confidence)],
      ["Cue", event.cue ? h("q", null, text.slice(event.cue[0], event.cue[1])) : null],
      ["Told", event.mentions && event.mentions > 1 ? `${event.mentions} times` : null],
      ["Rule", rule],
    ]),
    why,
    button(
      "Why was it read so?",
      () => {
        get<{rule?: Rule; tree?: {form: string; head: number; deprel: string; upos: string}[]}>(
          `/api/events/${part(doc.doc)}/${part(localId(event.id))}`,
          {tree: true},
        )
          .then((told) => {
            if (told.rule) replace(rule, ruleWords(told.rule));
            replace(
              why,
              told.tree?.length
                ? h(
                    "p.soft",
                    null,
                    "Grammar: ",
                    told.tree.map((word) => `${word.form}/${word.deprel}`).join(" "),
                  )
                : null,
            );
            announce("The rule is shown.");
          })
          .catch((error: unknown) =>
            replace(
              why,
              h("p.field-error", {role: "alert"}, error instanceof Error ? error.message : ""),
            ),
          );
      },
      "quiet",
    ),
  );
  return card;
}

function statementCard(one: StatementRow, text: CodePoints, doc: ReadDocument): HTMLElement {
  const said =
    one.text ?? (one.content ?? []).map((span) => text.slice(span[0], span[1])).join(" … ");
  return h(
    "div.card.st",
    null,
    h(
      "h2",
      null,
      foreign(one.speaker, "Nobody named"),
      one.code ? h("span.code", null, one.code) : null,
    ),
    h(
      "p",
      null,
      badge(one.kind ?? "said", one.kind === "direct" ? "" : "doubt"),
      " ",
      one.force ? h("span.soft", null, one.force) : null,
    ),
    h("blockquote.quote", null, foreign(said)),
    facts([
      ["Sentence", foreign(sentenceOf(text, doc.sentences, one.sentence), "–")],
      ["Role", one.role ?? one.affiliation ?? null],
      ["When", date(one.date, "not told")],
      ["Cue", one.cue ? h("q", null, text.slice(one.cue[0], one.cue[1])) : null],
      ["Rule", ruleWords(one.rule)],
    ]),
  );
}

export function amount(one: QuantityRow): string {
  const value = one.value === null ? "unspecified" : number(one.value);
  return `${one.approximate ? "about " : ""}${value}${one.value_max != null ? " to " + number(one.value_max) : ""} ${one.unit ?? ""}`.trim();
}

function figureCard(one: QuantityRow, text: CodePoints): HTMLElement {
  return h(
    "div.card.q",
    null,
    h("h2", null, amount(one)),
    facts([
      ["Written", h("q", null, foreign(text.slice(one.span[0], one.span[1])))],
      ["Of", foreign(one.subject)],
      ["For", one.period ? date(one.period) : null],
    ]),
  );
}

export function localId(id: string): string {
  return id.slice(id.lastIndexOf("#") + 1);
}

function itemsOf(doc: ReadDocument, text: CodePoints): Item[] {
  const items: Item[] = [
    ...doc.events
      .filter((one) => one.span)
      .map((one): Item => ({
        kind: "event",
        id: localId(one.id),
        spans: [one.span as Span],
        cue: one.cue ?? null,
        style: `e-${tone(one)}`,
        label: kindName(one),
        card: () => eventCard(one, doc, text),
      })),
    ...doc.statements.map((one): Item => ({
      kind: "statement",
      id: localId(one.id),
      spans: one.content ?? [],
      cue: null,
      style: "st",
      label: `${one.speaker ?? "Somebody"} ${one.force ?? "says"}`,
      card: () => statementCard(one, text, doc),
    })),
    ...doc.quantities.map((one, index): Item => ({
      kind: "figure",
      id: `q${index + 1}`,
      spans: [one.span],
      cue: null,
      style: "q",
      label: amount(one),
      card: () => figureCard(one, text),
    })),
  ].filter((item) => item.spans.length > 0);
  const begin = (item: Item): number => item.spans[0]?.[0] ?? 0;
  return items.sort((a, b) => begin(a) - begin(b) || a.kind.localeCompare(b.kind));
}

/** One stretch of text as spans of unbroken marking: where marks overlap, a piece carries both. */
function markedText(
  text: CodePoints,
  from: number,
  to: number,
  items: Item[],
  choose: (item: Item) => void,
): Node[] {
  const here = items.flatMap((item) =>
    item.spans.filter(([b, e]) => b < to && e > from).map((span) => ({item, span})),
  );
  const edges = new Set([from, to]);
  for (const {item, span} of here) {
    for (const edge of [...span, ...(item.cue ?? [])]) {
      edges.add(Math.min(to, Math.max(from, edge)));
    }
  }
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((begin, index) => {
    const end = sorted[index + 1] ?? to;
    const over = here
      .filter(({span}) => span[0] <= begin && span[1] >= end)
      .sort((a, b) => a.span[1] - a.span[0] - (b.span[1] - b.span[0]))
      .map(({item}) => item);
    const cued = over.find((item) => item.cue && item.cue[0] <= begin && item.cue[1] >= end);
    const words = text.slice(begin, end);
    const top = cued ?? over[0];
    if (!top) return document.createTextNode(words);
    const classes = new Set(over.map((item) => item.style));
    if (cued) classes.add("cue").add(`cue-${cued.style}`);
    return h(
      "span.span." + [...classes].join("."),
      {"data-items": over.map((item) => item.id).join(" "), click: () => choose(top)},
      words,
    );
  });
}

function paragraphs(doc: ReadDocument, text: CodePoints): Span[] {
  const out: Span[] = [];
  const points = Array.from(doc.text);
  for (let at = 0; at < points.length;) {
    while (at < points.length && points[at] === "\n") at++;
    let end = at;
    while (end < points.length && !(points[end] === "\n" && points[end + 1] === "\n")) end++;
    if (end > at) out.push([at, end]);
    at = end;
  }
  return out.length ? out : [[0, text.length]];
}

/** Short lines without a full stop are headings in nearly every text; only their look hangs on it. */
function looksLikeHeading(words: string): boolean {
  return words.length < 80 && !words.includes("\n") && !/[.!”"’'…:]$/.test(words.trim());
}

const kinds: Kind[] = ["event", "statement", "figure"];
const samples: Record<Kind, string> = {event: "e-coop", statement: "st", figure: "q"};
const kindWords: Record<Kind, string> = {
  event: "Events",
  statement: "Statements",
  figure: "Figures",
};

/** The text, the marks in it, and the panel beside it. */
class Reading {
  private readonly all: Item[];
  private readonly shown = new Set<Kind>(kinds);
  private chosen: Item | null = null;
  private readonly body = h("article.prose-text", {lang: "en", dir: "auto", "aria-label": "Text"});
  private readonly panel = h("div", {"aria-live": "polite"});
  private readonly list = h("div.item-list");

  constructor(
    private readonly doc: ReadDocument,
    private readonly text: CodePoints,
  ) {
    this.all = itemsOf(doc, text);
  }

  /** What the page shows at first: `wanted` is the id of the item that the address names. */
  show(main: HTMLElement, wanted: string | null): void {
    const panel = h(
      "aside.side-panel",
      {"aria-label": "What was read"},
      this.filters(),
      h("p.keys", null, h("kbd", null, "j"), " next ", h("kbd", null, "k"), " previous"),
      this.panel,
      h("h2", null, "In order"),
      this.list,
    );
    main.append(h("div.reading", null, this.body, panel));
    this.draw();
    this.choose(this.all.find((item) => item.id === wanted) ?? null);
  }

  key(event: KeyboardEvent): void {
    const writing = (event.target as Element).closest("input,textarea,select,dialog");
    if (event.ctrlKey || event.metaKey || event.altKey || writing) return;
    if (event.key === "j") this.step(1);
    else if (event.key === "k") this.step(-1);
    else if (event.key === "Escape") this.choose(null);
  }

  private visible(): Item[] {
    return this.all.filter((item) => this.shown.has(item.kind));
  }

  private step(by: number): void {
    const items = this.visible();
    if (!items.length) return;
    const at = this.chosen ? items.indexOf(this.chosen) : by > 0 ? -1 : 0;
    this.choose(items[(at + by + items.length) % items.length] ?? null);
  }

  private choose(item: Item | null): void {
    this.chosen = item;
    const card = item?.card();
    card?.append(button("Close", () => this.choose(null), "quiet", {class: "quiet only-narrow"}));
    replace(
      this.panel,
      card ??
        empty("Nothing chosen", "Click a marked passage, or press j and k to walk through them."),
    );
    this.mark();
  }

  /** Shows in text and list which item is chosen. */
  private mark(): void {
    const id = this.chosen?.id;
    this.body.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
    this.list.querySelectorAll("[data-item]").forEach((one) => {
      if (one.getAttribute("data-item") === id) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    });
    if (!id) return;
    const spans = [...this.body.querySelectorAll(".span")].filter((one) =>
      one.getAttribute("data-items")?.split(" ").includes(id),
    );
    spans.forEach((one) => one.classList.add("chosen"));
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    spans[0]?.scrollIntoView({block: "center", behavior: calm ? "auto" : "smooth"});
  }

  private draw(): void {
    const choose = (item: Item): void => this.choose(item);
    const items = this.visible();
    const drawn = paragraphs(this.doc, this.text).map(([from, to]) => {
      const kind = looksLikeHeading(this.text.slice(from, to)) ? "p.heading" : "p";
      return h(kind, null, ...markedText(this.text, from, to, items, choose));
    });
    replace(this.body, ...drawn);
    replace(this.list, ...items.map((item) => this.line(item)));
    this.mark();
  }

  private line(item: Item): HTMLElement {
    const [begin, end] = item.spans[0] ?? [0, 0];
    return h(
      "button",
      {type: "button", "data-item": item.id, click: () => this.choose(item)},
      h("span.unseen", null, item.kind, ": "),
      h("strong", null, foreign(item.label)),
      " ",
      h("span.soft", null, foreign(this.text.slice(begin, Math.min(end, begin + 70)))),
    );
  }

  private filters(): HTMLElement {
    const one = (kind: Kind): HTMLElement => {
      const n = this.all.filter((item) => item.kind === kind).length;
      const sample = h(`span.span.${samples[kind]}`, {"aria-hidden": "true"}, "a");
      const made = button(
        [sample, `${kindWords[kind]} ${n}`],
        () => {
          if (!this.shown.delete(kind)) this.shown.add(kind);
          made.setAttribute("aria-pressed", String(this.shown.has(kind)));
          this.draw();
        },
        "",
        {"aria-pressed": "true"},
      );
      return made;
    };
    return h("div.legend", {role: "group", "aria-label": "What is marked"}, ...kinds.map(one));
  }
}

export async function documentPage(main: HTMLElement, place: Place): Promise<void> {
  const id = place.parameters["id"] ?? "";
  const doc = await get<ReadDocument>(`/api/documents/${part(id)}`, {}, place.signal);
  const counts = [
    count(doc.events.length, "event"),
    count(doc.statements.length, "statement"),
    count(doc.quantities.length, "figure"),
  ];
  head(
    main,
    doc.title || id,
    [date(doc.date), doc.byline ? [" · ", foreign(doc.byline)] : null, " · ", counts.join(", ")],
    [link(`/briefs?compose=${part(id)}`, "Compose a brief")],
    link("/documents", "Documents"),
  );
  const reading = new Reading(doc, new CodePoints(doc.text));
  const keys = (event: KeyboardEvent): void => reading.key(event);
  document.addEventListener("keydown", keys);
  place.signal.addEventListener("abort", () => document.removeEventListener("keydown", keys));
  reading.show(main, place.query.get("at"));
}
