// Documents: drop a file or paste a text, watch it being read, find what was read before.
import {get, part, send} from "../api";
import {announce, foreign, h, replace} from "../dom";
import {go, type Place} from "../router";
import type {DocumentRow, Job} from "../types";
import {
  empty,
  failure,
  field,
  filterBar,
  form,
  head,
  link,
  note,
  pagedList,
  table,
} from "../widgets";
import {date, number} from "../words";

const stages: [string, string][] = [
  ["queued", "Waiting"],
  ["reading", "Reading"],
  ["storing", "Storing"],
  ["done", "Done"],
];

function drawStages(box: HTMLElement, job: Job): void {
  const at = stages.findIndex(([state]) => state === job.state);
  replace(
    box,
    h(
      "ol.stages",
      {"aria-label": "Progress"},
      ...stages.map(([state, words], index) =>
        h(
          `li${index < at || job.state === "done" ? ".done" : index === at ? ".now" : ""}`,
          {"aria-current": index === at ? "step" : null},
          state === "reading" && job.state === "reading" && job.stage
            ? `${words}: ${job.stage}`
            : words,
        ),
      ),
    ),
  );
}

function jobError(job: Job): string {
  if (typeof job.error === "string") return job.error;
  return job.error?.message ?? "The text could not be read.";
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks after the job until it is done; gives the document's id. */
async function watch(box: HTMLElement, job: string, signal: AbortSignal): Promise<string> {
  let told = "",
    wait = 120;
  for (;;) {
    const state = await get<Job>(`/api/jobs/${part(job)}`, {}, signal);
    drawStages(box, state);
    if (state.state !== told) announce(`${state.state} ${state.stage ?? ""}`);
    told = state.state;
    if (state.state === "failed") throw new Error(jobError(state));
    if (state.state === "done") return state.document ?? "";
    await pause(wait);
    wait = Math.min(1000, wait * 1.3);
  }
}

function looksLikePage(text: string): boolean {
  return /^\s*(<!doctype html|<html|<\?xml[^>]*>\s*<(html|rss|feed))/i.test(text);
}

interface Intake {
  title: string;
  date: string;
  url: string;
  text: string;
}

async function hand(box: HTMLElement, intake: Intake, signal: AbortSignal): Promise<string> {
  const body: Record<string, string> = looksLikePage(intake.text)
    ? {html: intake.text}
    : {text: intake.text};
  for (const name of ["title", "date", "url"] as const) if (intake[name]) body[name] = intake[name];
  const {job} = await send<{job: string | number}>("POST", "/api/documents", body);
  return watch(box, String(job), signal);
}

async function readOneByOne(files: File[], box: HTMLElement, signal: AbortSignal): Promise<void> {
  for (const file of files) {
    const line = h("div");
    box.append(h("p", null, foreign(file.name)), line);
    try {
      const id = await hand(line, {title: "", date: "", url: "", text: await file.text()}, signal);
      replace(line, note("good", "Read: ", link(`/documents/${part(id)}`, foreign(id))));
    } catch (error) {
      if (!signal.aborted) replace(line, failure(error));
    }
  }
}

function takeDrops(zone: Element | null, take: (files: FileList) => void): void {
  zone?.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over-drop");
  });
  zone?.addEventListener("dragleave", () => zone.classList.remove("over-drop"));
  zone?.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over-drop");
    const files = (event as DragEvent).dataTransfer?.files;
    if (files?.length) take(files);
  });
}

function fileChooser(chosen: (files: FileList) => void): HTMLInputElement {
  const chooser = h("input", {
    type: "file",
    multiple: true,
    accept: ".txt,.html,.htm,.xml,text/plain,text/html",
    id: "files",
  }) as HTMLInputElement;
  chooser.addEventListener("change", () => {
    if (chooser.files) chosen(chooser.files);
  });
  return chooser;
}

function intakeForm(place: Place): HTMLElement {
  const text = field("Text or page source", {
    rows: 8,
    required: true,
    name: "text",
    placeholder: "Paste an article here, or drop files anywhere in this box.",
  });
  text.input.classList.add("prose");
  const heading = field("Headline", {name: "title", hint: "Optional; else the text’s own."});
  const when = field("Date", {
    name: "date",
    type: "date",
    hint: "Words like “last week” count from it.",
  });
  const source = field("Address it comes from", {name: "url", type: "url"});
  const progress = h("div", {"aria-live": "off"});
  const readFiles = (files: FileList): void =>
    void readOneByOne(Array.from(files), progress, place.signal);
  const chooser = fileChooser(readFiles);
  const made = form(
    "Read it",
    [
      h(
        "div.intake",
        null,
        text.box,
        h(
          "div.side",
          null,
          heading.box,
          when.box,
          source.box,
          h("div.field", null, h("label", {for: "files"}, "Or choose files"), chooser),
        ),
      ),
      progress,
    ],
    async () => {
      const id = await hand(
        progress,
        {
          title: heading.input.value.trim(),
          date: when.input.value,
          url: source.input.value.trim(),
          text: text.input.value,
        },
        place.signal,
      );
      go(`/documents/${part(id)}`);
    },
  );
  takeDrops(made.querySelector(".intake"), readFiles);
  return h("section", {"aria-label": "Read a new text"}, made);
}

export async function documentsPage(main: HTMLElement, place: Place): Promise<void> {
  head(
    main,
    "Documents",
    "What has been read. Each text becomes events, statements and figures that lead back to their sentences.",
  );
  const query = {
    q: place.query.get("q"),
    since: place.query.get("since"),
    until: place.query.get("until"),
  };
  const filtered = Boolean(query.q || query.since || query.until);
  const list = h("div");
  main.append(
    intakeForm(place),
    h(
      "section",
      {"aria-label": "Documents that were read"},
      h("h2", null, "Read so far"),
      filterBar(place, [
        {name: "q", label: "Words in it"},
        {name: "since", label: "From", type: "date"},
        {name: "until", label: "Until", type: "date"},
      ]),
      list,
    ),
  );
  await pagedList<DocumentRow>(
    list,
    "/api/documents",
    query,
    place.signal,
    (rows) =>
      table(
        "Documents",
        [
          {
            name: "Headline",
            header: true,
            cell: (row) => link(`/documents/${part(row.id)}`, foreign(row.title || row.id)),
          },
          {name: "Dated", cell: (row) => date(row.date)},
          {name: "Outlet", cell: (row) => foreign(row.outlet, "–")},
          {name: "Sentences", number: true, cell: (row) => number(row.sentences, 0)},
          {name: "Events", number: true, cell: (row) => number(row.events, 0)},
          {name: "Statements", number: true, cell: (row) => number(row.statements, 0)},
        ],
        rows,
      ),
    "document",
    () =>
      filtered
        ? empty("No document matches", "Try fewer words or a wider span of time.")
        : empty(
            "Nothing has been read yet",
            "Paste an article above. Reading takes a second or two.",
          ),
  );
}
