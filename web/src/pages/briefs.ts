// Briefs: composed from documents and a case, looked over in a sandbox, published, corrected,
// withdrawn.  What is published stays under its content hash.
import {get, part, send} from "../api";
import {foreign, h, replace} from "../dom";
import {arrive, go, type Place} from "../router";
import type {Brief, CaseRow, DocumentRow, List} from "../types";
import {
  ask,
  badge,
  button,
  empty,
  facts,
  failure,
  field,
  form,
  head,
  link,
  note,
  pagedList,
  table,
  toast,
} from "../widgets";
import {moment} from "../words";

const stateKind: Record<string, string> = {draft: "doubt", published: "good", withdrawn: "bad"};

function briefTable(rows: Brief[]): HTMLElement {
  return table(
    "Briefs",
    [
      {
        name: "Title",
        header: true,
        cell: (row) => link(`/briefs/${part(String(row.id))}`, foreign(row.title || row.slug)),
      },
      {name: "State", cell: (row) => badge(row.state, stateKind[row.state] ?? "")},
      {name: "Changed", cell: (row) => moment(row.updated, "–")},
      {name: "By", cell: (row) => foreign(row.author, "–")},
    ],
    rows,
  );
}

async function composer(place: Place): Promise<HTMLElement> {
  const chosen = new Set((place.query.get("compose") ?? "").split(",").filter(Boolean));
  const [documents, cases] = await Promise.all([
    get<List<DocumentRow>>("/api/documents", {limit: 200}, place.signal),
    get<List<CaseRow>>("/api/cases", {limit: 200}, place.signal).catch((): List<CaseRow> => ({
      items: [],
      total: 0,
      next: null,
    })),
  ]);
  if (!documents.items.length)
    return empty("Nothing to write about yet", [
      "A brief is made from documents. ",
      link("/documents", "Read one"),
      " first.",
    ]);
  const boxes = documents.items.map((one) => {
    const box = h("input", {
      type: "checkbox",
      value: one.id,
      checked: chosen.has(one.id),
    }) as HTMLInputElement;
    return {box, line: h("label.check", null, box, h("span", null, foreign(one.title || one.id)))};
  });
  const heading = field("Title", {hint: "Optional; else the question the documents ask."});
  const states = field("States", {placeholder: "IND, USA, RUS", hint: "Optional; at most a few."});
  const which = field("Case", {
    options: [
      ["", "None"],
      ...cases.items.map((one): [string, string] => [one.id, one.question || one.id]),
    ],
    value: place.query.get("case") ?? "",
  });
  const said = h("p.field-error", {role: "alert"});
  return form(
    "Make the draft",
    [
      h("fieldset.choices", null, h("legend", null, "Documents"), ...boxes.map((one) => one.line)),
      heading.box,
      h("div.pair", null, states.box, which.box),
      said,
    ],
    async () => {
      const ids = boxes.filter((one) => one.box.checked).map((one) => one.box.value);
      said.textContent = ids.length ? "" : "Choose at least one document.";
      if (!ids.length) return;
      const body: Record<string, unknown> = {documents: ids};
      if (heading.input.value.trim()) body["title"] = heading.input.value.trim();
      const codes = states.input.value
        .split(",")
        .map((one) => one.trim().toUpperCase())
        .filter(Boolean);
      if (codes.length) body["states"] = codes;
      if (which.input.value) body["case"] = which.input.value;
      const made = await send<Brief>("POST", "/api/briefs", body);
      go(`/briefs/${part(String(made.id))}`);
    },
    "stack.measure",
  );
}

export async function briefsPage(main: HTMLElement, place: Place): Promise<void> {
  const list = h("div"),
    fresh = h("section", {"aria-label": "New brief", hidden: true});
  const open = async (): Promise<void> => {
    fresh.hidden = false;
    replace(fresh, h("h2", null, "New brief"));
    try {
      fresh.append(await composer(place));
    } catch (error) {
      fresh.append(failure(error));
    }
    fresh.querySelector<HTMLElement>("input")?.focus();
  };
  head(
    main,
    "Briefs",
    "Pages for readers. A draft is seen by analysts only; what is published keeps its address and its past versions.",
    [button("New brief", () => void open(), "primary")],
  );
  main.append(fresh, list);
  if (place.query.get("compose") || place.query.get("case")) await open();
  await pagedList<Brief>(list, "/api/briefs", {}, place.signal, briefTable, "brief", () =>
    empty(
      "No brief yet",
      "Read a document, then make a draft of it; nothing is public before you publish it.",
    ),
  );
}

function versionLinks(brief: Brief): HTMLElement[] {
  return brief.versions.map((one) =>
    h(
      "div",
      null,
      h(
        "a",
        {href: `/briefs/${part(brief.slug)}/${part(one.hash)}`},
        h("code", null, one.hash.slice(0, 12)),
      ),
      " ",
      moment(one.at, ""),
    ),
  );
}

function briefFacts(brief: Brief): HTMLElement {
  const documents = brief.documents ?? [],
    states = brief.states ?? [],
    corrections = brief.corrections ?? [];
  return facts([
    ["State", badge(brief.state, stateKind[brief.state] ?? "")],
    [
      "Address",
      brief.state === "published"
        ? h("a", {href: `/briefs/${part(brief.slug)}`}, `/briefs/${brief.slug}`)
        : null,
    ],
    ["Published", moment(brief.published, "not yet")],
    [
      "Documents",
      documents.length
        ? documents.map((id, index) => [
            index ? ", " : "",
            link(`/documents/${part(id)}`, foreign(id)),
          ])
        : null,
    ],
    ["Case", brief.case ? link(`/cases/${part(brief.case)}`, foreign(brief.case)) : null],
    ["States", states.length ? states.join(", ") : null],
    ["Versions", brief.versions.length ? versionLinks(brief) : null],
    [
      "Corrections",
      corrections.length
        ? corrections.map((one) => h("div", null, moment(one.at), ": ", foreign(one.note)))
        : null,
    ],
    [
      "Withdrawn",
      brief.reason ? [moment(brief.withdrawn, ""), ": ", foreign(brief.reason)] : null,
    ],
  ]);
}

/** Publish, correct, withdraw: asked for first, then sent; what goes wrong is shown in `problem`. */
function briefActions(brief: Brief, path: string, problem: HTMLElement): HTMLElement[] {
  const act = (what: string, body: unknown, done: string): void => {
    void send<Brief>("POST", `${path}/${what}`, body)
      .then(() => {
        toast(done);
        return arrive(false);
      })
      .catch((error: unknown) => replace(problem, failure(error)));
  };
  const publish = async (): Promise<void> => {
    if (
      await ask(
        "Publish this brief?",
        "It becomes public at once, with its sources. You can correct or withdraw it later; what was public stays on record.",
        "Publish",
      )
    )
      act("publish", {}, "Published.");
  };
  const correct = async (): Promise<void> => {
    const words = await ask(
      "Correct this brief",
      "The page is made anew from its documents and case. Your note is shown to readers with its date.",
      "Publish the correction",
      {label: "What was wrong, and what is right"},
    );
    if (words) act("correct", {note: words}, "Corrected.");
  };
  const withdraw = async (): Promise<void> => {
    const words = await ask(
      "Withdraw this brief",
      "Its address will answer with the reason instead of the page. This cannot be undone.",
      "Withdraw",
      {label: "Reason, for readers"},
    );
    if (words) act("withdraw", {reason: words}, "Withdrawn.");
  };
  if (brief.state === "draft") return [button("Publish", () => void publish(), "primary")];
  return brief.state === "published"
    ? [button("Correct", () => void correct()), button("Withdraw", () => void withdraw(), "danger")]
    : [];
}

export async function briefPage(main: HTMLElement, place: Place): Promise<void> {
  const path = `/api/briefs/${part(place.parameters["id"] ?? "")}`;
  const brief = await get<Brief>(path, {}, place.signal);
  const problem = h("div");
  head(
    main,
    brief.title || brief.slug,
    brief.deck ? foreign(brief.deck) : null,
    briefActions(brief, path, problem),
    link("/briefs", "Briefs"),
  );
  main.append(problem, briefFacts(brief));
  if (brief.state === "draft") main.append(titleForm(brief, path));
  if (brief.state === "withdrawn") {
    main.append(note("plain", "Readers see the reason in place of the page."));
    return;
  }
  main.append(
    h(
      "section",
      null,
      h("h2", null, "Preview"),
      h("iframe.preview", {sandbox: "", title: `Preview of ${brief.title}`, src: `${path}/page`}),
    ),
  );
}

function titleForm(brief: Brief, path: string): HTMLElement {
  const heading = field("Title", {value: brief.title, required: true});
  const slug = field("Address", {
    value: brief.slug,
    required: true,
    hint: "Small letters, figures and hyphens; fixed once published.",
  });
  return h(
    "section",
    {"aria-label": "Title and address"},
    form(
      "Save",
      [h("div.pair", null, heading.box, slug.box)],
      async () => {
        await send<Brief>("PATCH", path, {
          title: heading.input.value.trim(),
          slug: slug.input.value.trim(),
        });
        toast("Saved.");
        await arrive(false);
      },
      "stack.measure",
    ),
  );
}
