// Shapes of the API's answers (serve/openapi.json describes them in full).

export type Role = "analyst" | "moderator" | "admin";
export type Span = [number, number];

export interface Session {
  user: {name: string; role: Role} | null;
  token: string;
  reader: boolean;
}
export interface List<T> {
  items: T[];
  total: number;
  total_exact?: boolean;
  next: string | null;
}

export interface Actor {
  code: string | null;
  name: string;
  sector?: string | null;
  span?: Span;
}

export interface DocumentRow {
  id: string;
  title: string | null;
  deck?: string | null;
  date: string | null;
  byline?: string | null;
  outlet?: string | null;
  url?: string | null;
  sentences?: number;
  events: number;
  statements: number;
  quantities: number;
}

export interface EventRow {
  id: string;
  doc?: string | null;
  dataset?: string;
  type?: string | null;
  mode?: string | null;
  context?: string[];
  cameo?: string | null;
  quad?: number | null;
  goldstein?: number | null;
  score?: number | null;
  confidence?: number;
  source: Actor[];
  target: Actor[];
  symmetric?: boolean;
  date?: string | null;
  certainty?: string;
  text?: string | null;
  sentence?: number | null;
  cue?: Span;
  span?: Span;
  rule?: string;
  mentions?: number;
  url?: string | null;
}

export interface StatementRow {
  id: string;
  doc?: string;
  speaker?: string | null;
  role?: string | null;
  code?: string | null;
  affiliation?: string | null;
  kind?: string;
  force?: string | null;
  date?: string | null;
  text?: string;
  speaker_span?: Span | null;
  cue?: Span | null;
  content?: Span[];
  sentence?: number;
  rule?: string;
}

export interface QuantityRow {
  doc?: string;
  value: number | null;
  value_max?: number | null;
  unit?: string;
  subject?: string | null;
  period?: string | null;
  approximate: boolean;
  span: Span;
  comparison?: unknown;
}

export interface ReadDocument {
  doc: string;
  title: string | null;
  deck?: string | null;
  byline?: string | null;
  date: string | null;
  url?: string | null;
  text: string;
  sentences: Span[];
  events: EventRow[];
  statements: StatementRow[];
  quantities: QuantityRow[];
  questions?: {text: string; span: Span}[];
}

export interface Job {
  state: "queued" | "reading" | "storing" | "done" | "failed";
  stage?: string;
  document?: string | null;
  error?: {message?: string} | string | null;
}

export interface Point {
  period: string;
  start: string;
  days: number;
  covered_days: number;
  count: number | null;
  count_low: number | null;
  count_high: number | null;
  net: number | null;
  net_low: number | null;
  net_high: number | null;
  goldstein: number | null;
  goldstein_low: number | null;
  goldstein_high: number | null;
  share: number | null;
  share_low: number | null;
  share_high: number | null;
  /** Of series that are not made of events. */
  value?: number | null;
  low?: number | null;
  high?: number | null;
  mentions?: number;
}

export interface Shift {
  first_time: string | null;
  low_time: string | null;
  high_time: string | null;
  before: number | null;
  after: number | null;
  change: number | null;
  change_low: number | null;
  change_high: number | null;
}

export interface Tie {
  a: string;
  b: string;
  value: number;
  error: number | null;
  events?: number;
}

export interface ScoreSet {
  inconsistency: number[];
  weighted: number[];
  squared: number[];
  consistency: number[];
  blank_share: number[];
  na_share: number[];
  posterior: number[];
}

export interface Flip {
  leader: string | null;
  flip_distance: number | null;
  linchpins?: {evidence: string; leader_without: string}[];
}

export interface Weigh {
  verdict: string;
  rules_disagree: boolean;
  hypotheses: {
    id: string;
    text: string;
    posterior: number;
    low: number;
    high: number;
    words: string;
  }[];
  scores: ScoreSet;
  evidence: {id: string; text: string; spread: number; ratings: (string | null)[]}[];
  weighted: Flip;
  posterior: Flip;
  variants: ({name: string} & ScoreSet)[];
}

export type Rating = string | {value: string; reason?: string};
export interface EvidenceItem {
  id: string;
  text: string;
  kind?: string;
  date?: string | number | null;
  credibility?: string | null;
  relevance?: string | null;
  group?: string | null;
  source?: string | null;
  links?: string[];
}
export interface CaseBody {
  question: string;
  states?: string[];
  period?: string | number | null;
  hypotheses: {id: string; text: string}[];
  evidence: EvidenceItem[];
  ratings: Record<string, Record<string, Record<string, Rating>>>;
  hidden?: string[];
}
export interface CaseView {
  id: string;
  revision: number;
  updated?: string;
  by?: string | null;
  may_reveal: boolean;
  yaml: string;
  case: CaseBody;
  weigh: Weigh | null;
}
export interface CaseRow {
  id: string;
  question: string;
  revision: number;
  updated?: string | null;
  by?: string | null;
  analysts?: string[];
}

export interface Brief {
  id: number;
  slug: string;
  title: string;
  deck: string;
  state: "draft" | "published" | "withdrawn";
  author?: string;
  created?: string;
  updated?: string;
  published: string | null;
  withdrawn?: string | null;
  reason?: string;
  documents?: string[] | null;
  case?: string | null;
  states?: string[] | null;
  versions: {number: number; hash: string; at: string; title: string}[];
  corrections?: {at: string; note: string}[];
}

export interface ModerationItem {
  id: string | number;
  brief: number;
  brief_title?: string;
  name: string;
  text: string;
  at: string;
  state: string;
  reports?: {reason: string; at?: string}[];
}

export interface User {
  name: string;
  role: Role;
  disabled: boolean;
  created?: string | null;
  last_login?: string | null;
}
