// A dyad's series through time: estimate with its interval, months without coverage left open,
// shifts as lines with the interval of their date, and below it the whole time axis to brush on.
// Everything the drawing says is also in the readout line (arrow keys) and in the table.
import { axisBottom, axisLeft } from "d3-axis";
import { brushX } from "d3-brush";
import { scaleLinear, scaleUtc, type ScaleLinear, type ScaleTime } from "d3-scale";
import { event as d3event, select } from "d3-selection";
import { area, line } from "d3-shape";
import { utcFormat } from "d3-time-format";
import { freshId, h, replace, s } from "./dom";
import type { Shift } from "./types";
import { date, interval, signed } from "./words";

export interface Dot { period: string; start: Date; end: Date; days: number; covered: number;
                       value: number | null; low: number | null; high: number | null }
export interface Drawing { dots: Dot[]; shifts: Shift[]; unit: string; label: string }
export type Window = [Date, Date] | null;

const margin = {top: 14, right: 14, bottom: 26, left: 52};
const focusHeight = 300, stripHeight = 62;
type X = ScaleTime<number, number>;
type Y = ScaleLinear<number, number>;

/** "2024", "2024-07", "2024-07-15", "2024-Q3" to the day it begins. */
export function day(text: string): Date {
  const quarter = /^(\d{4})-?Q([1-4])$/.exec(text);
  if (quarter) return new Date(Date.UTC(Number(quarter[1]), (Number(quarter[2]) - 1) * 3, 1));
  const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(text);
  return new Date(Date.UTC(Number(match?.[1] ?? 1970), Number(match?.[2] ?? 1) - 1, Number(match?.[3] ?? 1)));
}

export function tickFormat(span: number): (when: Date) => string {
  const year = utcFormat("%Y"), month = utcFormat("%b %Y"), short = utcFormat("%-d %b");
  const days = span / 864e5;
  return (when) => days > 1100 ? year(when) : days > 70 ? month(when) : short(when);
}

function runs(dots: Dot[]): {from: Date; to: Date}[] {
  const out: {from: Date; to: Date}[] = [];
  for (const dot of dots) {
    if (dot.covered > 0) continue;
    const last = out[out.length - 1];
    if (last && last.to.getTime() === dot.start.getTime()) last.to = dot.end;
    else out.push({from: dot.start, to: dot.end});
  }
  return out;
}

const middle = (dot: Dot): Date => new Date((dot.start.getTime() + dot.end.getTime()) / 2);

function hatch(id: string): SVGElement {
  return s("defs", null, s("pattern", {id, width: 6, height: 6, patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)"}, s("line.hatch", {x1: 0, y1: 0, x2: 0, y2: 6})));
}

function gaps(dots: Dot[], x: X, height: number, pattern: string): SVGElement[] {
  return runs(dots).map((run) => s("rect.gap", {x: x(run.from), y: 0,
    width: Math.max(1, x(run.to) - x(run.from)), height, fill: `url(#${pattern})`}));
}

function levels(drawing: Drawing, x: X, y: Y): SVGElement[] {
  const {shifts, dots} = drawing;
  const first = dots[0], last = dots[dots.length - 1];
  if (!first || !last || shifts.length === 0) return [];
  const edges = [first.start, ...shifts.map((shift) => day(shift.first_time ?? "")), last.end];
  return [...shifts.map((shift) => shift.before ?? 0), shifts[shifts.length - 1]?.after ?? 0].map((level, index) =>
    s("line.level", {x1: x(edges[index] ?? first.start), x2: x(edges[index + 1] ?? last.end), y1: y(level), y2: y(level)}));
}

function shiftMarks(shifts: Shift[], x: X, height: number): SVGElement[] {
  return shifts.flatMap((shift, index) => {
    const at = x(day(shift.first_time ?? ""));
    const low = x(day(shift.low_time ?? shift.first_time ?? "")), high = x(day(shift.high_time ?? shift.first_time ?? ""));
    return [
      s("rect.shift-range", {x: Math.min(low, at) - 1, width: Math.max(3, high - low + 2), y: 0, height}),
      s("line.shift", {x1: at, x2: at, y1: 0, y2: height}),
      s("text.shift-name", {x: at + 4, y: 10}, String(index + 1)),
    ];
  });
}

function estimate(dots: Dot[], x: X, y: Y): SVGElement[] {
  const known = (dot: Dot): boolean => dot.value !== null;
  const band = area<Dot>().defined((dot) => dot.low !== null && dot.high !== null)
    .x((dot) => x(middle(dot))).y0((dot) => y(dot.low ?? 0)).y1((dot) => y(dot.high ?? 0));
  const path = line<Dot>().defined(known).x((dot) => x(middle(dot))).y((dot) => y(dot.value ?? 0));
  const seen = dots.filter(known);
  const room = (x.range()[1] ?? 0) / Math.max(1, seen.length);
  return [
    s("path.band", {d: band(dots) ?? ""}), s("path.estimate", {d: path(dots) ?? ""}),
    ...seen.flatMap((dot, index) => {
      const alone = dots[dots.indexOf(dot) - 1]?.value == null && dots[dots.indexOf(dot) + 1]?.value == null;
      if (room < 5 && !alone) return [];
      const at = x(middle(dot));
      const whisker = alone && dot.low !== null && dot.high !== null
        ? [s("line.whisker", {x1: at, x2: at, y1: y(dot.low), y2: y(dot.high)})] : [];
      return [...whisker, s(dot.covered < dot.days ? "circle.dot.partial" : "circle.dot",
        {cx: at, cy: y(dot.value ?? 0), r: room > 9 ? 3.2 : 2, "data-index": index})];
    }),
  ];
}

function extent(dots: Dot[], shifts: Shift[]): [number, number] {
  let low = 0, high = 0;
  for (const dot of dots) {
    if (dot.value === null) continue;
    low = Math.min(low, dot.value, dot.low ?? dot.value);
    high = Math.max(high, dot.value, dot.high ?? dot.value);
  }
  for (const shift of shifts) {
    low = Math.min(low, shift.before ?? 0, shift.after ?? 0);
    high = Math.max(high, shift.before ?? 0, shift.after ?? 0);
  }
  return low === high ? [low - 1, high + 1] : [low, high];
}

/** Draws into box and keeps it drawn while its width changes; tell is called with a brushed window. */
export function seriesChart(box: HTMLElement, drawing: Drawing, start: Window, tell: (window: Window) => void):
    {show: (window: Window) => void} {
  const {dots} = drawing;
  const first = dots[0]?.start ?? new Date(), last = dots[dots.length - 1]?.end ?? new Date();
  const pattern = freshId("gap");
  let shown: Window = start, cursor = -1, width = 0;
  const readout = h("p.readout", {role: "status"});
  const frame = h("div.chart-frame", {tabindex: "0", role: "group",
    "aria-label": `${drawing.label}. Arrow keys read the values one by one.`});
  const strip = h("div.chart-strip");
  replace(box, readout, frame, strip);

  const inside = (): Dot[] => shown
    ? dots.filter((dot) => dot.end > (shown as [Date, Date])[0] && dot.start < (shown as [Date, Date])[1]) : dots;

  const read = (): void => {
    const dot = inside()[cursor];
    frame.querySelector(".cursor")?.remove();
    if (!dot) { readout.textContent = "Point at the drawing, or use the arrow keys, to read its values."; return; }
    readout.textContent = dot.value === null
      ? `${date(dot.period)}: no coverage, so no value`
      : `${date(dot.period)}: ${interval(dot.value, dot.low, dot.high)} ${drawing.unit}`
        + (dot.covered < dot.days ? `; ${dot.covered} of ${dot.days} days covered` : "");
    const at = axis()(middle(dot));
    frame.querySelector("g.plot")?.append(s("line.cursor", {x1: at, x2: at, y1: 0, y2: focusHeight - margin.top - margin.bottom}));
  };
  const axis = (): X => scaleUtc().domain(shown ?? [first, last]).range([0, width - margin.left - margin.right]);

  const drawFocus = (): void => {
    const visible = inside();
    const inner = focusHeight - margin.top - margin.bottom;
    const x = axis();
    const y = scaleLinear().domain(extent(visible, drawing.shifts)).nice(5).range([inner, 0]);
    const clip = freshId("clip");
    const plot = s("g.plot", {transform: `translate(${margin.left},${margin.top})`},
      s("defs", null, s("clipPath", {id: clip}, s("rect", {width: Math.max(0, x.range()[1] ?? 0), height: inner}))),
      s("g", {"clip-path": `url(#${clip})`}, gaps(visible, x, inner, pattern),
        shiftMarks(drawing.shifts, x, inner), levels(drawing, x, y), estimate(visible, x, y)));
    const across = s("g.axis", {transform: `translate(0,${inner})`}), up = s("g.axis.y");
    const [from, to] = shown ?? [first, last];
    select(across as SVGGElement).call(axisBottom<Date>(x).ticks(Math.max(2, Math.floor(width / 110)))
      .tickFormat(tickFormat(to.getTime() - from.getTime())).tickSizeOuter(0) as never);
    select(up as SVGGElement).call(axisLeft<number>(y).ticks(5).tickFormat((v) => signed(v)).tickSize(-(x.range()[1] ?? 0)) as never);
    up.querySelectorAll(".tick").forEach((tick) => {
      if ((tick as SVGGElement & {__data__?: number}).__data__ === 0) tick.classList.add("zero");
    });
    plot.prepend(up);
    plot.append(across);
    const svg = s("svg", {width, height: focusHeight, role: "img", "aria-label": drawing.label}, hatch(pattern), plot);
    svg.addEventListener("pointermove", (event) => {
      const at = x.invert((event as PointerEvent).clientX - svg.getBoundingClientRect().left - margin.left).getTime();
      cursor = visible.findIndex((dot) => dot.start.getTime() <= at && at < dot.end.getTime());
      read();
    });
    replace(frame, svg);
    read();
  };

  const drawStrip = (): void => {
    const inner = stripHeight - 22;
    const x = scaleUtc().domain([first, last]).range([0, width - margin.left - margin.right]);
    const y = scaleLinear().domain(extent(dots, [])).range([inner - 3, 3]);
    const path = line<Dot>().defined((dot) => dot.value !== null).x((dot) => x(middle(dot))).y((dot) => y(dot.value ?? 0));
    const across = s("g.axis", {transform: `translate(0,${inner})`}), brushBox = s("g.brush");
    select(across as SVGGElement).call(axisBottom<Date>(x).ticks(Math.max(2, Math.floor(width / 130)))
      .tickFormat(tickFormat(last.getTime() - first.getTime())).tickSizeOuter(0) as never);
    const brush = brushX().extent([[0, 0], [Math.max(1, x.range()[1] ?? 1), inner]]);
    const svg = s("svg", {width, height: stripHeight, "aria-hidden": "true"},
      s("g", {transform: `translate(${margin.left},0)`}, gaps(dots, x, inner, pattern),
        s("path.estimate", {d: path(dots) ?? ""}), dots.filter((dot) => dot.value !== null).length < 40
          ? dots.filter((dot) => dot.value !== null).map((dot) => s("circle.dot", {cx: x(middle(dot)), cy: y(dot.value ?? 0), r: 1.6})) : null,
        across, brushBox));
    replace(strip, svg);
    const chosen = select(brushBox as SVGGElement);
    chosen.call(brush as never);
    if (shown) chosen.call(brush.move as never, [x(shown[0]), x(shown[1])]);
    brush.on("brush end", () => {
      const event = d3event as {sourceEvent: unknown; type: string; selection: [number, number] | null};
      if (!event.sourceEvent) return;
      const next: Window = event.selection ? [x.invert(event.selection[0]), x.invert(event.selection[1])] : null;
      if (!next && event.type !== "end") return;
      shown = next;
      cursor = -1;
      drawFocus();
      if (event.type === "end") tell(shown);
    });
  };

  frame.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    cursor = Math.min(inside().length - 1, Math.max(0, cursor + step));
    read();
  });
  const draw = (): void => { drawFocus(); drawStrip(); };
  new ResizeObserver(() => {
    const next = Math.floor(box.clientWidth);
    if (next > 0 && next !== width) { width = next; draw(); }
  }).observe(box);
  return {show: (window) => { shown = window; cursor = -1; if (width) draw(); }};
}
