// Calls of the server's JSON API: the session's token on every change, problems as ApiError.
import type {Session} from "./types";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null,
    readonly body: unknown,
  ) {
    super(message);
  }
}

let token = "";
let current: Session = {user: null, token: "", reader: false};
const listeners = new Set<(session: Session) => void>();

export function session(): Session {
  return current;
}

export function onSession(listener: (session: Session) => void): void {
  listeners.add(listener);
}

export function setSession(next: Session): void {
  current = next;
  token = next.token;
  for (const listener of listeners) listener(next);
}

export type Query = Record<string, string | number | boolean | null | undefined>;

/** /api/events?actor=USA from a path and a query without its empty parts. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "" || value === false) continue;
    search.set(name, value === true ? "1" : String(value));
  }
  const text = search.toString();
  return path + (text ? "?" + text : "");
}

function problem(status: number, body: unknown): ApiError {
  const error = (body as {error?: {code?: string; message?: string; field?: string}} | null)?.error;
  const message =
    error?.message ??
    (status === 0 ? "The server cannot be reached." : `The server answered ${status}.`);
  return new ApiError(status, error?.code ?? "unknown", message, error?.field ?? null, body);
}

async function call<T>(
  method: string,
  url: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const headers: Record<string, string> = {Accept: "application/json"};
  if (method !== "GET") headers["X-Entente-Token"] = token;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let reply: Response;
  try {
    reply = await fetch(url, {
      method,
      headers,
      signal: signal ?? null,
      credentials: "same-origin",
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw problem(0, null);
  }
  const text = await reply.text();
  let json: unknown = null;
  try {
    json = text ? JSON.parse(text) : null;
  } catch {
    json = null;
  }
  if (reply.ok) return json as T;
  if (reply.status === 401 && current.user) await loadSession();
  throw problem(reply.status, json);
}

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return call<T>("GET", address(path, query), undefined, signal);
}

export function send<T>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  return call<T>(method, path, body);
}

/** Asks who is logged in; also renews the token. */
export async function loadSession(): Promise<Session> {
  const next = await get<Session>("/api/session");
  setSession(next);
  return next;
}

export const part = encodeURIComponent;
