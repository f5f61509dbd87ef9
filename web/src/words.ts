// Words for people: dates, numbers, kinds of event, states of things.
import type {Actor, EventRow} from "./types";

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

export const kindWords: Record<string, string> = {
  AGREE: "Agreement",
  CONSULT: "Consultation",
  SUPPORT: "Support",
  COOPERATE: "Cooperation",
  AID: "Aid",
  CONCEDE: "Concession",
  RETREAT: "Retreat",
  REQUEST: "Request",
  ACCUSE: "Accusation",
  REJECT: "Rejection",
  THREATEN: "Threat",
  PROTEST: "Protest",
  SANCTION: "Sanction",
  MOBILIZE: "Mobilization",
  COERCE: "Coercion",
  ASSAULT: "Assault",
};

const cooperative = new Set([
  "AGREE",
  "CONSULT",
  "SUPPORT",
  "COOPERATE",
  "AID",
  "CONCEDE",
  "RETREAT",
]);
const conflictual = new Set([
  "ACCUSE",
  "REJECT",
  "THREATEN",
  "PROTEST",
  "SANCTION",
  "MOBILIZE",
  "COERCE",
  "ASSAULT",
]);

export type Tone = "coop" | "conf" | "neutral";

/** Cooperation or conflict: by kind where there is one, else by the quad class. */
export function tone(event: {type?: string | null; quad?: number | null}): Tone {
  if (event.type && cooperative.has(event.type)) return "coop";
  if (event.type && conflictual.has(event.type)) return "conf";
  if (event.quad === 1 || event.quad === 2) return "coop";
  return event.quad === 3 || event.quad === 4 ? "conf" : "neutral";
}

export const toneWords: Record<Tone, string> = {
  coop: "cooperation",
  conf: "conflict",
  neutral: "neither",
};

export function kindName(event: {
  type?: string | null;
  mode?: string | null;
  cameo?: string | null;
}): string {
  const name = event.type
    ? (kindWords[event.type] ?? event.type)
    : `CAMEO ${event.cameo ?? "unknown"}`;
  return event.mode ? `${name}: ${event.mode}` : name;
}

/** "2024-10-15" to "15 October 2024"; "2024-10" and "2024" keep their precision. */
export function date(value: string | number | null | undefined, fallback = "undated"): string {
  if (value === null || value === undefined || value === "") return fallback;
  const session = /^s(\d+)$/.exec(String(value)),
    quarter = /^(\d{4})-?Q([1-4])$/.exec(String(value));
  if (session) return `session ${session[1]}`;
  if (quarter) return `Q${quarter[2]} ${quarter[1]}`;
  const match = /^(-?\d{1,6})(?:-(\d\d))?(?:-(\d\d))?/.exec(String(value));
  if (!match) return String(value);
  const month = match[2] ? months[Number(match[2]) - 1] : undefined;
  return [match[3] ? String(Number(match[3])) : "", month ?? "", match[1]]
    .filter(Boolean)
    .join(" ");
}

/** A moment with its hour, in UTC as the server tells it. */
export function moment(value: string | null | undefined, fallback = "never"): string {
  if (!value) return fallback;
  const clock = /[T ](\d\d:\d\d)/.exec(value);
  return date(value) + (clock ? `, ${clock[1]} UTC` : "");
}

const plain = new Intl.NumberFormat("en", {maximumFractionDigits: 2});
const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});

export function number(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const format =
    digits === 0
      ? whole
      : digits === 2
        ? plain
        : new Intl.NumberFormat("en", {maximumFractionDigits: digits});
  return format
    .format(value)
    .replace(/^-(?=0(\.0*)?$)/, "")
    .replace("-", "−");
}

export function signed(value: number | null | undefined, digits = 2): string {
  const text = number(value, digits);
  return value !== null && value !== undefined && value > 0 && text !== "0" ? "+" + text : text;
}

export function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : `${Math.round(value * 100)} %`;
}

/** "1 event", "12 events". */
export function count(n: number, one: string, many = one + "s"): string {
  return `${whole.format(n)} ${n === 1 ? one : many}`;
}

/** "−2.1 (−3.4 to −0.8)": no estimate stands without its interval where there is one. */
export function interval(
  value: number | null,
  low: number | null | undefined,
  high: number | null | undefined,
  show: (value: number | null | undefined) => string = (one) => signed(one),
): string {
  if (low === null || low === undefined || high === null || high === undefined) return show(value);
  return `${show(value)} (${show(low)} to ${show(high)})`;
}

export function actorNames(actors: Actor[] | undefined): string {
  return (
    (actors ?? []).map((actor) => actor.name || actor.code || "someone").join(", ") || "someone"
  );
}

export function arrow(event: EventRow): string {
  return event.symmetric ? "↔" : "→";
}

/** A message of the server as a sentence of its own. */
export function sentence(text: string): string {
  const words = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(words) ? words : words + ".";
}

export function list(words: string[]): string {
  if (words.length < 2) return words.join("");
  return words.slice(0, -1).join(", ") + " and " + words[words.length - 1];
}

const roleWords: Record<string, string> = {
  analyst: "Analyst",
  moderator: "Moderator",
  admin: "Administrator",
};
export function roleName(role: string): string {
  return roleWords[role] ?? role;
}

/** A text whose spans count code points, cut by them: JavaScript strings count UTF-16 units. */
export class CodePoints {
  private readonly units: Uint32Array;
  readonly length: number;
  constructor(readonly text: string) {
    const units: number[] = [];
    for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
      units.push(at);
    units.push(text.length);
    this.units = Uint32Array.from(units);
    this.length = units.length - 1;
  }
  slice(begin: number, end: number): string {
    const last = this.length;
    return this.text.slice(this.units[Math.min(begin, last)], this.units[Math.min(end, last)]);
  }
}
