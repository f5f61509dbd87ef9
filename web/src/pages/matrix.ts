// What a case's page is made of: the scale and its keys, the matrix, the scores under every rule, what
// changed between two states, and a case file with one more item.
import {foreign, h, type Child} from "../dom";
import type {CaseView, EvidenceItem, Rating, Weigh} from "../types";
import {table} from "../widgets";
import {list, number, percent} from "../words";
import {quoted} from "./cases";

export const scale: [string, string, string][] = [
  ["CC", "Very consistent", "Shift+C"],
  ["C", "Consistent", "C"],
  ["N", "Neutral", "N"],
  ["I", "Inconsistent", "I"],
  ["II", "Very inconsistent", "Shift+I"],
  ["NA", "Not applicable", "A"],
];

/** The rating a key sets: letters as on the scale, Delete clears; null for other keys. */
export function ratingOfKey(key: string): string | null {
  if (key === "Delete" || key === "Backspace" || key === " ") return "";
  return (
    (
      {C: "CC", c: "C", n: "N", N: "N", i: "I", I: "II", a: "NA", A: "NA"} as Record<string, string>
    )[key] ?? null
  );
}

function plainRating(rating: Rating | null | undefined): string {
  return typeof rating === "string" ? rating : (rating?.value ?? "");
}

export function ratingsBy(
  view: CaseView,
  analyst: string,
  evidence: string,
  hypothesis: string,
): string {
  return plainRating(view.case.ratings?.[analyst]?.[evidence]?.[hypothesis]);
}

/** What others did between two states of a case, in words. */
export function differences(before: CaseView, now: CaseView): string[] {
  const out: string[] = [];
  for (const one of now.case.evidence)
    if (!before.case.evidence.some((old) => old.id === one.id))
      out.push(`evidence ${one.id} was added`);
  for (const one of before.case.evidence)
    if (!now.case.evidence.some((kept) => kept.id === one.id))
      out.push(`evidence ${one.id} was removed`);
  for (const one of now.case.hypotheses)
    if (!before.case.hypotheses.some((old) => old.id === one.id))
      out.push(`hypothesis ${one.id} was added`);
  for (const [analyst, rows] of Object.entries(now.case.ratings ?? {})) {
    for (const [evidence, cells] of Object.entries(rows)) {
      for (const hypothesis of Object.keys(cells)) {
        const was = ratingsBy(before, analyst, evidence, hypothesis),
          is = ratingsBy(now, analyst, evidence, hypothesis);
        if (was !== is)
          out.push(
            `${analyst} rated ${evidence} against ${hypothesis}: ${was || "blank"} to ${is || "blank"}`,
          );
      }
    }
  }
  return out;
}

function itemHead(item: EvidenceItem, spread: number | undefined): HTMLElement {
  const kept = [
    item.kind,
    item.credibility ? `credibility ${item.credibility}` : "",
    item.group ? `group ${item.group}` : "",
    spread === undefined ? "" : `tells apart ${number(spread)}`,
  ];
  return h(
    "th",
    {scope: "row", role: "rowheader"},
    h("strong", null, item.id),
    " ",
    foreign(item.text),
    h("br"),
    h("span.soft", null, kept.filter(Boolean).join(" · ")),
  );
}

/** The scores of each hypothesis under each rule, side by side at the foot of the matrix. */
function scoreRows(weigh: Weigh): HTMLElement {
  const rows: [string, number[], (value: number) => string][] = [
    ["Inconsistency", weigh.scores.inconsistency, (value) => number(value)],
    ["Weighted inconsistency", weigh.scores.weighted, (value) => number(value)],
    ["Squared", weigh.scores.squared, (value) => number(value)],
    ["Consistency", weigh.scores.consistency, (value) => number(value)],
    ["Probability", weigh.scores.posterior, percent],
    ["Left blank", weigh.scores.blank_share, percent],
  ];
  return h(
    "tfoot",
    {role: "rowgroup"},
    ...rows.map(([name, values, show]) =>
      h(
        "tr",
        {role: "row"},
        h("th", {scope: "row", role: "rowheader"}, name),
        ...values.map((value) => h("td.n", {role: "gridcell"}, show(value))),
      ),
    ),
  );
}

type Cell = (item: EvidenceItem, row: number, hypothesis: string, column: number) => Child;

export function matrixGrid(view: CaseView, cell: Cell): HTMLElement {
  const {hypotheses, evidence} = view.case;
  const spread = new Map((view.weigh?.evidence ?? []).map((one) => [one.id, one.spread]));
  const columns = hypotheses.map((one) =>
    h("th", {scope: "col", role: "columnheader"}, h("strong", null, one.id), foreign(one.text)),
  );
  const rows = evidence.map((item, row) =>
    h(
      "tr",
      {role: "row"},
      itemHead(item, spread.get(item.id)),
      ...hypotheses.map((one, column) => cell(item, row, one.id, column)),
    ),
  );
  return h(
    "table.matrix",
    {role: "grid", "aria-label": "Hypotheses against evidence"},
    h(
      "thead",
      {role: "rowgroup"},
      h("tr", {role: "row"}, h("th", {scope: "col", role: "columnheader"}, "Evidence"), ...columns),
    ),
    h("tbody", {role: "rowgroup"}, ...rows),
    view.weigh ? scoreRows(view.weigh) : null,
  );
}

/** The case file with one more item at the end of its evidence list, in the list's own indent. */
export function withEvidence(view: CaseView, item: EvidenceItem): string {
  const lines = view.yaml.replace(/\n+$/, "").split("\n");
  const start = lines.findIndex((line) => /^evidence:/.test(line));
  const rest = lines.slice(start + 1);
  const next = rest.findIndex((line) => /^[^\s#-]/.test(line));
  const indent = /^\s*/.exec(rest.find((line) => /^\s*- /.test(line)) ?? "  - ")?.[0] ?? "  ";
  const taken = new Set(view.case.evidence.map((one) => one.id));
  let n = view.case.evidence.length + 1;
  while (taken.has(`E${n}`)) n++;
  const fields = [
    `id: E${n}`,
    item.kind ? `kind: ${item.kind}` : "",
    `text: ${quoted(item.text)}`,
    item.date ? `date: ${item.date}` : "",
    item.group ? `group: ${quoted(item.group)}` : "",
    item.links?.length ? `links: [${item.links.map(quoted).join(", ")}]` : "",
  ];
  lines.splice(
    next < 0 ? lines.length : start + 1 + next,
    0,
    `${indent}- {${fields.filter(Boolean).join(", ")}}`,
  );
  return lines.join("\n") + "\n";
}

export function scores(weigh: Weigh): HTMLElement {
  const flip = (name: string, one: Weigh["posterior"]): string =>
    `${name}: ${one.leader ?? "nobody"} leads` +
    (one.flip_distance
      ? `, and ${one.flip_distance === 1 ? "one single step" : one.flip_distance + " steps"} of rating would change that`
      : "") +
    (one.linchpins?.length
      ? `; without ${list(one.linchpins.map((pin) => pin.evidence))} another would`
      : "") +
    ".";
  return h(
    "div.stack",
    null,
    h("p.answer", null, foreign(weigh.verdict)),
    table(
      "Hypotheses",
      [
        {
          name: "Hypothesis",
          header: true,
          cell: (row: Weigh["hypotheses"][number]) => [
            h("strong", null, row.id),
            " ",
            foreign(row.text),
          ],
        },
        {name: "Probability", number: true, cell: (row) => percent(row.posterior)},
        {
          name: "Over the other ways to count",
          number: true,
          cell: (row) => `${percent(row.low)} to ${percent(row.high)}`,
        },
        {name: "In words", cell: (row) => row.words},
      ],
      weigh.hypotheses,
    ),
    h("h3", null, "What it hangs on"),
    h("p", null, flip("By weighted inconsistency", weigh.weighted)),
    h("p", null, flip("By probability", weigh.posterior)),
    table(
      "Other ways to count",
      [
        {
          name: "Counted",
          header: true,
          cell: (row: Weigh["variants"][number]) => foreign(row.name),
        },
        ...weigh.hypotheses.map((one, index) => ({
          name: one.id,
          number: true,
          cell: (row: Weigh["variants"][number]) => percent(row.posterior[index]),
        })),
      ],
      weigh.variants,
    ),
  );
}
