// Dyads: which pairs the store knows, and one pair's series through time with its shifts.
import {address, get, part} from "../api";
import {day, SeriesChart, type Dot, type Window} from "../chart";
import {add, foreign, h, replace, s} from "../dom";
import {go, keepInAddress, type Place} from "../router";
import type {Point, Shift} from "../types";
import {
  actorChoices,
  button,
  empty,
  field,
  form,
  head,
  link,
  note,
  pagedList,
  table,
} from "../widgets";
import {count, date, interval, number, sentence, signed} from "../words";

interface Pair {
  a: string;
  b: string;
  a_name: string;
  b_name: string;
  events: number;
}
/** One thing that can be shown of a pair; events: counted from the store's events. */
interface Measure {
  measure: string;
  series: string | null;
  of: string | null;
  words: string;
  units: string[];
}
interface Series {
  a: string;
  b: string;
  a_name?: string;
  b_name?: string;
  by: string;
  points: Point[];
  measure_words?: string;
  counted?: string;
  from?: string;
  why?: string;
  shifts: {shifts: Shift[]; why?: string};
}

const names: Record<string, string> = {
  net: "Net cooperation",
  goldstein: "Mean Goldstein",
  count: "Events",
  share: "Share of attention",
  agreement: "Agreement of votes",
  distance: "Distance of ideal points",
  trade: "Share of trade",
  exports: "Exports",
  imports: "Imports",
};
const unitNames: Record<string, string> = {
  day: "Day",
  week: "Week",
  month: "Month",
  quarter: "Quarter",
  year: "Year",
  session: "Session",
};
type EventMeasure = "net" | "goldstein" | "count" | "share";
const ofEvents = (measure: string): measure is EventMeasure =>
  ["net", "goldstein", "count", "share"].includes(measure);

export async function dyadsPage(main: HTMLElement, place: Place): Promise<void> {
  head(
    main,
    "Dyads",
    "How one state behaves toward another, month by month, and when that changed.",
  );
  const choices = await actorChoices(place.signal);
  const a = field("From", {datalist: choices, required: true, placeholder: "IND"}),
    b = field("Toward", {datalist: choices, required: true, placeholder: "USA"});
  const list = h("div");
  main.append(
    h(
      "section.narrow",
      {"aria-label": "Choose a pair"},
      form("Open", [h("div.pair", null, a.box, b.box)], async () => {
        go(
          `/dyads/${part(a.input.value.trim().toUpperCase())}/${part(b.input.value.trim().toUpperCase())}`,
        );
      }),
    ),
    h("section", null, h("h2", null, "Pairs in the store"), list),
  );
  await pagedList<Pair>(
    list,
    "/api/pairs",
    {},
    place.signal,
    (rows) =>
      table(
        "Pairs",
        [
          {
            name: "Pair",
            header: true,
            cell: (row) =>
              link(
                `/dyads/${part(row.a)}/${part(row.b)}`,
                foreign(row.a_name || row.a),
                " → ",
                foreign(row.b_name || row.b),
              ),
          },
          {name: "Events", number: true, cell: (row) => number(row.events, 0)},
        ],
        rows,
      ),
    "pair",
    () =>
      empty("No pairs yet", [
        "Pairs appear once events between two actors are stored. ",
        link("/documents", "Read a document"),
        ".",
      ]),
  );
}

function dots(points: Point[], measure: string): Dot[] {
  const read = (point: Point, end: "" | "_low" | "_high"): number | null =>
    ofEvents(measure)
      ? point[`${measure}${end}`]
      : ((end === "" ? point.value : end === "_low" ? point.low : point.high) ?? null);
  return points.map((point, index) => {
    const start = day(point.start || point.period);
    const next = points[index + 1];
    const end = next
      ? day(next.start || next.period)
      : new Date(start.getTime() + Math.max(1, point.days) * 864e5);
    const open = point.covered_days === 0;
    return {
      period: point.period,
      start,
      end,
      days: point.days,
      covered: point.covered_days,
      value: open ? null : read(point, ""),
      low: open ? null : read(point, "_low"),
      high: open ? null : read(point, "_high"),
    };
  });
}

const hold = (...children: SVGElement[]): SVGElement =>
  s("svg", {width: 26, height: 12, "aria-hidden": "true"}, ...children);

function key(): HTMLElement {
  return h(
    "p.chart-key",
    null,
    h(
      "span",
      null,
      hold(
        s("line.estimate", {x1: 0, x2: 26, y1: 6, y2: 6}),
        s("circle.dot", {cx: 13, cy: 6, r: 3}),
      ),
      "estimate",
    ),
    h("span", null, hold(s("rect.band", {width: 26, height: 12})), "its 95 % interval"),
    h("span", null, hold(s("circle.dot.partial", {cx: 13, cy: 6, r: 3.5})), "partly covered"),
    h(
      "span",
      null,
      hold(
        s("rect.gap-key", {width: 26, height: 12}),
        ...[4, 12, 20].map((x) => s("line.hatch", {x1: x, y1: 12, x2: x + 6, y2: 0})),
      ),
      "no coverage",
    ),
    h(
      "span",
      null,
      hold(
        s("rect.shift-range", {width: 26, height: 12}),
        s("line.shift", {x1: 13, x2: 13, y1: 0, y2: 12}),
      ),
      "shift and the interval of its date",
    ),
  );
}

function shiftTable(shifts: Shift[], show: Show, why?: string): HTMLElement {
  if (!shifts.length)
    return note(
      "plain",
      why
        ? sentence(why)
        : "No shift was found that the data bear out. That is an answer too: few events, or none that change.",
    );
  return table(
    "Shifts",
    [
      {name: "Shift", header: true, cell: (row: Shift) => String(shifts.indexOf(row) + 1)},
      {
        name: "When",
        cell: (row) =>
          date(row.first_time) +
          (row.low_time && row.high_time
            ? ` (${date(row.low_time)} to ${date(row.high_time)})`
            : "; how exactly is not known"),
      },
      {name: "Before", number: true, cell: (row) => show(row.before)},
      {name: "After", number: true, cell: (row) => show(row.after)},
      {
        name: "Change",
        number: true,
        cell: (row) =>
          interval(row.change, row.change_low, row.change_high, (value) => signed(value, 3)),
      },
    ],
    shifts,
  );
}

function pointTable(list: Dot[], show: Show): HTMLElement {
  return table(
    "Values by period",
    [
      {name: "Period", header: true, cell: (row: Dot) => date(row.period)},
      {
        name: "Value",
        number: true,
        cell: (row) => (row.value === null ? "–" : interval(row.value, row.low, row.high, show)),
      },
      {name: "Days covered", number: true, cell: (row) => `${row.covered} of ${row.days}`},
    ],
    list,
  );
}

const iso = (when: Date): string => when.toISOString().slice(0, 10);

type Show = (value: number | null | undefined) => string;
/** Scores of events have a sign that means something; of the others small values need digits. */
const showOf = (measure: string): Show =>
  ofEvents(measure) ? (value) => signed(value) : (value) => number(value, 3);

const keyOf = (m: {measure: string; series: string | null; of: string | null}): string =>
  [m.measure, m.of ?? "", m.series ?? ""].join(" ");

function measureName(m: Measure, a: string, b: string): string {
  if (!m.series) return names[m.measure] ?? m.measure;
  const whose = m.of === "a" ? ` of ${a}` : m.of === "b" ? ` of ${b}` : "";
  return `${m.series}${whose} (imported)`;
}

/** Measure, period and direction, kept in the address. */
function switches(
  place: Place,
  all: Measure[],
  now: Measure,
  by: string,
  undirected: boolean,
  pair: [string, string],
): HTMLElement {
  const change = (values: Record<string, string>): void => {
    const next = new URLSearchParams(place.query);
    for (const [name, value] of Object.entries(values))
      if (value) next.set(name, value);
      else next.delete(name);
    go(`${place.path}?${next.toString()}`);
  };
  const pick = (
    label: string,
    name: string,
    chosen: string,
    options: [string, string][],
  ): HTMLElement =>
    h(
      "div.segments",
      {role: "group", "aria-label": label},
      ...options.map(([value, words]) =>
        button(words, () => change({[name]: value}), "", {"aria-pressed": String(value === chosen)}),
      ),
    );
  const measure = field("Measure", {
    options: all.map((m) => [keyOf(m), measureName(m, ...pair)]),
    value: keyOf(now),
  });
  measure.input.addEventListener("change", () => {
    const m = all.find((one) => keyOf(one) === measure.input.value);
    if (!m) return;
    const keeps = m.units.includes(by);
    change({
      measure: m.measure,
      series: m.series ?? "",
      of: m.of ?? "",
      by: keeps ? by : "",
      unit: "",
      undirected: ofEvents(m.measure) && undirected ? "1" : "",
      since: "",
      until: "",
    });
  });
  return h(
    "div.actions",
    null,
    measure.box,
    now.units.length
      ? pick(
          "Period",
          "by",
          by,
          now.units
            .filter((unit) => unit !== "day" && unit !== "week")
            .map((unit) => [unit, unitNames[unit] ?? unit]),
        )
      : null,
    ofEvents(now.measure)
      ? pick("Direction", "undirected", undirected ? "1" : "", [
          ["", "One way"],
          ["1", "Both ways"],
        ])
      : null,
  );
}

export async function dyadPage(main: HTMLElement, place: Place): Promise<void> {
  const a = place.parameters["a"] ?? "",
    b = place.parameters["b"] ?? "";
  const path = `/api/dyads/${part(a)}/${part(b)}`;
  const asked = {
    measure: place.query.get("measure") ?? "net",
    series: place.query.get("series"),
    of: place.query.get("of"),
  };
  const events = ofEvents(asked.measure);
  const unit = place.query.get("by") ?? place.query.get("unit") ?? (events ? "month" : "");
  const undirected = events && place.query.get("undirected") === "1";
  const query = {...asked, by: unit, undirected};
  const [series, known] = await Promise.all([
    get<Series>(path, query, place.signal),
    get<{items: Measure[]}>(path + "/measures", {}, place.signal),
  ]);
  const measure = known.items.find((m) => keyOf(m) === keyOf(asked)) ?? {
    ...asked,
    words: series.measure_words ?? asked.measure,
    units: [],
  };
  const pair: [string, string] = [series.a_name || a, series.b_name || b];
  const toward = events && !undirected ? "toward" : "and";
  const label = measureName(measure, ...pair),
    words = events ? measure.words : series.measure_words || measure.words;
  head(
    main,
    `${pair[0]} ${toward} ${pair[1]}`,
    events ? `${label}, the ${words} by ${unit}.` : `${label}, by ${series.by}: ${words}.`,
    [
      link(`/dyads/${part(b)}/${part(a)}`, "The other way round"),
      link(`/events?actor=${part(a)}&target=${part(b)}`, "Its events"),
      h("a", {href: address(path + ".csv", query), download: ""}, "CSV"),
    ],
    link("/dyads", "Dyads"),
  );
  main.append(switches(place, known.items, measure, series.by, undirected, pair));
  const list = dots(series.points ?? [], measure.measure),
    shifts = series.shifts.shifts,
    show = showOf(measure.measure);
  if (!list.some((dot) => dot.value !== null)) {
    main.append(
      empty(
        "Nothing is covered",
        series.why
          ? sentence(series.why)
          : "The store holds no dated events of this pair, so there is no series. Read more documents or import an event data set.",
      ),
    );
    return;
  }
  drawSeries(
    main,
    place,
    list,
    shifts,
    `${pair[0]} ${toward} ${pair[1]}: ${label} by ${series.by}`,
    words,
    show,
    series.from ? `Source: ${series.from}. ` : "",
  );
  add(main, [
    h("section", null, h("h2", null, "Shifts"), shiftTable(shifts, show, series.shifts.why)),
  ]);
}

function drawSeries(
  main: HTMLElement,
  place: Place,
  list: Dot[],
  shifts: Shift[],
  label: string,
  unit: string,
  show: Show,
  source: string,
): void {
  const box = h("div.chart"),
    tableBox = h("div");
  const since = field("From", {type: "date", value: place.query.get("since") ?? ""});
  const until = field("Until", {type: "date", value: place.query.get("until") ?? ""});
  const gaps = list.filter((dot) => dot.covered === 0).length;
  const fromFields = (): Window =>
    since.input.value || until.input.value
      ? [
          day(since.input.value || list[0]?.period || ""),
          until.input.value ? day(until.input.value) : (list[list.length - 1]?.end ?? new Date()),
        ]
      : null;
  const keep = (window: Window): void => {
    const next = new URLSearchParams(location.search);
    next.delete("since");
    next.delete("until");
    if (window) {
      next.set("since", iso(window[0]));
      next.set("until", iso(window[1]));
    }
    keepInAddress(next);
  };
  main.append(
    h(
      "section",
      {"aria-label": "Series"},
      h(
        "figure.chart",
        null,
        box,
        key(),
        h(
          "figcaption",
          null,
          `${source}${count(list.length, "period")}, ${gaps} without coverage: there the line is broken, not drawn at zero. ` +
            "Drag on the strip below the drawing to look closer, or type dates.",
        ),
      ),
      h(
        "form.pair.measure",
        {"aria-label": "Span of time", submit: (event: Event) => event.preventDefault()},
        since.box,
        until.box,
      ),
      h(
        "div.actions",
        null,
        button(
          "Whole time",
          () => {
            since.input.value = until.input.value = "";
            chart.show(null);
            keep(null);
          },
          "quiet",
        ),
        button(
          "Table of values",
          () => {
            const open = tableBox.childElementCount > 0;
            replace(tableBox, open ? null : pointTable(list, show));
          },
          "quiet",
        ),
      ),
      tableBox,
    ),
  );
  const chart = new SeriesChart(box, {dots: list, shifts, unit, label, show}, fromFields(), (window) => {
    since.input.value = window ? iso(window[0]) : "";
    until.input.value = window ? iso(window[1]) : "";
    keep(window);
  });
  for (const one of [since, until])
    one.input.addEventListener("change", () => {
      const window = fromFields();
      chart.show(window && window[0] < window[1] ? window : null);
      keep(window);
    });
}
