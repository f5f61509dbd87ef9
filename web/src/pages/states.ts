// Triangle of three states through time, and how two states vote.
import {axisBottom, axisLeft} from "d3-axis";
import {scaleLinear} from "d3-scale";
import {select} from "d3-selection";
import {area, line} from "d3-shape";
import {address, get} from "../api";
import {add, foreign, h, s} from "../dom";
import {go, type Place} from "../router";
import type {Tie} from "../types";
import {
  actorChoices,
  badge,
  empty,
  field,
  filterBar,
  form,
  head,
  link,
  note,
  table,
  type Column,
} from "../widgets";
import {number, percent, sentence, signed} from "../words";
import {sign} from "./map";

interface Period {
  period: string;
  enough_evidence: boolean;
  ties?: Tie[];
  likeliest?: string;
  probability?: number;
  roles?: Record<string, Record<string, number>>;
}
interface Triangle {
  found?: string;
  limits?: string;
  states: string[];
  names?: Record<string, string>;
  periods: Period[];
}

const roleNames = ["pivot", "friend", "partner", "wing", "outcast", "foe"];

function triangleDrawing(period: Period, states: string[]): SVGElement {
  const spots: [number, number][] = [
    [180, 40],
    [50, 230],
    [310, 230],
  ];
  const spot = (code: string): [number, number] =>
    spots[Math.max(0, states.indexOf(code))] ?? [0, 0];
  const most = Math.max(...(period.ties ?? []).map((tie) => Math.abs(tie.value)), 1e-9);
  return s(
    "svg",
    {
      viewBox: "0 0 360 280",
      role: "img",
      "aria-label":
        `Ties in ${period.period}: ` +
        (period.ties ?? []).map((tie) => `${tie.a} and ${tie.b} ${signed(tie.value)}`).join(", "),
    },
    ...(period.ties ?? []).map((tie) => {
      const [x1, y1] = spot(tie.a),
        [x2, y2] = spot(tie.b);
      return s(
        "g",
        null,
        s(`line.tie-line.${sign(tie)}`, {
          x1,
          y1,
          x2,
          y2,
          "stroke-width": 2 + (5 * Math.abs(tie.value)) / most,
        }),
        s(
          "text.node-text",
          {x: (x1 + x2) / 2, y: (y1 + y2) / 2 + 4},
          tie.error ? `${signed(tie.value)} ± ${number(tie.error)}` : signed(tie.value),
        ),
      );
    }),
    ...states.map((code) =>
      s(
        "g.state",
        {transform: `translate(${spot(code)[0]},${spot(code)[1]})`},
        s("circle", {r: code.length > 4 ? 9 : 24}),
        s("text", {y: code.length <= 4 ? 4 : spot(code)[1] < 100 ? -16 : 28}, code.slice(0, 24)),
      ),
    ),
  );
}

function meter(value: number | undefined): HTMLElement {
  const bar = h("span.bar");
  bar.style.width = `${Math.round((value ?? 0) * 100)}%`;
  return h("span", null, percent(value), h("span.bar-track", {"aria-hidden": "true"}, bar));
}

function rolesTable(period: Period, states: string[], names: Record<string, string>): HTMLElement {
  return table(
    `Roles in ${period.period}`,
    [
      {name: "State", header: true, cell: (code: string) => foreign(names[code] ?? code)},
      ...roleNames.map((role) => ({
        name: role,
        cell: (code: string) => meter(period.roles?.[code]?.[role]),
      })),
    ],
    states,
  );
}

function likeliestRole(period: Period, state: string): string {
  const roles = Object.entries(period.roles?.[state] ?? {}).filter(([name]) =>
    roleNames.includes(name),
  );
  const best = roles.sort((a, b) => b[1] - a[1])[0];
  return best ? `${best[0]} (${percent(best[1])})` : "–";
}

function triangleForm(states: string, unit: string, choices: string): HTMLElement {
  const given = states.split(",");
  const three = ["First", "Second", "Third"].map((label, index) =>
    field(label, {value: given[index] ?? "", datalist: choices, required: true}),
  );
  const options: [string, string][] = [
    ["year", "Year"],
    ["quarter", "Quarter"],
    ["month", "Month"],
  ];
  const period = field("By", {options, value: unit});
  const show = async (): Promise<void> => {
    const codes = three.map((one) => one.input.value.trim().toUpperCase());
    if (new Set(codes).size < 3) {
      three[2]?.fail("Three different states are needed.");
      return;
    }
    go(`/triangle?states=${encodeURIComponent(codes.join(","))}&unit=${period.input.value}`);
  };
  const fields = h("div.pair", null, ...three.map((one) => one.box), period.box);
  return form("Show", [fields], show, "stack.measure");
}

function throughTime(found: Triangle): HTMLElement {
  const unsure = (): HTMLElement => badge("not enough evidence", "doubt");
  const columns: Column<Period>[] = [
    {name: "Period", header: true, cell: (row) => row.period},
    {name: "Likeliest", cell: (row) => (row.enough_evidence ? (row.likeliest ?? "–") : unsure())},
    {name: "Chance", number: true, cell: (row) => percent(row.probability)},
    ...found.states.map((code) => ({
      name: found.names?.[code] ?? code,
      cell: (row: Period) => (row.enough_evidence ? likeliestRole(row, code) : "–"),
    })),
  ];
  return h(
    "section",
    null,
    h("h2", null, "Through time"),
    table("Roles through time", columns, found.periods),
  );
}

function latest(found: Triangle, last: Period): HTMLElement {
  const caption =
    `Ties in ${last.period}. A whole line is friendly, a dashed one hostile, ` +
    "a dotted one not sure.";
  return h(
    "section.split",
    null,
    h("figure.chart", null, triangleDrawing(last, found.states), h("figcaption", null, caption)),
    h(
      "div",
      null,
      h("h2", null, `Roles in ${last.period}`),
      rolesTable(last, found.states, found.names ?? {}),
    ),
  );
}

export async function trianglePage(main: HTMLElement, place: Place): Promise<void> {
  const states = place.query.get("states") ?? "";
  const unit = place.query.get("unit") ?? "year";
  const csv = address("/api/triangle.csv", {states, unit});
  head(
    main,
    "Triangle",
    "Three states and the three ties between them: who is pivot, wing, partner or outcast, " +
      "and how surely.",
    states ? [h("a", {href: csv, download: ""}, "CSV")] : [],
  );
  main.append(triangleForm(states, unit, await actorChoices(place.signal)));
  const nothing = (heading: string, words: string): void =>
    main.append(h("section", null, empty(heading, words)));
  if (!states) {
    nothing("Choose three states", "Codes of three letters, as IND, USA, RUS.");
    return;
  }
  const found = await get<Triangle>("/api/triangle", {states, unit}, place.signal);
  const last = found.periods.filter((one) => one.enough_evidence).pop();
  if (!last) {
    nothing(
      "Not enough evidence",
      "No period has told ties between all three. A longer period (years), or more documents, " +
        "may change that.",
    );
    return;
  }
  if (found.found) main.append(h("p.answer", null, foreign(found.found)));
  main.append(latest(found, last), throughTime(found));
  if (found.limits) main.append(note("plain", found.limits));
}

interface Year {
  period: string;
  n: number;
  agreement: number | null;
  lo: number | null;
  hi: number | null;
  opposed?: number;
  agenda?: string;
}
interface Mover {
  symbol: string;
  title?: string;
  contribution: number | null;
  a?: string;
  b?: string;
  repeated?: boolean;
}
interface Change {
  from?: string;
  to?: string;
  change?: number | null;
  from_changed_votes?: number | null;
  from_agenda?: number | null;
  movers?: Mover[];
}
interface Votes {
  available: boolean;
  why?: string;
  a?: string;
  b?: string;
  a_name?: string;
  b_name?: string;
  periods?: Year[];
  change?: Change;
}

/** How far the last change came from votes changed, how far from other things being voted on. */
function changeSection(change: Change, names: [string, string]): HTMLElement | null {
  if (change.change === null || change.change === undefined) return null;
  const points = (value: number | null | undefined): string =>
    `${signed(value === null || value === undefined ? value : value * 100, 1)} points`;
  return h(
    "section",
    null,
    h("h2", null, `What moved it from ${change.from ?? ""} to ${change.to ?? ""}`),
    h(
      "p",
      null,
      `Agreement changed by ${points(change.change)}: ${points(change.from_changed_votes)} by other votes on like matters, ${points(change.from_agenda)} by another agenda.`,
    ),
    change.movers?.length
      ? table(
          "Roll calls that moved it most",
          [
            {
              name: "Resolution",
              header: true,
              cell: (row: Mover) => [
                foreign(row.symbol, "–"),
                row.title ? [" ", h("span.soft", null, foreign(row.title))] : null,
              ],
            },
            {name: names[0], cell: (row) => row.a ?? "–"},
            {name: names[1], cell: (row) => row.b ?? "–"},
            {name: "Moved by", number: true, cell: (row) => points(row.contribution)},
          ],
          change.movers,
        )
      : null,
  );
}

function agreementChart(years: Year[], width: number): SVGElement {
  const height = 280,
    left = 46,
    bottom = 26,
    top = 10;
  const spots = years
    .map((year) => ({...year, x: Number(year.period.slice(0, 4))}))
    .filter((year) => year.x > 0);
  const x = scaleLinear()
    .domain([spots[0]?.x ?? 0, Math.max(spots[spots.length - 1]?.x ?? 1, (spots[0]?.x ?? 0) + 1)])
    .range([0, width - left - 10]);
  const y = scaleLinear()
    .domain([0, 1])
    .range([height - bottom - top, 0]);
  type Spot = (typeof spots)[number];
  const path = line<Spot>()
    .defined((one) => one.agreement !== null)
    .x((one) => x(one.x))
    .y((one) => y(one.agreement ?? 0));
  const band = area<Spot>()
    .defined((one) => one.lo !== null && one.hi !== null)
    .x((one) => x(one.x))
    .y0((one) => y(one.lo ?? 0))
    .y1((one) => y(one.hi ?? 0));
  const across = s("g.axis", {transform: `translate(0,${height - bottom - top})`}),
    up = s("g.axis.y");
  select(across as SVGGElement).call(
    axisBottom<number>(x)
      .ticks(Math.floor(width / 90))
      .tickFormat((v) => String(v)) as never,
  );
  select(up as SVGGElement).call(
    axisLeft<number>(y)
      .ticks(5)
      .tickFormat((v) => percent(v))
      .tickSize(-(width - left - 10)) as never,
  );
  return s(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": "Share of votes alike by year; the table tells the same",
    },
    s(
      "g",
      {transform: `translate(${left},${top})`},
      up,
      across,
      s("path.band", {d: band(spots) ?? ""}),
      s("path.estimate", {d: path(spots) ?? ""}),
      spots.length < 60
        ? spots
            .filter((one) => one.agreement !== null)
            .map((one) => s("circle.dot", {cx: x(one.x), cy: y(one.agreement ?? 0), r: 2.4}))
        : null,
    ),
  );
}

function noVotes(why: string | undefined): HTMLElement {
  const how = [
    "Votes come in with ",
    h("code", null, "entente import"),
    " or ",
    h("code", null, "entente serve --votes FILE"),
    ". See ",
    link("/dyads", "dyads"),
    " for events.",
  ];
  const said = why ? sentence(why) : "The store holds no roll calls on which both voted.";
  return empty("No votes to compare", said, h("p", null, how));
}

function yearTable(years: Year[], csv: string): HTMLElement {
  const share = (row: Year): string =>
    `${percent(row.agreement)} (${percent(row.lo)} to ${percent(row.hi)})`;
  const columns: Column<Year>[] = [
    {
      name: "Year",
      header: true,
      cell: (row) => (Number(row.period) > 0 ? row.period : "All, undated"),
    },
    {name: "Alike", number: true, cell: share},
    {name: "Votes", number: true, cell: (row) => number(row.n, 0)},
    {name: "Opposed", number: true, cell: (row) => number(row.opposed, 0)},
    {name: "Agenda", cell: (row) => h("span.soft", null, row.agenda ?? "")},
  ];
  return h(
    "section",
    null,
    h("h2", null, "Year by year"),
    table("Agreement by year", columns, [...years].reverse()),
    h("p.foot", null, h("a.csv", {href: csv, download: ""}, "CSV of all")),
  );
}

export async function votesPage(main: HTMLElement, place: Place): Promise<void> {
  const a = place.query.get("a") ?? "";
  const b = place.query.get("b") ?? "";
  head(
    main,
    "Votes",
    "How often two states vote alike at the United Nations, with what was on the agenda beside " +
      "it: a change of agenda is no change of mind.",
  );
  const datalist = await actorChoices(place.signal);
  const filters = [
    {name: "a", label: "One", datalist, placeholder: "USA"},
    {name: "b", label: "Other", datalist, placeholder: "IND"},
  ];
  main.append(filterBar(place, filters, "Show"));
  if (!a || !b) {
    main.append(empty("Choose two states", "Codes of three letters, as USA and IND."));
    return;
  }
  const found = await get<Votes>("/api/votes", {a, b}, place.signal);
  const years = found.periods ?? [];
  if (!found.available || !years.length) {
    main.append(noVotes(found.why));
    return;
  }
  if (years.length > 1) {
    const caption = "Share of roll calls on which both voted alike, with its 95 % interval.";
    const drawn = agreementChart(years, Math.min(1000, Math.max(340, main.clientWidth - 32)));
    main.append(h("figure.chart", null, drawn, h("figcaption", null, caption)));
  }
  const names: [string, string] = [found.a_name || a, found.b_name || b];
  const changed = found.change ? changeSection(found.change, names) : null;
  add(main, [changed, yearTable(years, address("/api/votes.csv", {a, b}))]);
}
