// One document: its text with what was read from it marked, and beside it a card that says why.
import { get, part } from "../api";
import { announce, foreign, h, replace } from "../dom";
import type { Place } from "../router";
import type { EventRow, QuantityRow, ReadDocument, Span, StatementRow } from "../types";
import { badge, button, certaintyBadge, empty, head, kindBadge, link, who } from "../widgets";
import { CodePoints, count, date, kindName, number, signed, tone, toneWords } from "../words";

type Kind = "event" | "statement" | "figure";
interface Item { kind: Kind; id: string; spans: Span[]; style: string; label: string; card: () => HTMLElement }
interface Rule { id?: string; table?: string; row?: number; cells?: Record<string, string>; name?: string }

/** "events/verbs:173" or an object, as words. */
function ruleWords(rule: Rule | string | null | undefined): HTMLElement {
  if (!rule) return h("span.soft", null, "not told");
  if (typeof rule === "string") return h("code", null, rule);
  const cells = Object.entries(rule.cells ?? {}).filter(([, value]) => value).map(([name, value]) => `${name} ${value}`);
  return h("span", null, h("code", null, rule.id ?? `${rule.table ?? rule.name ?? ""}${rule.row ? ":" + rule.row : ""}`),
    cells.length ? h("span.soft", null, " ", cells.join(", ")) : null);
}

function facts(pairs: [string, HTMLElement | string | null][]): HTMLElement {
  return h("dl.facts", null, ...pairs.flatMap(([name, value]) => value === null ? []
    : [h("dt", null, name), h("dd", null, value)]));
}

function sentenceOf(text: CodePoints, sentences: Span[], index: number | null | undefined): string {
  const span = index === null || index === undefined ? undefined : sentences[index];
  return span ? text.slice(span[0], span[1]) : "";
}

function eventCard(event: EventRow, doc: ReadDocument, text: CodePoints): HTMLElement {
  const rule = h("span", null, ruleWords(event.rule));
  const why = h("div");
  const card = h(`div.card.${tone(event)}`, null,
    h("h2", null, who(event)), h("p", null, kindBadge(event), " ", certaintyBadge(event)),
    h("blockquote.quote", null, foreign(sentenceOf(text, doc.sentences, event.sentence))),
    facts([["When", date(event.date, "not told")], ["Reads as", toneWords[tone(event)]],
      ["CAMEO", event.cameo ?? "–"], ["Goldstein", signed(event.goldstein)], ["PLOVER score", signed(event.score)],
      ["Certainty", event.certainty ?? null], ["Confidence", event.confidence === undefined ? null : number(event.confidence)],
      ["Cue", event.cue ? h("q", null, text.slice(event.cue[0], event.cue[1])) : null],
      ["Told", event.mentions && event.mentions > 1 ? `${event.mentions} times` : null], ["Rule", rule]]),
    why, button("Why was it read so?", () => {
      get<{rule?: Rule; tree?: {form: string; head: number; deprel: string; upos: string}[]}>(
        `/api/events/${part(doc.doc)}/${part(localId(event.id))}`, {tree: true})
        .then((told) => {
          if (told.rule) replace(rule, ruleWords(told.rule));
          replace(why, told.tree?.length ? h("p.soft", null, "Grammar: ", told.tree.map((word) => `${word.form}/${word.deprel}`).join(" ")) : null);
          announce("The rule is shown.");
        }).catch((error: unknown) => replace(why, h("p.field-error", {role: "alert"}, error instanceof Error ? error.message : "")));
    }, "quiet"));
  return card;
}

function statementCard(one: StatementRow, text: CodePoints, doc: ReadDocument): HTMLElement {
  const said = one.text ?? (one.content ?? []).map((span) => text.slice(span[0], span[1])).join(" … ");
  return h("div.card.st", null,
    h("h2", null, foreign(one.speaker, "Nobody named"), one.code ? h("span.code", null, one.code) : null),
    h("p", null, badge(one.kind ?? "said", one.kind === "direct" ? "" : "doubt"), " ", one.force ? h("span.soft", null, one.force) : null),
    h("blockquote.quote", null, foreign(said)),
    facts([["Sentence", foreign(sentenceOf(text, doc.sentences, one.sentence), "–")], ["Role", one.role ?? one.affiliation ?? null],
      ["When", date(one.date, "not told")],
      ["Cue", one.cue ? h("q", null, text.slice(one.cue[0], one.cue[1])) : null], ["Rule", ruleWords(one.rule)]]));
}

export function amount(one: QuantityRow): string {
  const value = one.value === null ? "unspecified" : number(one.value);
  return `${one.approximate ? "about " : ""}${value}${one.value_max != null ? " to " + number(one.value_max) : ""} ${one.unit ?? ""}`.trim();
}

function figureCard(one: QuantityRow, text: CodePoints): HTMLElement {
  return h("div.card.q", null, h("h2", null, amount(one)),
    facts([["Written", h("q", null, foreign(text.slice(one.span[0], one.span[1])))], ["Of", foreign(one.subject)],
      ["For", one.period ? date(one.period) : null]]));
}

export function localId(id: string): string {
  return id.slice(id.lastIndexOf("#") + 1);
}

function itemsOf(doc: ReadDocument, text: CodePoints): Item[] {
  const items: Item[] = [
    ...doc.events.filter((one) => one.span).map((one): Item => ({kind: "event", id: localId(one.id), spans: [one.span as Span],
      style: `e-${tone(one)}`, label: kindName(one), card: () => eventCard(one, doc, text)})),
    ...doc.statements.map((one): Item => ({kind: "statement", id: localId(one.id), spans: one.content ?? [], style: "st",
      label: `${one.speaker ?? "Somebody"} ${one.force ?? "says"}`, card: () => statementCard(one, text, doc)})),
    ...doc.quantities.map((one, index): Item => ({kind: "figure", id: `q${index + 1}`, spans: [one.span], style: "q",
      label: amount(one), card: () => figureCard(one, text)})),
  ].filter((item) => item.spans.length > 0);
  const begin = (item: Item): number => item.spans[0]?.[0] ?? 0;
  return items.sort((a, b) => begin(a) - begin(b) || a.kind.localeCompare(b.kind));
}

/** One stretch of text as spans of unbroken marking: where marks overlap, a piece carries both. */
function markedText(text: CodePoints, from: number, to: number, items: Item[], choose: (item: Item) => void): Node[] {
  const here = items.flatMap((item) => item.spans.filter(([b, e]) => b < to && e > from).map((span) => ({item, span})));
  const edges = new Set([from, to]);
  for (const {span} of here) { edges.add(Math.max(from, span[0])); edges.add(Math.min(to, span[1])); }
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((begin, index) => {
    const end = sorted[index + 1] ?? to;
    const over = here.filter(({span}) => span[0] <= begin && span[1] >= end)
      .sort((a, b) => (a.span[1] - a.span[0]) - (b.span[1] - b.span[0])).map(({item}) => item);
    const words = text.slice(begin, end);
    const top = over[0];
    if (!top) return document.createTextNode(words);
    const classes = new Set(over.map((item) => item.style));
    return h("span.span." + [...classes].join("."), {"data-items": over.map((item) => item.id).join(" "),
      click: () => choose(top)}, words);
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

const samples: Record<Kind, string> = {event: "e-coop", statement: "st", figure: "q"};
const kindWords: Record<Kind, string> = {event: "Events", statement: "Statements", figure: "Figures"};

export async function documentPage(main: HTMLElement, place: Place): Promise<void> {
  const id = place.parameters["id"] ?? "";
  const doc = await get<ReadDocument>(`/api/documents/${part(id)}`, {}, place.signal);
  const text = new CodePoints(doc.text);
  head(main, doc.title || id, [date(doc.date), doc.byline ? [" · ", foreign(doc.byline)] : null, " · ",
    count(doc.events.length, "event"), ", ", count(doc.statements.length, "statement"), ", ", count(doc.quantities.length, "figure")],
    [link(`/briefs?compose=${part(id)}`, "Compose a brief")], link("/documents", "Documents"));
  const all = itemsOf(doc, text);
  const shown = new Set<Kind>(["event", "statement", "figure"]);
  let chosen: Item | null = null;
  const body = h("article.prose-text", {lang: "en", dir: "auto", "aria-label": "Text"});
  const panel = h("div", {"aria-live": "polite"}), list = h("div.item-list");
  const visible = (): Item[] => all.filter((item) => shown.has(item.kind));

  const mark = (): void => {
    body.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
    list.querySelectorAll("[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
    if (!chosen) return;
    const spans = [...body.querySelectorAll(".span")].filter((one) => one.getAttribute("data-items")?.split(" ").includes(chosen?.id ?? ""));
    spans.forEach((one) => one.classList.add("chosen"));
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    spans[0]?.scrollIntoView({block: "center", behavior: calm ? "auto" : "smooth"});
    list.querySelector(`[data-item="${CSS.escape(chosen.id)}"]`)?.setAttribute("aria-current", "true");
  };
  const close = button("Close", () => { choose(null); }, "quiet", {class: "quiet only-narrow"});
  const choose = (item: Item | null): void => {
    chosen = item;
    const card = item?.card();
    if (card) card.append(close);
    replace(panel, card ?? empty("Nothing chosen", "Click a marked passage, or press j and k to walk through them."));
    mark();
  };
  const draw = (): void => {
    replace(body, ...paragraphs(doc, text).map(([from, to]) => h(looksLikeHeading(text.slice(from, to)) ? "p.heading" : "p", null, ...markedText(text, from, to, visible(), choose))));
    replace(list, ...visible().map((item) => h("button", {type: "button", "data-item": item.id, click: () => choose(item)},
      h("span.unseen", null, item.kind, ": "), h("strong", null, foreign(item.label)), " ",
      h("span.soft", null, foreign(text.slice(item.spans[0]?.[0] ?? 0, Math.min(item.spans[0]?.[1] ?? 0, (item.spans[0]?.[0] ?? 0) + 70)))))));
    mark();
  };
  const step = (by: number): void => {
    const items = visible();
    if (!items.length) return;
    const at = chosen ? items.indexOf(chosen) : by > 0 ? -1 : 0;
    choose(items[(at + by + items.length) % items.length] ?? null);
  };
  const kinds = h("div.legend", {role: "group", "aria-label": "What is marked"}, ...(["event", "statement", "figure"] as Kind[]).map((kind) => {
    const one = button([h(`span.span.${samples[kind]}`, {"aria-hidden": "true"}, "a"), `${kindWords[kind]} ${all.filter((item) => item.kind === kind).length}`], () => {
      if (shown.has(kind)) shown.delete(kind); else shown.add(kind);
      one.setAttribute("aria-pressed", String(shown.has(kind)));
      draw();
    }, "", {"aria-pressed": "true"});
    return one;
  }));
  main.append(h("div.reading", null, body, h("aside.side-panel", {"aria-label": "What was read"},
    kinds, h("p.keys", null, h("kbd", null, "j"), " next ", h("kbd", null, "k"), " previous"), panel,
    h("h2", null, "In order"), list)));
  const keys = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest("input,textarea,select,dialog")) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "Escape") choose(null);
  };
  document.addEventListener("keydown", keys);
  place.signal.addEventListener("abort", () => document.removeEventListener("keydown", keys));
  draw();
  const wanted = place.query.get("at");
  choose(all.find((item) => item.id === wanted) ?? null);
}

