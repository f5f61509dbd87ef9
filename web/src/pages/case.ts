// A case: the matrix as an editor made for the keyboard, the answer under every rule of counting,
// what it hangs on, the case file, and its history.
import {ApiError, address, get, part, send, session} from "../api";
import {announce, foreign, h, replace} from "../dom";
import type {Place} from "../router";
import type {CaseView, EvidenceItem, List} from "../types";
import {ask, badge, button, empty, failure, field, form, head, link, note, toast} from "../widgets";
import {list, moment} from "../words";
import {
  differences,
  matrixGrid,
  ratingOfKey,
  ratingsBy,
  scale,
  scores,
  withEvidence,
} from "./matrix";

interface Edit {
  evidence: string;
  hypothesis: string;
  rating: string;
}

/** One case on the screen: its last known state, edits under way, and how to draw itself. */
class Editor {
  private undoStack: Edit[] = [];
  private at: [number, number] = [0, 0];
  private readonly matrixBox = h("div");
  private readonly scoreBox = h("div");
  private readonly conflictBox = h("div");
  private readonly state = h("span.soft", {role: "status"});
  private pending: Edit[] = []; // ratings that the server does not have yet, oldest first
  private sending = false;
  private blocked = false; // somebody has to decide first
  private readonly analyst = session().user?.name ?? "";

  constructor(
    private view: CaseView,
    private readonly place: Place,
    private reveal: boolean,
  ) {}

  private get path(): string {
    return `/api/cases/${part(this.view.id)}`;
  }

  private set(edit: Edit, remember = true): void {
    const was = ratingsBy(this.view, this.analyst, edit.evidence, edit.hypothesis);
    if (was === edit.rating) return;
    if (remember) this.undoStack.push({...edit, rating: was});
    this.put(edit);
    this.drawMatrix();
    this.focusCell();
    announce(
      `${edit.evidence} against ${edit.hypothesis}: ${scale.find(([value]) => value === edit.rating)?.[1] ?? "blank"}`,
    );
    this.pending.push(edit);
    void this.pump();
  }

  private put(edit: Edit): void {
    const mine = ((this.view.case.ratings ??= {})[this.analyst] ??= {});
    const row = (mine[edit.evidence] ??= {});
    if (edit.rating) row[edit.hypothesis] = edit.rating;
    else delete row[edit.hypothesis];
  }

  /** Sends what is pending, one rating at a time, each upon the state that the last one made. */
  private async pump(): Promise<void> {
    if (this.sending || this.blocked) return;
    this.sending = true;
    while (this.pending[0] && !this.blocked) {
      this.state.textContent = "Saving …";
      await this.save(this.pending[0]);
    }
    this.sending = false;
  }

  private async save(edit: Edit): Promise<void> {
    const path = address(this.path + "/ratings", {reveal: this.reveal});
    try {
      const next = await send<CaseView>("PUT", path, {...edit, base_revision: this.view.revision});
      this.pending.shift();
      this.take(next);
      this.state.textContent = this.pending.length ? "Saving …" : `Saved as state ${next.revision}`;
    } catch (error) {
      this.blocked = true;
      this.state.textContent = "Not saved yet";
      const stale = error instanceof ApiError && error.status === 409;
      if (stale) await this.conflict().catch((reason: unknown) => this.stopped(reason));
      else this.stopped(error);
    }
  }

  private stopped(error: unknown): void {
    replace(
      this.conflictBox,
      failure(error, () => this.goOn()),
    );
  }

  private goOn(): void {
    this.blocked = false;
    replace(this.conflictBox);
    void this.pump();
  }

  /** Takes over the server's state; ratings that are still on their way stay on top of it. */
  private take(next: CaseView): void {
    this.view = next;
    for (const edit of this.pending) this.put(edit);
    this.drawMatrix();
    this.drawScores();
  }

  private async fetchNow(): Promise<CaseView> {
    return get<CaseView>(this.path, {reveal: this.reveal}, this.place.signal);
  }

  /** Somebody else saved first: tells what changed, and asks whether mine goes on top. */
  private async conflict(): Promise<void> {
    this.state.textContent = "Not saved yet";
    const base = this.view,
      now = await this.fetchNow();
    const theirs = differences(base, now).filter(
      (words) => !words.startsWith(`${this.analyst} rated`),
    );
    const mine = this.pending.map(
      (edit) => `${edit.evidence} against ${edit.hypothesis}: ${edit.rating || "blank"}`,
    );
    const finish = (keep: boolean): void => {
      if (!keep) {
        this.pending = [];
        this.state.textContent = "Theirs was taken; yours was dropped.";
      }
      this.take(now);
      this.goOn();
      this.focusCell();
    };
    replace(
      this.conflictBox,
      h(
        "div.note.bad.conflict",
        {role: "alert"},
        h(
          "div",
          null,
          h(
            "p",
            null,
            h("strong", null, `The case was changed meanwhile by ${now.by ?? "somebody else"}.`),
            ` It is now in state ${now.revision}, you began from ${base.revision}.`,
          ),
          theirs.length ? h("p", null, "There: ", list(theirs.slice(0, 6)), ".") : null,
          h("p", null, "Yours, not saved yet: ", list(mine), "."),
        ),
        h(
          "div.actions",
          null,
          button("Put mine on top", () => finish(true), "primary"),
          button("Drop mine", () => finish(false)),
        ),
      ),
    );
  }

  private focusCell(): void {
    const [row, column] = this.at;
    this.matrixBox
      .querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`)
      ?.focus();
  }

  private here(): {evidence: string; hypothesis: string} | null {
    const evidence = this.view.case.evidence[this.at[0]],
      hypothesis = this.view.case.hypotheses[this.at[1]];
    return evidence && hypothesis ? {evidence: evidence.id, hypothesis: hypothesis.id} : null;
  }

  private undo(): void {
    const edit = this.undoStack.pop();
    if (!edit) {
      announce("Nothing to undo");
      return;
    }
    this.at = [
      Math.max(
        0,
        this.view.case.evidence.findIndex((one) => one.id === edit.evidence),
      ),
      Math.max(
        0,
        this.view.case.hypotheses.findIndex((one) => one.id === edit.hypothesis),
      ),
    ];
    this.set(edit, false);
  }

  private key(event: KeyboardEvent): void {
    const rows = this.view.case.evidence.length,
      columns = this.view.case.hypotheses.length;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      this.undo();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      Home: [0, -columns],
      End: [0, columns],
    };
    const by = move[event.key];
    if (by) {
      event.preventDefault();
      this.select(
        Math.min(rows - 1, Math.max(0, this.at[0] + by[0])),
        Math.min(columns - 1, Math.max(0, this.at[1] + by[1])),
      );
      this.focusCell();
      return;
    }
    if (event.key === "u") {
      event.preventDefault();
      this.undo();
      return;
    }
    const rating = ratingOfKey(event.key),
      cell = this.here();
    if (rating !== null && cell) {
      event.preventDefault();
      this.set({...cell, rating});
    }
  }

  private select(row: number, column: number): void {
    this.at = [row, column];
    this.matrixBox.querySelectorAll("[data-row]").forEach((one) => {
      one.setAttribute(
        "tabindex",
        one.getAttribute("data-row") === String(row) &&
          one.getAttribute("data-column") === String(column)
          ? "0"
          : "-1",
      );
    });
  }

  private cell(item: EvidenceItem, row: number, hypothesis: string, column: number): HTMLElement {
    const mine = ratingsBy(this.view, this.analyst, item.id, hypothesis);
    const others = Object.keys(this.view.case.ratings ?? {})
      .filter((name) => name !== this.analyst)
      .map((name) => [name, ratingsBy(this.view, name, item.id, hypothesis)] as const)
      .filter(([, value]) => value);
    const meant = scale.find(([value]) => value === mine)?.[1];
    const words = meant ? `${mine}, ${meant.toLowerCase()}` : "not rated";
    return h(
      `td.cell${mine ? ".r-" + mine : ""}`,
      {role: "gridcell"},
      h(
        "button",
        {
          type: "button",
          tabindex: this.at[0] === row && this.at[1] === column ? "0" : "-1",
          "data-row": row,
          "data-column": column,
          "aria-label": `${item.id} against ${hypothesis}: ${words}${others.map(([name, value]) => `; ${name} ${value}`).join("")}`,
          focus: () => this.select(row, column),
          click: () => this.select(row, column),
        },
        mine || "·",
      ),
      others.length
        ? h(
            "span.other",
            {"aria-hidden": "true"},
            others.map(([name, value]) => `${name} ${value}`).join(" · "),
          )
        : null,
    );
  }

  private drawMatrix(): void {
    const focused = this.matrixBox.contains(document.activeElement);
    const grid = matrixGrid(this.view, (item, row, hypothesis, column) =>
      this.cell(item, row, hypothesis, column),
    );
    grid.addEventListener("keydown", (event) => this.key(event));
    replace(this.matrixBox, h("div.scroll", null, grid));
    if (focused) this.focusCell();
  }

  private drawScores(): void {
    const weigh = this.view.weigh;
    replace(
      this.scoreBox,
      weigh
        ? scores(weigh)
        : empty(
            "No answer yet",
            this.view.case.hidden?.length
              ? "Rate every cell first: until then the others’ ratings, and the answer, stay hidden from you."
              : "Rate the evidence and the answer appears here.",
          ),
    );
  }

  private palette(): HTMLElement {
    return h(
      "div.actions",
      {role: "toolbar", "aria-label": "Rating of the chosen cell"},
      h(
        "span.segments",
        null,
        ...scale.map(([value, words, shortcut]) =>
          button(
            [value, h("span.unseen", null, `: ${words}`)],
            () => {
              const cell = this.here();
              if (cell) this.set({...cell, rating: value});
            },
            "",
            {title: `${words} (${shortcut})`},
          ),
        ),
      ),
      button("Clear", () => {
        const cell = this.here();
        if (cell) this.set({...cell, rating: ""});
      }),
      button("Undo", () => this.undo()),
      this.state,
    );
  }

  draw(main: HTMLElement): void {
    const hidden = this.view.case.hidden ?? [];
    const others = Object.keys(this.view.case.ratings ?? {}).filter(
      (name) => name !== this.analyst,
    );
    main.append(
      this.conflictBox,
      h(
        "section",
        {"aria-label": "Matrix"},
        this.palette(),
        h(
          "p.keys",
          null,
          h("kbd", null, "↑↓←→"),
          " move ",
          ...scale.flatMap(([value, , key]) => [
            h("kbd", null, key.replace("Shift+", "⇧")),
            ` ${value} `,
          ]),
          h("kbd", null, "Del"),
          " clear ",
          h("kbd", null, "u"),
          " undo",
        ),
        hidden.length
          ? note(
              "plain",
              `Blind: the ratings of ${list(hidden)} are hidden until you have rated. `,
              this.view.may_reveal
                ? button("Show them now", () => void this.showOthers(main), "quiet")
                : null,
            )
          : others.length
            ? h(
                "p.matrix-note",
                null,
                `Below each rating, in small print: what ${list(others)} rated.`,
              )
            : null,
        this.matrixBox,
      ),
      h("section", {"aria-label": "Answer"}, h("h2", null, "Answer"), this.scoreBox),
      this.fileSection(),
      this.suggestSection(),
      this.historySection(),
    );
    this.drawMatrix();
    this.drawScores();
  }

  private async showOthers(main: HTMLElement): Promise<void> {
    const sure = await ask(
      "Show the others’ ratings?",
      "Ratings made after seeing those of others are no longer independent. The history keeps what you rated before.",
      "Show them",
    );
    if (!sure) return;
    this.reveal = true;
    this.view = await this.fetchNow();
    drawPage(main, this);
  }

  title(): {view: CaseView} {
    return {view: this.view};
  }

  private fileSection(): HTMLElement {
    const yaml = field("Case file (YAML)", {
      rows: 18,
      value: this.view.yaml,
      hint: "Hypotheses, evidence, credibility, groups, and everybody’s ratings. Comments are kept.",
    });
    yaml.input.classList.add("code-text");
    const said = h("div");
    let base = this.view.revision;
    const made = form("Save the file", [yaml.box, said], async () => {
      yaml.fail(null);
      replace(said);
      try {
        this.take(
          await send<CaseView>("PUT", address(this.path, {reveal: this.reveal}), {
            yaml: yaml.input.value,
            base_revision: base,
          }),
        );
        base = this.view.revision;
        toast(`Saved as state ${base}`);
      } catch (error) {
        if (error instanceof ApiError && error.status === 422) {
          yaml.fail(error.message);
          yaml.input.focus();
          return;
        }
        if (!(error instanceof ApiError && error.status === 409)) throw error;
        const now = await this.fetchNow();
        const takeTheirs = (): void => {
          yaml.input.value = now.yaml;
          replace(said);
          this.take(now);
        };
        replace(said, ...sideBySide(now, takeTheirs));
        base = now.revision;
      }
    });
    return h(
      "details",
      {
        toggle: () => {
          if (base !== this.view.revision && !said.childElementCount) {
            yaml.input.value = this.view.yaml;
            base = this.view.revision;
          }
        },
      },
      h("summary", null, "Case file"),
      made,
    );
  }

  private suggestSection(): HTMLElement {
    const box = h("div");
    return h(
      "details",
      {
        toggle: (event: Event) => {
          if (!(event.target as HTMLDetailsElement).open || box.childElementCount) return;
          void get<{items?: EvidenceItem[]; evidence?: EvidenceItem[]; yaml?: string}>(
            this.path + "/suggest",
            {},
            this.place.signal,
          )
            .then((found) => {
              const items = found.items ?? found.evidence ?? [];
              replace(
                box,
                items.length
                  ? h(
                      "ul.told",
                      null,
                      ...items.map((item) =>
                        h(
                          "li",
                          null,
                          h("span.when", null, String(item.date ?? "")),
                          h(
                            "div",
                            null,
                            foreign(item.text),
                            " ",
                            item.kind ? badge(item.kind) : null,
                            " ",
                            button(
                              "Add as evidence",
                              () => void this.addEvidence(item, box),
                              "quiet",
                            ),
                          ),
                        ),
                      ),
                    )
                  : empty(
                      "Nothing to suggest",
                      "No event or statement of the store names the case’s states.",
                    ),
              );
            })
            .catch((error: unknown) => replace(box, failure(error)));
        },
      },
      h("summary", null, "Evidence from the store"),
      box,
    );
  }

  private async addEvidence(item: EvidenceItem, box: HTMLElement): Promise<void> {
    try {
      this.take(
        await send<CaseView>("PUT", address(this.path, {reveal: this.reveal}), {
          yaml: withEvidence(this.view, item),
          base_revision: this.view.revision,
        }),
      );
      toast("Added; it waits for its ratings.");
    } catch (error) {
      box.prepend(failure(error));
    }
  }

  private historySection(): HTMLElement {
    const box = h("div");
    return h(
      "details",
      {
        toggle: (event: Event) => {
          if (!(event.target as HTMLDetailsElement).open) return;
          void get<List<{revision: number; at: string; by: string | null; changes?: string[]}>>(
            this.path + "/history",
            {},
            this.place.signal,
          )
            .then((found) =>
              replace(
                box,
                h(
                  "ol.told",
                  null,
                  ...found.items.map((one) =>
                    h(
                      "li",
                      null,
                      h("span.when", null, `State ${one.revision}`),
                      h(
                        "div",
                        null,
                        h("p", null, moment(one.at), ", ", foreign(one.by, "unknown")),
                        ...(one.changes ?? []).map((words) => h("p.soft", null, foreign(words))),
                      ),
                    ),
                  ),
                ),
              ),
            )
            .catch((error: unknown) => replace(box, failure(error)));
        },
      },
      h("summary", null, "History"),
      box,
    );
  }
}

/** Somebody saved the case file first: theirs beside one's own. */
function sideBySide(now: CaseView, takeTheirs: () => void): HTMLElement[] {
  const theirs = field(`Theirs: state ${now.revision}, by ${now.by ?? "somebody"}`, {
    rows: 14,
    value: now.yaml,
  });
  theirs.input.classList.add("code-text");
  (theirs.input as HTMLTextAreaElement).readOnly = true;
  return [
    h(
      "div.note.bad.conflict",
      {role: "alert"},
      h(
        "p",
        null,
        h("strong", null, "Somebody saved first. "),
        "Theirs stands below. Bring both together in the field above and save again, ",
        "or take theirs.",
      ),
      h("div.actions", null, button("Take theirs", takeTheirs)),
    ),
    theirs.box,
  ];
}

function drawPage(main: HTMLElement, editor: Editor): void {
  const {view} = editor.title();
  head(
    main,
    view.case.question || view.id,
    [
      `State ${view.revision}`,
      view.by ? [", saved by ", foreign(view.by)] : null,
      view.updated ? `, ${moment(view.updated)}` : null,
    ],
    [
      link(`/briefs?case=${part(view.id)}`, "Compose a brief"),
      h("a", {href: `/api/cases/${part(view.id)}.csv`, download: ""}, "CSV"),
      h("a", {href: `/api/cases/${part(view.id)}.yaml`, download: ""}, "YAML"),
    ],
    link("/cases", "Cases"),
  );
  editor.draw(main);
}

export async function casePage(main: HTMLElement, place: Place): Promise<void> {
  const view = await get<CaseView>(
    `/api/cases/${part(place.parameters["id"] ?? "")}`,
    {},
    place.signal,
  );
  drawPage(main, new Editor(view, place, false));
}
