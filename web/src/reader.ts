// The reader block under a published brief: seven reactions, one a reader; comments as plain text,
// threaded one level.  The server's own HTML stands in the section until this script has the live
// answers, and stays when it cannot get them.
import {ApiError, get, loadSession, part, send} from "./api";
import {announce, foreign, h, replace, s, type Child} from "./dom";
import type {List} from "./types";

interface Reactions {
  counts: Record<string, number>;
  mine: string | null;
}
interface Comment {
  id: string | number;
  name: string | null;
  text: string;
  at: string;
  parent?: string | number | null;
  mine?: boolean;
  state?: string;
}
interface Comments extends List<Comment> {
  open?: boolean;
  closes?: string | null;
}

const thumb =
  "M7 10.5h-3v8h3zM7 10.5l3.6-7c1.4 0 2.3 1 2 2.400l-.6 3.100h5.400c1.2 0 2 1 1.7 2.200l-1.3 5.800c-.2.9-.9 1.5-1.8 1.500H7";
const face = "M20.5 12a8.5 8.5 0 1 1-17 0a8.5 8.5 0 0 1 17 0zM9 9.500v.5M15 9.500v.5";
/* Our own drawings: fonts with pictures are not on every machine. */
const reactions: [string, string, string][] = [
  ["like", "Like", thumb],
  ["dislike", "Dislike", "turned"],
  [
    "love",
    "Love",
    "M12 19.500C5 14.5 4 11.5 4 9.200C4 5.2 9.5 3.5 12 7.700C14.5 3.5 20 5.2 20 9.200c0 2.3-1 5.3-8 10.300z",
  ],
  ["funny", "Funny", face + "M7.5 13h9c-.3 5.3-8.7 5.3-9 0z"],
  ["angry", "Angry", face + "M8.5 16.500c1.5-2.3 5.5-2.3 7 0M7 7l3 1.500M17 7l-3 1.5"],
  ["sad", "Sad", face + "M8.5 16.500c1.5-2.3 5.5-2.3 7 0M16.5 11.500v2"],
  ["wow", "Wow", face + "M12 13.500a1.9 2.3 0 1 0 .01 0zM7.5 6.800l2-.8M16.5 6.800l-2-.8"],
];

function icon(name: string, path: string): SVGElement {
  return s(
    "svg.icon",
    {viewBox: "0 0 24 24", "aria-hidden": "true"},
    s("path", {
      d: path === "turned" ? thumb : path,
      transform: name === "dislike" ? "rotate(180 12 12)" : null,
    }),
  );
}

const day = (iso: string): string => {
  const when = new Date(iso);
  return Number.isNaN(when.getTime())
    ? iso
    : when.toLocaleDateString("en-GB", {
        day: "numeric",
        month: "long",
        year: "numeric",
        timeZone: "UTC",
      });
};

function problemWords(error: unknown): string {
  if (error instanceof ApiError && error.status === 429)
    return "That was a little fast. Please wait a moment.";
  return error instanceof Error ? error.message : "That did not work.";
}

function button(words: Child, act: () => void, kind = "plain"): HTMLButtonElement {
  return h(`button.${kind}`, {type: "button", click: act}, words) as HTMLButtonElement;
}

/** Everything that this page knows and shows. */
class ReaderBlock {
  private readonly path: string;
  private readonly reactionBox = h("div.reactions", {role: "group", "aria-label": "Your reaction"});
  private readonly commentBox = h("div");
  private readonly said = h("p.said-back", {role: "status"});
  private comments: Comments = {items: [], total: 0, next: null};

  constructor(
    private readonly section: HTMLElement,
    id: string,
  ) {
    this.path = `/api/briefs/${part(id)}`;
  }

  async start(): Promise<void> {
    await loadSession();
    const [counts, comments] = await Promise.all([
      get<Reactions>(`${this.path}/reaction`),
      this.allComments(),
    ]);
    this.comments = comments;
    this.drawReactions(counts);
    this.drawComments();
    replace(
      this.section,
      h("h2", null, "What readers say"),
      this.reactionBox,
      this.commentBox,
      this.said,
      this.own(),
    );
    this.section.classList.add("live");
  }

  private async allComments(): Promise<Comments> {
    const first = await get<Comments>(`${this.path}/comments`, {limit: 200});
    for (let next = first.next; next && first.items.length < 2000;) {
      const more = await get<Comments>(`${this.path}/comments`, {limit: 200, after: next});
      first.items.push(...more.items);
      next = more.next;
    }
    return first;
  }

  private tell(words: string): void {
    this.said.textContent = words;
    announce(words);
  }

  private drawReactions(now: Reactions): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset?.["reaction"];
    replace(
      this.reactionBox,
      ...reactions.map(([name, words, path]) => {
        const mine = now.mine === name,
          n = now.counts[name] ?? 0;
        return h(
          "button.reaction",
          {
            type: "button",
            "data-reaction": name,
            "aria-pressed": String(mine),
            click: () => void this.react(name, mine),
          },
          icon(name, path),
          h("span.word", null, words),
          " ",
          h("span.n", null, n),
        );
      }),
    );
    if (focused)
      this.reactionBox.querySelector<HTMLElement>(`[data-reaction="${focused}"]`)?.focus();
  }

  private async react(name: string, mine: boolean): Promise<void> {
    try {
      const now = mine
        ? await send<Reactions | null>("DELETE", `${this.path}/reaction`)
        : await send<Reactions>("PUT", `${this.path}/reaction`, {reaction: name});
      this.drawReactions(now?.counts ? now : await get<Reactions>(`${this.path}/reaction`));
      this.tell(mine ? "Your reaction was taken back." : `Your reaction: ${name}.`);
    } catch (error) {
      this.tell(problemWords(error));
    }
  }

  private drawComments(): void {
    const tops = this.comments.items.filter(
      (one) => one.parent === null || one.parent === undefined,
    );
    const open = this.comments.open !== false;
    replace(
      this.commentBox,
      tops.length
        ? h("ol.comments", null, ...tops.map((one) => this.comment(one, open)))
        : h("p.small", null, open ? "No comments yet." : "No comments were made."),
      open ? this.composer(null) : h("p.small", null, "Comments on this brief are closed."),
      open && this.comments.closes
        ? h("p.small", null, `Open until ${day(this.comments.closes)}.`)
        : null,
    );
  }

  private comment(one: Comment, open: boolean): HTMLElement {
    const top = one.parent === null || one.parent === undefined;
    const answers = top
      ? this.comments.items.filter((other) => String(other.parent) === String(one.id))
      : [];
    const room = h("div"),
      gone = one.state === "deleted" || one.state === "rejected";
    return h(
      "li",
      {id: `comment-${one.id}`},
      h(
        "p.small",
        null,
        h("strong", null, foreign(one.name, "A reader")),
        ` · ${day(one.at)}`,
        one.state === "held"
          ? h("span.held", null, " · waits for a moderator; only you see it")
          : null,
      ),
      h(
        "p.comment-text",
        null,
        gone ? h("span.held", null, "This comment was deleted.") : foreign(one.text),
      ),
      gone
        ? null
        : h(
            "p.comment-actions",
            null,
            open && top
              ? button("Answer", () => {
                  if (room.childElementCount) replace(room);
                  else {
                    replace(room, this.composer(one));
                    room.querySelector("textarea")?.focus();
                  }
                })
              : null,
            one.mine
              ? button("Delete", () => void this.remove(one))
              : button("Report", () => {
                  replace(room, this.reporter(one, room));
                  room.querySelector("input")?.focus();
                }),
          ),
      room,
      answers.length
        ? h("ol.comments", null, ...answers.map((answer) => this.comment(answer, open)))
        : null,
    );
  }

  private composer(parent: Comment | null): HTMLElement {
    const key = parent ? `-${parent.id}` : "";
    const text = h("textarea", {
      id: `comment-text${key}`,
      rows: parent ? 3 : 4,
      maxlength: 4000,
      required: true,
      dir: "auto",
    }) as HTMLTextAreaElement;
    const name = h("input", {
      id: `comment-name${key}`,
      maxlength: 60,
      autocomplete: "nickname",
      dir: "auto",
    }) as HTMLInputElement;
    const problem = h("p.problem", {role: "alert"});
    return h(
      "form.comment-form",
      {
        submit: (event: Event) => {
          event.preventDefault();
          if (!text.value.trim()) {
            problem.textContent = "Please write something first.";
            text.focus();
            return;
          }
          void this.post(text.value, name.value, parent, problem);
        },
      },
      h("label", {for: text.id}, parent ? "Your answer" : "Your comment"),
      text,
      h("label", {for: name.id}, "Name (may stay empty)"),
      name,
      problem,
      h("button.send", {type: "submit"}, parent ? "Send the answer" : "Send the comment"),
    );
  }

  private async post(
    text: string,
    name: string,
    parent: Comment | null,
    problem: HTMLElement,
  ): Promise<void> {
    try {
      const body: Record<string, unknown> = {text, name: name.trim()};
      if (parent) body["parent"] = parent.id;
      const made = await send<Comment & {comment?: Comment; held?: boolean}>(
        "POST",
        `${this.path}/comments`,
        body,
      );
      const comment = made.comment ?? made;
      const held = comment.state === "held" || made.held === true;
      this.comments.items.push({...comment, mine: true, state: held ? "held" : "shown"});
      this.drawComments();
      this.tell(
        held
          ? "Thank you. A moderator reads first comments before they are shown."
          : "Thank you. Your comment is shown.",
      );
    } catch (error) {
      problem.textContent = problemWords(error);
    }
  }

  private async remove(one: Comment): Promise<void> {
    try {
      await send("DELETE", `/api/comments/${part(String(one.id))}`);
      this.comments = await this.allComments();
      this.drawComments();
      this.tell("Your comment was deleted.");
    } catch (error) {
      this.tell(problemWords(error));
    }
  }

  private reporter(one: Comment, room: HTMLElement): HTMLElement {
    const reason = h("input", {
      id: `reason-${one.id}`,
      maxlength: 300,
      required: true,
      dir: "auto",
    }) as HTMLInputElement;
    return h(
      "form.comment-form",
      {
        submit: (event: Event) => {
          event.preventDefault();
          send("POST", `/api/comments/${part(String(one.id))}/report`, {
            reason: reason.value.trim(),
          })
            .then(() => {
              replace(room);
              this.tell("Thank you. A moderator will look at it.");
            })
            .catch((error: unknown) => this.tell(problemWords(error)));
        },
      },
      h("label", {for: reason.id}, "What is wrong with it?"),
      reason,
      h("button.send", {type: "submit"}, "Report"),
    );
  }

  /** What is kept about this reader: to take along, and to delete. */
  private own(): HTMLElement {
    const room = h("div");
    return h(
      "details.own",
      null,
      h("summary", null, "What is kept about you"),
      h(
        "p.small",
        null,
        "A random cookie that ties your reaction and comments to this browser; no address is stored. You can take your part along or delete it.",
      ),
      h(
        "p.comment-actions",
        null,
        h("a", {href: "/api/reader", download: "entente-reader.json"}, "Download"),
        button("Delete all of it", () =>
          replace(
            room,
            h(
              "p.comment-actions",
              {role: "alert"},
              "Your reactions and comments will be gone. ",
              button("Yes, delete", () => void this.forget(room)),
            ),
          ),
        ),
      ),
      room,
    );
  }

  private async forget(room: HTMLElement): Promise<void> {
    try {
      await send("DELETE", "/api/reader");
      replace(room);
      await this.start();
      this.tell("Everything kept about you was deleted.");
    } catch (error) {
      this.tell(problemWords(error));
    }
  }
}

const section = document.getElementById("readers");
const id = section?.dataset["brief"];
if (section && id) new ReaderBlock(section, id).start().catch(() => undefined);
