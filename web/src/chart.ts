// A dyad's series through time: estimate with its interval, months without coverage left open,
// shifts as lines with the interval of their date, and below it the whole time axis to brush on.
// Everything the drawing says is also in the readout line (arrow keys) and in the table.
import {axisBottom, axisLeft} from "d3-axis";
import {brushX} from "d3-brush";
import {scaleLinear, scaleUtc, type ScaleLinear, type ScaleTime} from "d3-scale";
import {event as d3event, select} from "d3-selection";
import {area, line} from "d3-shape";
import {utcFormat} from "d3-time-format";
import {freshId, h, replace, s} from "./dom";
import type {Shift} from "./types";
import {date, interval} from "./words";

export interface Dot {
  period: string;
  start: Date;
  end: Date;
  days: number;
  covered: number;
  value: number | null;
  low: number | null;
  high: number | null;
}
export interface Drawing {
  dots: Dot[];
  shifts: Shift[];
  unit: string;
  label: string;
  show: (value: number | null | undefined) => string;
}
export type Window = [Date, Date] | null;

const margin = {top: 14, right: 14, bottom: 26, left: 52};
const focusHeight = 300,
  stripHeight = 62;
type X = ScaleTime<number, number>;
type Y = ScaleLinear<number, number>;

/** "2024", "2024-07", "2024-07-15", "2024-Q3", "s79" (a session) to the day it begins. */
export function day(text: string): Date {
  const session = /^s(\d+)$/.exec(text);
  if (session) return new Date(Date.UTC(1945 + Number(session[1]), 8, 1));
  const quarter = /^(\d{4})-?Q([1-4])$/.exec(text);
  if (quarter) return new Date(Date.UTC(Number(quarter[1]), (Number(quarter[2]) - 1) * 3, 1));
  const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(text);
  return new Date(
    Date.UTC(Number(match?.[1] ?? 1970), Number(match?.[2] ?? 1) - 1, Number(match?.[3] ?? 1)),
  );
}

export function tickFormat(span: number): (when: Date) => string {
  const year = utcFormat("%Y"),
    month = utcFormat("%b %Y"),
    short = utcFormat("%-d %b");
  const days = span / 864e5;
  return (when) => (days > 1100 ? year(when) : days > 70 ? month(when) : short(when));
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
  return s(
    "defs",
    null,
    s(
      "pattern",
      {id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"},
      s("line.hatch", {x1: 0, y1: 0, x2: 0, y2: 6}),
    ),
  );
}

function gaps(dots: Dot[], x: X, height: number, pattern: string): SVGElement[] {
  return runs(dots).map((run) =>
    s("rect.gap", {
      x: x(run.from),
      y: 0,
      width: Math.max(1, x(run.to) - x(run.from)),
      height,
      fill: `url(#${pattern})`,
    }),
  );
}

function levels(drawing: Drawing, x: X, y: Y): SVGElement[] {
  const {shifts, dots} = drawing;
  const first = dots[0],
    last = dots[dots.length - 1];
  if (!first || !last || shifts.length === 0) return [];
  const edges = [first.start, ...shifts.map((shift) => day(shift.first_time ?? "")), last.end];
  return [...shifts.map((shift) => shift.before ?? 0), shifts[shifts.length - 1]?.after ?? 0].map(
    (level, index) =>
      s("line.level", {
        x1: x(edges[index] ?? first.start),
        x2: x(edges[index + 1] ?? last.end),
        y1: y(level),
        y2: y(level),
      }),
  );
}

function shiftMarks(shifts: Shift[], x: X, height: number): SVGElement[] {
  return shifts.flatMap((shift, index) => {
    const at = x(day(shift.first_time ?? ""));
    const low = x(day(shift.low_time ?? shift.first_time ?? "")),
      high = x(day(shift.high_time ?? shift.first_time ?? ""));
    return [
      s("rect.shift-range", {
        x: Math.min(low, at) - 1,
        width: Math.max(3, high - low + 2),
        y: 0,
        height,
      }),
      s("line.shift", {x1: at, x2: at, y1: 0, y2: height}),
      s("text.shift-name", {x: at + 4, y: 10}, String(index + 1)),
    ];
  });
}

function estimate(dots: Dot[], x: X, y: Y): SVGElement[] {
  const known = (dot: Dot): boolean => dot.value !== null;
  const band = area<Dot>()
    .defined((dot) => dot.low !== null && dot.high !== null)
    .x((dot) => x(middle(dot)))
    .y0((dot) => y(dot.low ?? 0))
    .y1((dot) => y(dot.high ?? 0));
  const path = line<Dot>()
    .defined(known)
    .x((dot) => x(middle(dot)))
    .y((dot) => y(dot.value ?? 0));
  const seen = dots.filter(known);
  const room = (x.range()[1] ?? 0) / Math.max(1, seen.length);
  return [
    s("path.band", {d: band(dots) ?? ""}),
    s("path.estimate", {d: path(dots) ?? ""}),
    ...seen.flatMap((dot, index) => {
      const alone =
        dots[dots.indexOf(dot) - 1]?.value == null && dots[dots.indexOf(dot) + 1]?.value == null;
      if (room < 5 && !alone) return [];
      const at = x(middle(dot));
      const whisker =
        alone && dot.low !== null && dot.high !== null
          ? [s("line.whisker", {x1: at, x2: at, y1: y(dot.low), y2: y(dot.high)})]
          : [];
      return [
        ...whisker,
        s(dot.covered < dot.days ? "circle.dot.partial" : "circle.dot", {
          cx: at,
          cy: y(dot.value ?? 0),
          r: room > 9 ? 3.2 : 2,
          "data-index": index,
        }),
      ];
    }),
  ];
}

function extent(dots: Dot[], shifts: Shift[]): [number, number] {
  let low = 0,
    high = 0;
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

function strand(dots: Dot[], x: X, y: Y): SVGElement[] {
  const known = dots.filter((dot) => dot.value !== null);
  const path = line<Dot>()
    .defined((dot) => dot.value !== null)
    .x((dot) => x(middle(dot)))
    .y((dot) => y(dot.value ?? 0));
  const spots = known.length < 40 ? known : [];
  return [
    s("path.estimate", {d: path(dots) ?? ""}),
    ...spots.map((dot) => s("circle.dot", {cx: x(middle(dot)), cy: y(dot.value ?? 0), r: 1.6})),
  ];
}

/** The time axis below a drawing of this height, with about a tick every `room` pixels. */
function timeAxis(x: X, height: number, room: number): SVGElement {
  const [from, to] = x.domain() as [Date, Date];
  const made = s("g.axis", {transform: `translate(0,${height})`});
  const ticks = axisBottom<Date>(x)
    .ticks(Math.max(2, Math.floor((x.range()[1] ?? 0) / room)))
    .tickFormat(tickFormat(to.getTime() - from.getTime()))
    .tickSizeOuter(0);
  select(made as SVGGElement).call(ticks as never);
  return made;
}

function valueAxis(y: Y, width: number, show: Drawing["show"]): SVGElement {
  const made = s("g.axis.y");
  const ticks = axisLeft<number>(y)
    .ticks(5)
    .tickFormat((value) => show(Number(value)))
    .tickSize(-width);
  select(made as SVGGElement).call(ticks as never);
  made.querySelectorAll(".tick").forEach((tick) => {
    if ((tick as SVGGElement & {__data__?: number}).__data__ === 0) tick.classList.add("zero");
  });
  return made;
}

/** Draws into box, and anew when its width changes; tell is called with a brushed window. */
export class SeriesChart {
  private readonly readout = h("p.readout", {role: "status"});
  private readonly frame: HTMLElement;
  private readonly strip = h("div.chart-strip");
  private readonly pattern = freshId("gap");
  private readonly whole: [Date, Date];
  private cursor = -1;
  private width = 0;

  constructor(
    box: HTMLElement,
    private readonly drawing: Drawing,
    private shown: Window,
    private readonly tell: (window: Window) => void,
  ) {
    const {dots} = drawing;
    this.whole = [dots[0]?.start ?? new Date(), dots[dots.length - 1]?.end ?? new Date()];
    this.frame = h("div.chart-frame", {
      tabindex: "0",
      role: "group",
      "aria-label": `${drawing.label}. Arrow keys read the values one by one.`,
      keydown: (event: KeyboardEvent) => this.key(event),
    });
    replace(box, this.readout, this.frame, this.strip);
    new ResizeObserver(() => {
      const next = Math.floor(box.clientWidth);
      if (next <= 0 || next === this.width) return;
      this.width = next;
      this.draw();
    }).observe(box);
  }

  show(window: Window): void {
    this.shown = window;
    this.cursor = -1;
    if (this.width) this.draw();
  }

  private get room(): number {
    return Math.max(1, this.width - margin.left - margin.right);
  }

  private inside(): Dot[] {
    const [from, to] = this.shown ?? this.whole;
    return this.drawing.dots.filter((dot) => dot.end > from && dot.start < to);
  }

  private scale(): X {
    return scaleUtc()
      .domain(this.shown ?? this.whole)
      .range([0, this.room]);
  }

  private key(event: KeyboardEvent): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    this.cursor = Math.min(this.inside().length - 1, Math.max(0, this.cursor + step));
    this.read();
  }

  /** Says the value under the cursor. */
  private read(): void {
    const dot = this.inside()[this.cursor];
    this.frame.querySelector(".cursor")?.remove();
    if (!dot) {
      this.readout.textContent = "Point at the drawing, or use the arrow keys, to read its values.";
      return;
    }
    const partly = dot.covered < dot.days ? `; ${dot.covered} of ${dot.days} days covered` : "";
    const value = interval(dot.value, dot.low, dot.high, this.drawing.show);
    this.readout.textContent =
      `${date(dot.period)}: ` +
      (dot.value === null ? "no coverage, so no value" : `${value} ${this.drawing.unit}${partly}`);
    const at = this.scale()(middle(dot));
    const inner = focusHeight - margin.top - margin.bottom;
    this.frame
      .querySelector("g.plot")
      ?.append(s("line.cursor", {x1: at, x2: at, y1: 0, y2: inner}));
  }

  private draw(): void {
    this.drawFocus();
    this.drawStrip();
  }

  private drawFocus(): void {
    const visible = this.inside();
    const {shifts, label} = this.drawing;
    const inner = focusHeight - margin.top - margin.bottom;
    const x = this.scale();
    const y = scaleLinear().domain(extent(visible, shifts)).nice(5).range([inner, 0]);
    const clip = freshId("clip");
    const plot = s(
      "g.plot",
      {transform: `translate(${margin.left},${margin.top})`},
      s("clipPath", {id: clip}, s("rect", {width: this.room, height: inner})),
      valueAxis(y, this.room, this.drawing.show),
      s(
        "g",
        {"clip-path": `url(#${clip})`},
        gaps(visible, x, inner, this.pattern),
        shiftMarks(shifts, x, inner),
        levels(this.drawing, x, y),
        estimate(visible, x, y),
      ),
      timeAxis(x, inner, 100),
    );
    const size = {width: this.width, height: focusHeight};
    const svg = s("svg", {...size, role: "img", "aria-label": label}, hatch(this.pattern), plot);
    svg.addEventListener("pointermove", (event) => {
      const left = svg.getBoundingClientRect().left + margin.left;
      const at = x.invert((event as PointerEvent).clientX - left).getTime();
      this.cursor = visible.findIndex((dot) => dot.start.getTime() <= at && at < dot.end.getTime());
      this.read();
    });
    replace(this.frame, svg);
    this.read();
  }

  private drawStrip(): void {
    const {dots} = this.drawing;
    const inner = stripHeight - 22;
    const x = scaleUtc().domain(this.whole).range([0, this.room]);
    const y = scaleLinear()
      .domain(extent(dots, []))
      .range([inner - 3, 3]);
    const brushBox = s("g.brush");
    replace(
      this.strip,
      s(
        "svg",
        {width: this.width, height: stripHeight, "aria-hidden": "true"},
        s(
          "g",
          {transform: `translate(${margin.left},0)`},
          gaps(dots, x, inner, this.pattern),
          strand(dots, x, y),
          timeAxis(x, inner, 120),
          brushBox,
        ),
      ),
    );
    this.brushOn(brushBox, x, inner);
  }

  private brushOn(box: SVGElement, x: X, height: number): void {
    const brush = brushX().extent([
      [0, 0],
      [this.room, height],
    ]);
    const chosen = select(box as SVGGElement);
    chosen.call(brush as never);
    if (this.shown)
      chosen.call(
        brush.move as never,
        this.shown.map((when) => x(when)),
      );
    brush.on("brush end", () => {
      const event = d3event as {
        sourceEvent: unknown;
        type: string;
        selection: [number, number] | null;
      };
      if (!event.sourceEvent || (!event.selection && event.type !== "end")) return;
      this.shown = event.selection
        ? [x.invert(event.selection[0]), x.invert(event.selection[1])]
        : null;
      this.cursor = -1;
      this.drawFocus();
      if (event.type === "end") this.tell(this.shown);
    });
  }
}
