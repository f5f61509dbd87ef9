// Addresses to pages: history routing under /app, filters kept in the query, focus and title moved
// to the new page as a full load would.
import {announce, h, replace} from "./dom";

export interface Place {
  path: string; // "/dyads/USA/RUS"
  parameters: Record<string, string>;
  query: URLSearchParams;
  signal: AbortSignal; // aborted when the reader goes elsewhere
}
export type Page = (main: HTMLElement, place: Place) => void | Promise<void>;
interface Route {
  pattern: RegExp;
  names: string[];
  page: Page;
}

const base = "/app";
const routes: Route[] = [];
let fallback: Page = () => undefined;
let failed: (main: HTMLElement, error: unknown) => void = () => undefined;
let leaving = new AbortController();
let guard: (() => boolean) | null = null;
let after: (path: string) => void = () => undefined;

export function route(pattern: string, page: Page): void {
  const names: string[] = [];
  const source = pattern.replace(/\{(\w+)\}/g, (_all, name: string) => {
    names.push(name);
    return "([^/]+)";
  });
  routes.push({pattern: new RegExp(`^${source}/?$`), names, page});
}

export function notFound(page: Page): void {
  fallback = page;
}
export function onFailure(show: (main: HTMLElement, error: unknown) => void): void {
  failed = show;
}
export function onArrival(tell: (path: string) => void): void {
  after = tell;
}

/** While set, leaving the page asks first (something is not saved). */
export function holdBack(ask: (() => boolean) | null): void {
  guard = ask;
}

export function here(): string {
  return location.pathname.startsWith(base) ? location.pathname.slice(base.length) || "/" : "/";
}

export function href(path: string): string {
  return base + path;
}

export function go(path: string, how: "push" | "replace" = "push"): void {
  if (guard && !guard()) return;
  guard = null;
  if (how === "push") history.pushState(null, "", href(path));
  else history.replaceState(null, "", href(path));
  void arrive(true);
}

/** Changes the query without loading the page anew (the page redraws what depends on it). */
export function keepInAddress(query: URLSearchParams): void {
  const text = query.toString();
  history.replaceState(null, "", location.pathname + (text ? "?" + text : ""));
}

export function title(text: string): void {
  document.title = text ? `${text} · Entente` : "Entente";
}

export async function arrive(moveFocus: boolean): Promise<void> {
  leaving.abort();
  leaving = new AbortController();
  const {signal} = leaving;
  const main = document.getElementById("main");
  if (!main) return;
  const path = here();
  after(path);
  const place: Place = {path, parameters: {}, query: new URLSearchParams(location.search), signal};
  let page = fallback;
  for (const one of routes) {
    const match = one.pattern.exec(path);
    if (!match) continue;
    one.names.forEach((name, index) => {
      try {
        place.parameters[name] = decodeURIComponent(match[index + 1] ?? "");
      } catch {
        place.parameters[name] = match[index + 1] ?? "";
      }
    });
    page = one.page;
    break;
  }
  main.className = "main";
  main.setAttribute("aria-busy", "true");
  replace(main, h("p.waiting", {role: "status"}, "Loading …"));
  if (moveFocus) scrollTo(0, 0);
  try {
    await page(main, place);
  } catch (error) {
    if (signal.aborted) return;
    failed(main, error);
  }
  if (signal.aborted) return;
  main.removeAttribute("aria-busy");
  if (moveFocus) {
    const heading = main.querySelector<HTMLElement>("h1") ?? main;
    heading.tabIndex = -1;
    heading.focus({preventScroll: true});
    announce(document.title);
  }
}

export function startRouting(): void {
  document.addEventListener("click", (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element | null)?.closest?.("a");
    if (!link || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || !(url.pathname + "/").startsWith(base + "/")) return;
    if (url.hash && url.pathname === location.pathname) return;
    event.preventDefault();
    go(url.pathname.slice(base.length) + url.search);
  });
  addEventListener("popstate", () => {
    guard = null;
    void arrive(true);
  });
  addEventListener("beforeunload", (event) => {
    if (guard) event.preventDefault();
  });
}
