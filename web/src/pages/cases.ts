// The list of cases, and a new one from states of the store or from a case file.
import {part, send} from "../api";
import {foreign, h} from "../dom";
import {go, type Place} from "../router";
import type {CaseRow, CaseView} from "../types";
import {button, empty, field, form, head, link, pagedList, table} from "../widgets";
import {moment} from "../words";

/** A text as a quoted YAML scalar: nothing in it can open another key. */
export function quoted(text: string): string {
  return JSON.stringify(text.replace(/\s+/g, " ").trim());
}

export function caseName(question: string): string {
  const words = question
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return words.slice(0, 48).replace(/-+$/, "") || "case";
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

export function newCaseYaml(
  question: string,
  states: string[],
  hypotheses: string[],
  evidence: string[],
): string {
  return [
    `case: ${caseName(question)}`,
    `question: ${quoted(question)}`,
    states.length ? `states: [${states.map(quoted).join(", ")}]` : null,
    "hypotheses:",
    ...hypotheses.map((text, index) => `  - {id: H${index + 1}, text: ${quoted(text)}}`),
    "evidence:",
    ...evidence.map((text, index) => `  - {id: E${index + 1}, kind: fact, text: ${quoted(text)}}`),
    "",
  ]
    .filter((line) => line !== null)
    .join("\n");
}

function newCase(): HTMLElement {
  const question = field("Question", {
    required: true,
    placeholder: "Why does Graustark seek talks with Ruritania?",
    name: "question",
  });
  const states = field("States", {
    placeholder: "IND, USA, RUS",
    hint: "Codes, with commas; may stay empty.",
  });
  const hypotheses = field("Hypotheses, one a line", {
    rows: 4,
    required: true,
    name: "hypotheses",
    hint: "Two or more that exclude each other.",
  });
  const evidence = field("Evidence, one a line", {
    rows: 5,
    required: true,
    name: "evidence",
    hint: "Facts, statements, and what did not happen though it should have.",
  });
  const yaml = field("Or a whole case file (YAML)", {rows: 6, name: "yaml"});
  yaml.input.classList.add("code-text");
  const made = form(
    "Begin the case",
    [question.box, states.box, hypotheses.box, evidence.box],
    async () => {
      const claims = lines(hypotheses.input.value);
      hypotheses.fail(null);
      if (claims.length < 2) {
        hypotheses.fail("A case weighs at least two hypotheses.");
        hypotheses.input.focus();
        return;
      }
      const text = newCaseYaml(
        question.input.value,
        states.input.value
          .split(",")
          .map((one) => one.trim())
          .filter(Boolean),
        claims,
        lines(evidence.input.value),
      );
      const view = await send<CaseView>("POST", "/api/cases", {yaml: text});
      go(`/cases/${part(view.id)}`);
    },
    "stack.measure",
  );
  const fromFile = form(
    "Take in the file",
    [yaml.box],
    async () => {
      const view = await send<CaseView>("POST", "/api/cases", {yaml: yaml.input.value});
      go(`/cases/${part(view.id)}`);
    },
    "stack.measure",
  );
  return h("section", {"aria-label": "New case"}, made, h("section", null, fromFile));
}

export async function casesPage(main: HTMLElement, place: Place): Promise<void> {
  const list = h("div");
  const fresh = h("div");
  head(
    main,
    "Cases",
    "Competing hypotheses against the evidence: what refutes what, and what the answer hangs on.",
    [
      button(
        "New case",
        () => {
          if (!fresh.childElementCount) fresh.append(newCase());
          fresh.querySelector<HTMLElement>("input")?.focus();
        },
        "primary",
      ),
    ],
  );
  main.append(fresh, list);
  await pagedList<CaseRow>(
    list,
    "/api/cases",
    {},
    place.signal,
    (rows) =>
      table(
        "Cases",
        [
          {
            name: "Question",
            header: true,
            cell: (row) => link(`/cases/${part(row.id)}`, foreign(row.question || row.id)),
          },
          {name: "State", number: true, cell: (row) => String(row.revision)},
          {name: "Last changed", cell: (row) => moment(row.updated, "–")},
          {name: "By", cell: (row) => foreign(row.by, "–")},
        ],
        rows,
      ),
    "case",
    () =>
      empty(
        "No case yet",
        "A case begins with a question and two or more answers that exclude each other.",
        button(
          "Begin one",
          () => {
            fresh.replaceChildren(newCase());
            fresh.querySelector<HTMLElement>("input")?.focus();
          },
          "primary",
        ),
      ),
  );
}
