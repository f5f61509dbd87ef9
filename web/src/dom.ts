// The whole DOM layer: elements from a selector, attributes and children.  Strings become text
// nodes, never markup, so nothing that comes from a document or a reader can be run or styled.

export type Child = Node | string | number | null | undefined | false | Child[];
type Handler = (event: never) => void;
export type Attributes = Record<string, string | number | boolean | null | undefined | Handler>;

const svgNamespace = "http://www.w3.org/2000/svg";

function fill(element: Element, attributes: Attributes, children: Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value as EventListener);
    else if (name === "value" && element instanceof HTMLTextAreaElement)
      element.value = String(value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  add(element, children);
}

/** Appends children; nested lists are flattened, empty ones skipped. */
export function add(parent: Element, children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) add(parent, child);
    else parent.append(child instanceof Node ? child : String(child));
  }
}

function parts(selector: string): [string, string] {
  const [tag = "div", ...classes] = selector.split(".");
  return [tag, classes.join(" ")];
}

/** h("p.lead", {id: "x", click: f}, "text", child): functions become event listeners. */
export function h<K extends keyof HTMLElementTagNameMap>(
  selector: K,
  attributes?: Attributes | null,
  ...children: Child[]
): HTMLElementTagNameMap[K];
export function h(
  selector: string,
  attributes?: Attributes | null,
  ...children: Child[]
): HTMLElement;
export function h(
  selector: string,
  attributes?: Attributes | null,
  ...children: Child[]
): HTMLElement {
  const [tag, classes] = parts(selector);
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  fill(element, attributes ?? {}, children);
  return element;
}

/** As h, in the SVG namespace. */
export function s(
  selector: string,
  attributes?: Attributes | null,
  ...children: Child[]
): SVGElement {
  const [tag, classes] = parts(selector);
  const element = document.createElementNS(svgNamespace, tag);
  if (classes) element.setAttribute("class", classes);
  fill(element, attributes ?? {}, children);
  return element;
}

export function replace(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  add(parent, children);
}

/** Foreign words in a box of their own: direction marks in them cannot turn what stands around. */
export function foreign(text: string | null | undefined, fallback = "unknown"): HTMLElement {
  return text ? h("bdi", {dir: "auto"}, text) : h("span.soft", null, fallback);
}

let ids = 0;
export function freshId(prefix: string): string {
  return `${prefix}-${++ids}`;
}

let live: HTMLElement | null = null;
/** Tells screen readers what changed without moving the focus. */
export function announce(text: string): void {
  if (!live) {
    live = h("div.unseen", {role: "status", "aria-live": "polite"});
    document.body.append(live);
  }
  live.textContent = "";
  const target = live;
  setTimeout(() => {
    target.textContent = text;
  }, 30);
}
