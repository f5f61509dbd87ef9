// Lists of what the documents tell: events, statements, figures, and the words they hold.
import {get, part} from "../api";
import {foreign, h, replace} from "../dom";
import type {Place} from "../router";
import type {DocumentRow, EventRow, List, QuantityRow, StatementRow} from "../types";
import {
  actorChoices,
  badge,
  certaintyBadge,
  empty,
  filterBar,
  head,
  kindBadge,
  link,
  pagedList,
  table,
  who,
} from "../widgets";
import {date, kindWords, signed} from "../words";
import {amount, localId} from "./document";

const nothingYet = (what: string): HTMLElement =>
  empty(`No ${what} here`, [
    "Nothing matches. Widen the filters, or ",
    link("/documents", "read a document"),
    " first.",
  ]);

function take(place: Place, names: string[]): Record<string, string | null> {
  return Object.fromEntries(names.map((name) => [name, place.query.get(name)]));
}

function sourceLine(doc: string | undefined | null, at: string, dataset?: string): HTMLElement {
  return h(
    "p.source",
    null,
    doc ? link(`/documents/${part(doc)}?at=${part(at)}`, "In the text") : foreign(dataset, ""),
    doc ? [" · ", foreign(doc)] : null,
  );
}

export function eventLine(event: EventRow): HTMLElement {
  return h(
    "li",
    null,
    h("span.when", null, date(event.date)),
    h(
      "div",
      null,
      h(
        "div.line",
        null,
        who(event),
        kindBadge(event),
        certaintyBadge(event),
        event.goldstein !== null && event.goldstein !== undefined
          ? h("span.soft", null, `Goldstein ${signed(event.goldstein)}`)
          : null,
      ),
      event.text ? h("blockquote", null, foreign(event.text)) : null,
      sourceLine(event.doc, localId(event.id), event.dataset),
    ),
  );
}

export async function eventsPage(main: HTMLElement, place: Place): Promise<void> {
  head(
    main,
    "Events",
    "Who did what to whom. Planned, asked, alleged and denied events are marked and count in no series.",
  );
  const actorsId = await actorChoices(place.signal);
  const list = h("div");
  main.append(
    filterBar(place, [
      {name: "q", label: "Words in the sentence", type: "search"},
      {name: "actor", label: "By", datalist: actorsId, placeholder: "USA"},
      {name: "target", label: "Toward", datalist: actorsId},
      {name: "either", label: "Either side", datalist: actorsId},
      {name: "type", label: "Kind", options: [["", "Any"], ...Object.entries(kindWords)]},
      {
        name: "certainty",
        label: "Certainty",
        options: [
          ["", "Any"],
          ["asserted", "Asserted"],
          ["alleged", "Alleged"],
          ["hypothetical", "Hypothetical"],
          ["negated", "Negated"],
          ["future", "Future"],
        ],
      },
      {name: "since", label: "From", placeholder: "2024-06"},
      {name: "until", label: "Until", placeholder: "2024-12"},
    ]),
    list,
  );
  await pagedList<EventRow>(
    list,
    "/api/events",
    take(place, [
      "q",
      "actor",
      "target",
      "either",
      "type",
      "certainty",
      "since",
      "until",
      "doc",
      "dataset",
    ]),
    place.signal,
    (rows) => h("ul.told", null, ...rows.map(eventLine)),
    "event",
    () => nothingYet("events"),
  );
}

function statementLine(one: StatementRow): HTMLElement {
  return h(
    "li",
    null,
    h("span.when", null, date(one.date)),
    h(
      "div",
      null,
      h(
        "div.line",
        null,
        h(
          "span.who",
          null,
          foreign(one.speaker, "Nobody named"),
          one.code ? h("span.code", null, one.code) : null,
        ),
        one.role ? h("span.soft", null, foreign(one.role)) : null,
        badge(one.kind ?? "said", one.kind === "direct" ? "" : "doubt"),
        one.force ? h("span.soft", null, one.force) : null,
      ),
      h("blockquote", null, foreign(one.text)),
      sourceLine(one.doc, localId(one.id)),
    ),
  );
}

export async function statementsPage(main: HTMLElement, place: Place): Promise<void> {
  head(
    main,
    "Statements",
    "Who said what: quoted, reported, or thought, with the words that show it.",
  );
  const list = h("div");
  main.append(
    filterBar(place, [
      {name: "q", label: "Words said", type: "search"},
      {name: "speaker", label: "Speaker", placeholder: "Name or code"},
      {
        name: "kind",
        label: "Kind",
        options: [
          ["", "Any"],
          ["direct", "Direct"],
          ["indirect", "Indirect"],
          ["mixed", "Mixed"],
        ],
      },
      {name: "since", label: "From", placeholder: "2024-06"},
      {name: "until", label: "Until", placeholder: "2024-12"},
    ]),
    list,
  );
  await pagedList<StatementRow>(
    list,
    "/api/statements",
    take(place, ["q", "speaker", "kind", "since", "until", "doc"]),
    place.signal,
    (rows) => h("ul.told", null, ...rows.map(statementLine)),
    "statement",
    () => nothingYet("statements"),
  );
}

export async function figuresPage(main: HTMLElement, place: Place): Promise<void> {
  head(main, "Figures", "Amounts that the documents tell, with their unit and what they are of.");
  const list = h("div");
  main.append(list);
  await pagedList<QuantityRow>(
    list,
    "/api/quantities",
    take(place, ["doc", "unit"]),
    place.signal,
    (rows) =>
      table(
        "Figures",
        [
          {name: "Amount", header: true, cell: (row) => amount(row)},
          {name: "Of", cell: (row) => foreign(row.subject, "–")},
          {name: "For", cell: (row) => date(row.period, "–")},
          {
            name: "Document",
            cell: (row) => (row.doc ? link(`/documents/${part(row.doc)}`, foreign(row.doc)) : "–"),
          },
        ],
        rows,
      ),
    "figure",
    () => nothingYet("figures"),
  );
}

/** The server puts the words found in brackets: they become marks. */
function marked(snippet: string): HTMLElement {
  const box = h("bdi", {dir: "auto"});
  for (const piece of snippet.split(/(\[[^\]]*\])/)) {
    box.append(/^\[.*\]$/.test(piece) ? h("mark", null, piece.slice(1, -1)) : piece);
  }
  return box;
}

interface Hit {
  kind?: string;
  doc: string;
  id?: string | null;
  title?: string | null;
  text?: string;
  snippet?: string;
  speaker?: string | null;
  date?: string | null;
}

export async function searchPage(main: HTMLElement, place: Place): Promise<void> {
  const q = place.query.get("q") ?? "";
  head(
    main,
    q ? `Search: ${q}` : "Search",
    "Words in documents and statements. Quotation marks keep words together; a star ends a beginning.",
  );
  const list = h("div");
  main.append(filterBar(place, [{name: "q", label: "Words", type: "search"}], "Search"), list);
  if (!q) {
    replace(
      list,
      empty("Nothing asked yet", [
        "Try ",
        h("code", null, "sanction*"),
        " or ",
        h("code", null, '"border patrols"'),
        ".",
      ]),
    );
    return;
  }
  const found = await get<List<Hit> & {documents?: (DocumentRow & {snippet?: string})[]}>(
    "/api/search",
    {q},
    place.signal,
  );
  const hits = found.items ?? [];
  replace(
    list,
    hits.length === 0
      ? empty("No words like these", "Check the spelling, or use fewer words.")
      : h(
          "ul.told",
          null,
          ...hits.map((hit) =>
            h(
              "li",
              null,
              h("span.when", null, date(hit.date)),
              h(
                "div",
                null,
                h(
                  "div.line",
                  null,
                  link(
                    `/documents/${part(hit.doc)}${hit.id && hit.id !== hit.doc ? "?at=" + part(localId(hit.id)) : ""}`,
                    foreign(hit.title || hit.doc),
                  ),
                  hit.kind ? badge(hit.kind) : null,
                  hit.speaker ? h("span.soft", null, foreign(hit.speaker)) : null,
                ),
                h("blockquote", null, marked(hit.snippet ?? hit.text ?? "")),
              ),
            ),
          ),
        ),
  );
}
