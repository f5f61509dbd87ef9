// Pieces that every page is made of: heads, notes, tables, fields, pagers, dialogs.
import {ApiError, address, get, type Query} from "./api";
import {add, announce, foreign, freshId, h, replace, type Attributes, type Child} from "./dom";
import {go, href, title, type Place} from "./router";
import type {Actor, EventRow, List} from "./types";
import {arrow, count, kindName, sentence, tone, toneWords} from "./words";

/** The page's head: a small line above, the heading, one sentence below, buttons beside. */
export function head(
  main: Element,
  heading: string,
  lead?: Child,
  actions?: Child[],
  over?: Child,
): HTMLElement {
  title(heading);
  const made = h(
    "header.head",
    null,
    h(
      "div.head-words",
      null,
      over ? h("p.over", null, over) : null,
      h("h1", null, foreign(heading, "Untitled")),
      lead ? h("p.lead", null, lead) : null,
    ),
    actions?.length ? h("div.actions", null, ...actions) : null,
  );
  replace(main, made);
  return made;
}

export function link(path: string, ...children: Child[]): HTMLAnchorElement {
  return h("a", {href: href(path)}, ...children);
}

export function button(
  words: Child,
  act: () => void,
  kind = "",
  attributes: Attributes = {},
): HTMLButtonElement {
  return h(
    kind ? `button.${kind}` : "button",
    {type: "button", click: act, ...attributes},
    words,
  ) as HTMLButtonElement;
}

export function empty(heading: string, words: Child, ...more: Child[]): HTMLElement {
  return h("div.empty", null, h("h2", null, heading), h("p", null, words), ...more);
}

export function failureWords(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.status === 0) return "The server cannot be reached. Is it still running?";
    if (error.status === 429) return "Too many requests at once. Wait a little and try again.";
    if (error.status === 413) return "That is larger than the server takes.";
    return sentence(error.message);
  }
  return error instanceof Error ? error.message : String(error);
}

export function failure(error: unknown, again?: () => void): HTMLElement {
  return h(
    "div.note.bad",
    {role: "alert"},
    h("p", null, h("strong", null, "That did not work. "), foreign(failureWords(error))),
    again ? button("Try again", again, "quiet") : null,
  );
}

export function note(kind: "good" | "bad" | "plain", ...words: Child[]): HTMLElement {
  return h(`div.note.${kind}`, {role: kind === "bad" ? "alert" : "status"}, h("p", null, ...words));
}

/** Grey lines where rows will stand. */
export function skeleton(lines = 6): HTMLElement {
  const box = h("div.skeleton", {"aria-hidden": "true"});
  for (let i = 0; i < lines; i++) box.append(h("span"));
  return box;
}

export interface Column<T> {
  name: string;
  cell: (row: T) => Child;
  number?: boolean;
  wide?: boolean;
  header?: boolean;
}

/** A table; on narrow screens the style sheet turns each row into a card with the names beside. */
export function table<T>(
  caption: string,
  columns: Column<T>[],
  rows: T[],
  kind = "cards",
): HTMLElement {
  const body = h(
    "tbody",
    null,
    ...rows.map((row) =>
      h(
        "tr",
        null,
        ...columns.map((column) =>
          h(
            column.header ? "th" : "td",
            {
              class: [column.number ? "n" : "", column.wide ? "wide" : ""].join(" ").trim() || null,
              scope: column.header ? "row" : null,
              "data-name": column.name,
            },
            column.cell(row),
          ),
        ),
      ),
    ),
  );
  return h(
    "div.scroll",
    {tabindex: "0", role: "region", "aria-label": caption},
    h(
      `table.${kind}`,
      null,
      h("caption.unseen", null, caption),
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          ...columns.map((column) =>
            h("th", {scope: "col", class: column.number ? "n" : null}, column.name),
          ),
        ),
      ),
      body,
    ),
  );
}

export interface FieldOptions {
  type?: string;
  value?: string;
  hint?: string;
  options?: [string, string][];
  required?: boolean;
  rows?: number;
  autocomplete?: string;
  placeholder?: string;
  datalist?: string;
  name?: string;
  maxlength?: number;
  minlength?: number;
}

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** A label and its control; a hint and an error are tied to it for screen readers. */
export function field(
  label: string,
  options: FieldOptions = {},
): {box: HTMLElement; input: Control; fail: (text: string | null) => void} {
  const id = freshId("field"),
    hintId = id + "-hint",
    errorId = id + "-error";
  const attributes: Attributes = {
    id,
    name: options.name ?? null,
    required: options.required,
    autocomplete: options.autocomplete ?? null,
    placeholder: options.placeholder ?? null,
    list: options.datalist ?? null,
    maxlength: options.maxlength ?? null,
    minlength: options.minlength ?? null,
    "aria-describedby": options.hint ? hintId : null,
    dir: options.rows ? "auto" : null,
  };
  let input: Control;
  if (options.options) {
    const select = h("select", attributes) as HTMLSelectElement;
    for (const [value, words] of options.options) {
      select.append(h("option", {value, selected: value === options.value}, words));
    }
    input = select;
  } else if (options.rows) {
    input = h("textarea", {...attributes, rows: options.rows}) as HTMLTextAreaElement;
    input.value = options.value ?? "";
  } else {
    input = h("input", {...attributes, type: options.type ?? "text"}) as HTMLInputElement;
    input.value = options.value ?? "";
  }
  const error = h("p.field-error", {id: errorId, hidden: true});
  const box = h(
    "div.field",
    null,
    h("label", {for: id}, label),
    input,
    options.hint ? h("p.hint", {id: hintId}, options.hint) : null,
    error,
  );
  const fail = (text: string | null): void => {
    error.textContent = text ?? "";
    error.hidden = !text;
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    input.setAttribute(
      "aria-describedby",
      [options.hint ? hintId : "", text ? errorId : ""].join(" ").trim(),
    );
  };
  return {box, input, fail};
}

/** A form whose button waits while the server works, and which shows what went wrong. */
export function form(
  words: string,
  fields: HTMLElement[],
  submit: () => Promise<void>,
  kind = "stack",
): HTMLFormElement {
  const problem = h("div");
  const send = h("button.primary", {type: "submit"}, words) as HTMLButtonElement;
  return h(
    `form.${kind}`,
    {
      submit: (event: Event) => {
        event.preventDefault();
        if (send.disabled) return;
        send.disabled = true;
        replace(problem);
        void submit()
          .catch((error: unknown) => replace(problem, failure(error)))
          .finally(() => {
            send.disabled = false;
          });
      },
    },
    ...fields,
    problem,
    h("div.actions", null, send),
  ) as HTMLFormElement;
}

export interface Filter {
  name: string;
  label: string;
  type?: string;
  options?: [string, string][];
  placeholder?: string;
  datalist?: string;
}

/** Filters that live in the address: sending the form goes to the same page with another query. */
export function filterBar(place: Place, filters: Filter[], words = "Filter"): HTMLElement {
  const fields = filters.map((filter) =>
    field(filter.label, {
      ...filter,
      value: place.query.get(filter.name) ?? "",
      name: filter.name,
    }),
  );
  const submit = (): void => {
    const query = new URLSearchParams();
    fields.forEach((one, index) => {
      const value = one.input.value.trim();
      if (value) query.set(filters[index]?.name ?? "", value);
    });
    const text = query.toString();
    go(place.path + (text ? "?" + text : ""));
  };
  const used = filters.filter((filter) => place.query.get(filter.name)).length;
  for (const one of fields) {
    if (one.input instanceof HTMLSelectElement) one.input.addEventListener("change", submit);
  }
  return h(
    "form.filters",
    {
      role: "search",
      "aria-label": words,
      submit: (event: Event) => {
        event.preventDefault();
        submit();
      },
    },
    ...fields.map((one) => one.box),
    h(
      "div.actions",
      null,
      h("button.primary", {type: "submit"}, words),
      used ? button("Clear", () => go(place.path), "quiet") : null,
    ),
  );
}

/** Rows of a list that asks for more on demand; nothing is loaded twice. */
export async function pagedList<T>(
  into: Element,
  path: string,
  query: Query,
  signal: AbortSignal,
  draw: (rows: T[]) => HTMLElement,
  one: string,
  nothing: () => HTMLElement,
  many = one + "s",
): Promise<void> {
  const rows: T[] = [];
  const box = h("div.rows"),
    foot = h("div.foot");
  replace(into, skeleton(), foot);
  const load = async (after: string | null): Promise<void> => {
    const page = await get<List<T>>(path, {...query, after}, signal);
    const before = rows.length;
    rows.push(...page.items);
    if (rows.length === 0) {
      replace(into, nothing());
      return;
    }
    replace(box, draw(rows));
    if (!box.isConnected) replace(into, box, foot);
    const total = Math.max(page.total ?? rows.length, rows.length);
    const more = page.next
      ? button(`Show ${Math.min(50, total - rows.length) || ""} more`.replace("  ", " "), () => {
          more?.setAttribute("disabled", "");
          load(page.next).catch((error: unknown) =>
            replace(
              foot,
              failure(error, () => void load(page.next)),
            ),
          );
        })
      : null;
    replace(
      foot,
      h(
        "p.soft",
        null,
        rows.length < total
          ? `${count(rows.length, one, many)} of ${page.total_exact === false ? "more than " : ""}${total.toLocaleString("en")}`
          : count(rows.length, one, many),
      ),
      h(
        "span.foot-links",
        null,
        more,
        h("a.csv", {href: address(path + ".csv", query), download: ""}, "CSV of all"),
      ),
    );
    if (before) announce(`${rows.length} of ${total} shown`);
  };
  await load(null);
}

/** Asks before something that cannot be taken back, or for a note; null when the answer was no. */
export function ask(
  heading: string,
  words: Child,
  yes: string,
  wants?: {label: string; hint?: string},
): Promise<string | null> {
  return new Promise((resolve) => {
    const answer = wants
      ? field(wants.label, {rows: 3, required: true, ...(wants.hint ? {hint: wants.hint} : {})})
      : null;
    const headingId = freshId("dialog");
    const dialog = h("dialog", {"aria-labelledby": headingId}) as HTMLDialogElement;
    let result: string | null = null;
    add(dialog, [
      h(
        "form.stack",
        {
          method: "dialog",
          submit: (event: Event) => {
            event.preventDefault();
            result = answer ? answer.input.value.trim() : "yes";
            if (answer && !result) {
              answer.fail("Please write a few words.");
              return;
            }
            dialog.close();
          },
        },
        h("h2", {id: headingId}, heading),
        h("p", null, words),
        answer?.box,
        h(
          "div.actions",
          null,
          h("button.primary", {type: "submit"}, yes),
          button(
            "Cancel",
            () => {
              result = null;
              dialog.close();
            },
            "quiet",
          ),
        ),
      ),
    ]);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

let toastTimer = 0;
export function toast(words: string): void {
  document.querySelector(".toast")?.remove();
  const made = h("div.toast", null, words);
  document.body.append(made);
  announce(words);
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => made.remove(), 6000);
}

export function badge(words: Child, kind = ""): HTMLElement {
  return h(kind ? `span.badge.${kind}` : "span.badge", null, words);
}

/** The kind of an event: colour, shape and word say the same. */
export function kindBadge(event: EventRow): HTMLElement {
  const which = tone(event);
  return h(`span.badge.kind.${which}`, {title: toneWords[which]}, kindName(event));
}

export function certaintyBadge(event: EventRow): HTMLElement | null {
  return event.certainty && event.certainty !== "asserted" ? badge(event.certainty, "doubt") : null;
}

function actor(one: Actor): Child {
  return [
    foreign(one.name || one.code, "someone"),
    one.code ? h("span.code", null, one.code) : null,
  ];
}

export function actors(list: Actor[] | undefined): HTMLElement {
  const box = h("span.actors");
  (list?.length ? list : [{code: null, name: "someone"}]).forEach((one, index) => {
    add(box, [index ? ", " : null, actor(one)]);
  });
  return box;
}

/** "India → Russia". */
export function who(event: EventRow): HTMLElement {
  return h(
    "span.who",
    null,
    actors(event.source),
    h("span.arrow", {"aria-label": event.symmetric ? "and" : "to"}, ` ${arrow(event)} `),
    actors(event.target),
  );
}

/** Names and codes of actors to choose from in filters. */
export async function actorChoices(signal: AbortSignal): Promise<string> {
  const id = "actor-choices";
  if (!document.getElementById(id)) {
    const box = h("datalist", {id});
    document.body.append(box);
    try {
      const found = await get<List<{code: string; name: string}>>(
        "/api/actors",
        {limit: 300},
        signal,
      );
      replace(box, ...found.items.map((one) => h("option", {value: one.code}, one.name)));
    } catch {
      box.remove();
    }
  }
  return id;
}

/** Names and what they are; pairs without a value are left out. */
export function facts(pairs: [string, Child][]): HTMLElement {
  return h(
    "dl.facts",
    null,
    ...pairs.flatMap(([name, value]) =>
      value === null ? [] : [h("dt", null, name), h("dd", null, value)],
    ),
  );
}
