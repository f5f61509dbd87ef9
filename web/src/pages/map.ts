// The map of ties: states as points, signed ties as lines that say their sign by colour and by dash
// and their strength by width; the same as a table beside it.
import { address, get, part } from "../api";
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationLinkDatum,
  type SimulationNodeDatum } from "d3-force";
import { announce, foreign, h, replace, s } from "../dom";
import type { Place } from "../router";
import type { Tie } from "../types";
import { button, empty, filterBar, head, link, note, table } from "../widgets";
import { number, signed } from "../words";

interface MapNode extends SimulationNodeDatum { code: string; name: string }
interface MapLink extends SimulationLinkDatum<MapNode> { tie: Tie }
interface Ties { states: {code: string; name: string}[]; ties: Tie[] }
type Sign = "plus" | "minus" | "unsure";

/** Beyond two standard errors a sign is taken for sure enough to be drawn as one. */
export function sign(tie: Tie): Sign {
  if (tie.error !== null && tie.error !== undefined && Math.abs(tie.value) <= 1.96 * tie.error) return "unsure";
  return tie.value > 0 ? "plus" : tie.value < 0 ? "minus" : "unsure";
}
const signWords: Record<Sign, string> = {plus: "friendly", minus: "hostile", unsure: "not sure"};


/** Stretches the points over the whole width or height. */
function spread(nodes: MapNode[], axis: "x" | "y", from: number, to: number): void {
  const values = nodes.map((node) => node[axis] ?? 0);
  const low = Math.min(...values), high = Math.max(...values);
  for (const node of nodes) node[axis] = high > low ? from + (((node[axis] ?? 0) - low) / (high - low)) * (to - from) : (from + to) / 2;
}

function layout(nodes: MapNode[], links: MapLink[], width: number, height: number): void {
  const simulation = forceSimulation(nodes).stop()
    .force("link", forceLink<MapNode, MapLink>(links).id((node) => node.code)
      .distance((one) => sign(one.tie) === "plus" ? 90 : sign(one.tie) === "minus" ? 260 : 170)
      .strength((one) => sign(one.tie) === "unsure" ? .05 : .35))
    .force("charge", forceManyBody().strength(-380)).force("collide", forceCollide(34))
    .force("x", forceX(width / 2).strength(.08)).force("y", forceY(height / 2).strength(.11));
  simulation.tick(320);
  spread(nodes, "x", 40, width - 40);
  spread(nodes, "y", 34, height - 34);
}

function drawMap(nodes: MapNode[], links: MapLink[], width: number, height: number, choose: (code: string) => void): SVGElement {
  const most = Math.max(...links.map((one) => Math.abs(one.tie.value)), 1e-9);
  const at = (end: MapLink["source"]): MapNode => end as MapNode;
  return s("svg.map", {viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `${nodes.length} states and ${links.length} ties; the table below tells the same`},
    ...links.map((one) => s(`line.tie-line.${sign(one.tie)}`, {
      x1: at(one.source).x ?? 0, y1: at(one.source).y ?? 0, x2: at(one.target).x ?? 0, y2: at(one.target).y ?? 0,
      "stroke-width": sign(one.tie) === "unsure" ? 1.6 : 1.6 + 5 * Math.abs(one.tie.value) / most, "data-a": one.tie.a, "data-b": one.tie.b,
    }, s("title", null, `${one.tie.a} and ${one.tie.b}: ${signed(one.tie.value)}, ${signWords[sign(one.tie)]}`))),
    ...nodes.map((node) => s("g.state", {transform: `translate(${node.x ?? 0},${node.y ?? 0})`, "data-code": node.code,
      click: () => choose(node.code)}, s("circle", {r: 20}), s("text", {y: 4}, node.code.slice(0, 6)), s("title", null, node.name))));
}

/** The ties among the states that are told of most: more than a few dozen points say nothing. */
function mostTold(ties: Tie[], most: number): Tie[] {
  const told = new Map<string, number>();
  for (const tie of ties) for (const code of [tie.a, tie.b]) told.set(code, (told.get(code) ?? 0) + (tie.events ?? 1));
  const kept = new Set([...told].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, most).map(([code]) => code));
  return ties.filter((tie) => kept.has(tie.a) && kept.has(tie.b))
    .sort((a, b) => (b.events ?? 0) - (a.events ?? 0) || Math.abs(b.value) - Math.abs(a.value));
}

const stroke = (which: Sign): SVGElement => s("svg", {width: 34, height: 10, "aria-hidden": "true"},
  s(`line.tie-line.${which}`, {x1: 2, x2: 32, y1: 5, y2: 5, "stroke-width": 3}));

function mapKey(): HTMLElement {
  return h("p.chart-key", null, ...(["plus", "minus", "unsure"] as Sign[]).map((which) =>
    h("span", null, stroke(which), signWords[which])), h("span", null, "width: strength"));
}

export async function mapPage(main: HTMLElement, place: Place): Promise<void> {
  const query = {since: place.query.get("since"), until: place.query.get("until")};
  head(main, "Map of ties", "Who stands with whom and against whom, by what was told in the span of time chosen.",
    [h("a", {href: address("/api/ties.csv", query), download: ""}, "CSV")]);
  const body = h("div");
  main.append(filterBar(place, [{name: "since", label: "From", placeholder: "2020"}, {name: "until", label: "Until", placeholder: "2024"},
    {name: "least", label: "Fewest events", type: "number"}]), body);
  const found = await get<Ties>("/api/ties", query, place.signal);
  const least = Number(place.query.get("least") ?? 0);
  const narrow = body.clientWidth < 600;
  const enough = found.ties.filter((tie) => (tie.events ?? 1) >= least);
  const ties = mostTold(enough, narrow ? 14 : 28);
  const used = new Set(ties.flatMap((tie) => [tie.a, tie.b]));
  const named = new Map(found.states.map((node) => [node.code, node]));
  const nodes: MapNode[] = [...used].sort().map((code) => ({code, name: named.get(code)?.name ?? code}));
  if (!ties.length) {
    replace(body, empty("No ties in this span of time", ["A tie needs dated events between two states. Widen the span, or ", link("/documents", "read more"), "."]));
    return;
  }
  const links: MapLink[] = ties.map((tie) => ({source: tie.a, target: tie.b, tie}));
  const width = Math.min(1000, Math.max(340, body.clientWidth)), height = narrow ? 480 : 600;
  layout(nodes, links, width, height);
  const tableBox = h("div"), listBox = h("div.legend", {role: "group", "aria-label": "States"});
  let chosen: string | null = null;
  const drawTable = (): void => replace(tableBox, table("Ties", [
    {name: "Pair", header: true, cell: (tie: Tie) => link(`/dyads/${part(tie.a)}/${part(tie.b)}?undirected=1`,
      foreign(named.get(tie.a)?.name ?? tie.a), " and ", foreign(named.get(tie.b)?.name ?? tie.b))},
    {name: "Tie", number: true, cell: (tie) => tie.error ? `${signed(tie.value)} ± ${number(tie.error)}` : signed(tie.value)},
    {name: "Reads as", cell: (tie) => [stroke(sign(tie)), " ", signWords[sign(tie)]]},
    {name: "Events", number: true, cell: (tie) => number(tie.events, 0)},
  ], ties.filter((tie) => !chosen || tie.a === chosen || tie.b === chosen)));
  const svg = drawMap(nodes, links, width, height, (code) => choose(code));
  const choose = (code: string): void => {
    chosen = chosen === code ? null : code;
    const near = new Set(ties.filter((tie) => tie.a === chosen || tie.b === chosen).flatMap((tie) => [tie.a, tie.b]));
    svg.querySelectorAll(".tie-line").forEach((one) => one.classList.toggle("dim",
      Boolean(chosen) && one.getAttribute("data-a") !== chosen && one.getAttribute("data-b") !== chosen));
    svg.querySelectorAll(".state").forEach((one) => {
      const its = one.getAttribute("data-code") ?? "";
      one.classList.toggle("dim", Boolean(chosen) && its !== chosen && !near.has(its));
      one.classList.toggle("chosen", its === chosen);
    });
    listBox.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset["code"] === chosen)));
    drawTable();
    announce(chosen ? `Ties of ${named.get(chosen)?.name ?? chosen}` : "All ties");
  };
  replace(listBox, ...nodes.map((node) => button(foreign(node.name), () => choose(node.code), "", {"aria-pressed": "false", "data-code": node.code})));
  drawTable();
  replace(body, h("figure.chart", null, svg, mapKey(), h("figcaption", null,
    "Places on the map mean nothing by themselves: friends are drawn near, foes far, as well as a plane allows.")),
    h("section", null, h("h2", null, "Show the ties of one state"), listBox),
    h("section", null, h("h2", null, "Ties"), tableBox),
    enough.length > ties.length ? note("plain", `Shown are the ${ties.length} ties among the ${nodes.length} states told of most, of ${enough.length} ties. The CSV has all.`) : null);
}
