// The map of ties: states as points, signed ties as lines that say their sign by colour and by dash
// and their strength by width; the same as a table beside it.
import {address, get, part} from "../api";
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from "d3-force";
import {announce, foreign, h, replace, s} from "../dom";
import type {Place} from "../router";
import type {Tie} from "../types";
import {button, empty, filterBar, head, link, note, table, type Column} from "../widgets";
import {number, signed} from "../words";

interface MapNode extends SimulationNodeDatum {
  code: string;
  name: string;
}
interface MapLink extends SimulationLinkDatum<MapNode> {
  tie: Tie;
}
interface Ties {
  states: {code: string; name: string}[];
  ties: Tie[];
}
type Sign = "plus" | "minus" | "unsure";

/** Beyond two standard errors a sign is taken for sure enough to be drawn as one. */
export function sign(tie: Tie): Sign {
  if (tie.error !== null && tie.error !== undefined && Math.abs(tie.value) <= 1.96 * tie.error)
    return "unsure";
  return tie.value > 0 ? "plus" : tie.value < 0 ? "minus" : "unsure";
}
const signWords: Record<Sign, string> = {plus: "friendly", minus: "hostile", unsure: "not sure"};

/** Stretches the points over the whole width or height. */
function spread(nodes: MapNode[], axis: "x" | "y", from: number, to: number): void {
  const values = nodes.map((node) => node[axis] ?? 0);
  const low = Math.min(...values),
    high = Math.max(...values);
  for (const node of nodes)
    node[axis] =
      high > low
        ? from + (((node[axis] ?? 0) - low) / (high - low)) * (to - from)
        : (from + to) / 2;
}

function layout(nodes: MapNode[], links: MapLink[], width: number, height: number): void {
  const simulation = forceSimulation(nodes)
    .stop()
    .force(
      "link",
      forceLink<MapNode, MapLink>(links)
        .id((node) => node.code)
        .distance((one) => (sign(one.tie) === "plus" ? 90 : sign(one.tie) === "minus" ? 260 : 170))
        .strength((one) => (sign(one.tie) === "unsure" ? 0.05 : 0.35)),
    )
    .force("charge", forceManyBody().strength(-380))
    .force("collide", forceCollide(34))
    .force("x", forceX(width / 2).strength(0.08))
    .force("y", forceY(height / 2).strength(0.11));
  simulation.tick(320);
  spread(nodes, "x", 40, width - 40);
  spread(nodes, "y", 34, height - 34);
}

function drawMap(
  nodes: MapNode[],
  links: MapLink[],
  width: number,
  height: number,
  choose: (code: string) => void,
): SVGElement {
  const most = Math.max(...links.map((one) => Math.abs(one.tie.value)), 1e-9);
  const at = (end: MapLink["source"]): MapNode => end as MapNode;
  return s(
    "svg.map",
    {
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": `${nodes.length} states and ${links.length} ties; the table below tells the same`,
    },
    ...links.map((one) =>
      s(
        `line.tie-line.${sign(one.tie)}`,
        {
          x1: at(one.source).x ?? 0,
          y1: at(one.source).y ?? 0,
          x2: at(one.target).x ?? 0,
          y2: at(one.target).y ?? 0,
          "stroke-width":
            sign(one.tie) === "unsure" ? 1.6 : 1.6 + (5 * Math.abs(one.tie.value)) / most,
        },
        s(
          "title",
          null,
          `${one.tie.a} and ${one.tie.b}: ${signed(one.tie.value)}, ${signWords[sign(one.tie)]}`,
        ),
      ),
    ),
    ...nodes.map((node) =>
      s(
        "g.state",
        {
          transform: `translate(${node.x ?? 0},${node.y ?? 0})`,
          click: () => choose(node.code),
        },
        s("circle", {r: 20}),
        s("text", {y: 4}, node.code.slice(0, 6)),
        s("title", null, node.name),
      ),
    ),
  );
}

/** The ties among the states that are told of most: more than a few dozen points say nothing. */
function mostTold(ties: Tie[], most: number): Tie[] {
  const told = new Map<string, number>();
  for (const tie of ties)
    for (const code of [tie.a, tie.b]) told.set(code, (told.get(code) ?? 0) + (tie.events ?? 1));
  const kept = new Set(
    [...told]
      .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
      .slice(0, most)
      .map(([code]) => code),
  );
  return ties
    .filter((tie) => kept.has(tie.a) && kept.has(tie.b))
    .sort((a, b) => (b.events ?? 0) - (a.events ?? 0) || Math.abs(b.value) - Math.abs(a.value));
}

const stroke = (which: Sign): SVGElement =>
  s(
    "svg",
    {width: 34, height: 10, "aria-hidden": "true"},
    s(`line.tie-line.${which}`, {x1: 2, x2: 32, y1: 5, y2: 5, "stroke-width": 3}),
  );

function mapKey(): HTMLElement {
  return h(
    "p.chart-key",
    null,
    ...(["plus", "minus", "unsure"] as Sign[]).map((which) =>
      h("span", null, stroke(which), signWords[which]),
    ),
    h("span", null, "width: strength"),
  );
}

/** The map, the buttons of its states and the table: choosing a state changes all three. */
class TieMap {
  private chosen: string | null = null;
  private readonly tableBox = h("div");
  private readonly states: HTMLElement;
  private readonly svg: SVGElement;

  constructor(
    private readonly ties: Tie[],
    private readonly nodes: MapNode[],
    width: number,
    height: number,
  ) {
    const links: MapLink[] = ties.map((tie) => ({source: tie.a, target: tie.b, tie}));
    layout(nodes, links, width, height);
    this.svg = drawMap(nodes, links, width, height, (code) => this.choose(code));
    this.states = h(
      "div.legend",
      {role: "group", "aria-label": "States"},
      ...nodes.map((node) => {
        const marks = {"aria-pressed": "false", "data-code": node.code};
        return button(foreign(node.name), () => this.choose(node.code), "", marks);
      }),
    );
  }

  show(body: HTMLElement): void {
    const caption =
      "Places on the map mean nothing by themselves: friends are drawn near, foes far, " +
      "as well as a plane allows.";
    this.drawTable();
    replace(
      body,
      h("figure.chart", null, this.svg, mapKey(), h("figcaption", null, caption)),
      h("section", null, h("h2", null, "Show the ties of one state"), this.states),
      h("section", null, h("h2", null, "Ties"), this.tableBox),
    );
  }

  private name(code: string): string {
    return this.nodes.find((node) => node.code === code)?.name ?? code;
  }

  private touches(tie: Tie): boolean {
    return this.chosen === null || tie.a === this.chosen || tie.b === this.chosen;
  }

  private choose(code: string): void {
    this.chosen = this.chosen === code ? null : code;
    const near = new Set(
      this.ties.filter((tie) => this.touches(tie)).flatMap((tie) => [tie.a, tie.b]),
    );
    this.svg.querySelectorAll(".tie-line").forEach((one, index) => {
      const tie = this.ties[index];
      one.classList.toggle("dim", tie !== undefined && !this.touches(tie));
    });
    this.svg.querySelectorAll(".state").forEach((one, index) => {
      const its = this.nodes[index]?.code ?? "";
      one.classList.toggle("dim", !near.has(its));
      one.classList.toggle("chosen", its === this.chosen);
    });
    this.states.querySelectorAll("button").forEach((one) => {
      one.setAttribute("aria-pressed", String(one.dataset["code"] === this.chosen));
    });
    this.drawTable();
    announce(this.chosen ? `Ties of ${this.name(this.chosen)}` : "All ties");
  }

  private drawTable(): void {
    const pair = (tie: Tie): Node =>
      link(
        `/dyads/${part(tie.a)}/${part(tie.b)}?undirected=1`,
        foreign(this.name(tie.a)),
        " and ",
        foreign(this.name(tie.b)),
      );
    const value = (tie: Tie): string =>
      tie.error ? `${signed(tie.value)} ± ${number(tie.error)}` : signed(tie.value);
    const columns: Column<Tie>[] = [
      {name: "Pair", header: true, cell: pair},
      {name: "Tie", number: true, cell: value},
      {name: "Reads as", cell: (tie) => [stroke(sign(tie)), " ", signWords[sign(tie)]]},
      {name: "Events", number: true, cell: (tie) => number(tie.events, 0)},
    ];
    const shown = this.ties.filter((tie) => this.touches(tie));
    replace(this.tableBox, table("Ties", columns, shown));
  }
}

export async function mapPage(main: HTMLElement, place: Place): Promise<void> {
  const query = {since: place.query.get("since"), until: place.query.get("until")};
  head(
    main,
    "Map of ties",
    "Who stands with whom and against whom, by what was told in the span of time chosen.",
    [h("a", {href: address("/api/ties.csv", query), download: ""}, "CSV")],
  );
  const body = h("div");
  const bar = filterBar(place, [
    {name: "since", label: "From", placeholder: "2020"},
    {name: "until", label: "Until", placeholder: "2024"},
    {name: "least", label: "Fewest events", type: "number"},
  ]);
  main.append(bar, body);
  const found = await get<Ties>("/api/ties", query, place.signal);
  const least = Number(place.query.get("least") ?? 0);
  const narrow = body.clientWidth < 600;
  const enough = found.ties.filter((tie) => (tie.events ?? 1) >= least);
  const ties = mostTold(enough, narrow ? 14 : 28);
  if (!ties.length) {
    const words = "A tie needs dated events between two states. Widen the span, or ";
    const more = link("/documents", "read more");
    replace(body, empty("No ties in this span of time", [words, more, "."]));
    return;
  }
  const names = new Map(found.states.map((state) => [state.code, state.name]));
  const codes = [...new Set(ties.flatMap((tie) => [tie.a, tie.b]))].sort();
  const nodes: MapNode[] = codes.map((code) => ({code, name: names.get(code) ?? code}));
  const width = Math.min(1000, Math.max(340, body.clientWidth));
  new TieMap(ties, nodes, width, narrow ? 480 : 600).show(body);
  if (enough.length > ties.length) {
    const kept = `the ${ties.length} ties among the ${nodes.length} states told of most`;
    body.append(note("plain", `Shown are ${kept}, of ${enough.length}. The CSV has all.`));
  }
}
