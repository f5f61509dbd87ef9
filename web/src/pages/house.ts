// The moderators' queue and the administrators' list of users.
import {get, part, send, session} from "../api";
import {foreign, h, replace} from "../dom";
import type {Place} from "../router";
import type {List, ModerationItem, Role, User} from "../types";
import {
  badge,
  button,
  empty,
  failure,
  field,
  form,
  head,
  table,
  type Column,
  toast,
} from "../widgets";
import {list as inWords, moment, roleName} from "../words";

function queueItem(
  item: ModerationItem,
  settle: (row: HTMLElement, verdict: "approve" | "reject") => void,
): HTMLElement {
  const reports = item.reports ?? [];
  const row = h(
    "li",
    {"data-comment": String(item.id)},
    h(
      "p",
      null,
      h("strong", null, foreign(item.name, "No name")),
      h(
        "span.soft",
        null,
        " on ",
        foreign(item.brief_title ?? String(item.brief)),
        ", ",
        moment(item.at),
      ),
      " ",
      badge(
        reports.length
          ? `reported ${reports.length === 1 ? "once" : reports.length + " times"}`
          : "held",
        reports.length ? "bad" : "doubt",
      ),
    ),
    h("blockquote", null, foreign(item.text)),
    reports.length
      ? h(
          "p.soft",
          null,
          "Reported: ",
          foreign(inWords(reports.map((one) => one.reason || "no reason given"))),
        )
      : null,
    h(
      "div.actions",
      null,
      button(
        item.state === "held" ? "Approve" : "Keep it",
        () => settle(row, "approve"),
        "primary",
      ),
      button("Reject", () => settle(row, "reject"), "danger"),
    ),
  );
  return row;
}

export async function moderationPage(main: HTMLElement, place: Place): Promise<void> {
  head(main, "Moderation", "First comments of newcomers, and comments that readers reported.", [
    h("a", {href: "/api/comments.csv", download: ""}, "All comments as CSV"),
  ]);
  const found = await get<List<ModerationItem>>("/api/moderation", {limit: 200}, place.signal);
  const box = h("div"),
    problem = h("div");
  const draw = (items: ModerationItem[]): void => {
    if (!items.length) {
      replace(
        box,
        empty("The queue is empty", "Held and reported comments wait here until somebody decides."),
      );
      return;
    }
    replace(
      box,
      h(
        "ul.queue",
        null,
        ...items.map((item) =>
          queueItem(item, (row, verdict) => {
            send("POST", `/api/comments/${part(String(item.id))}/${verdict}`, {})
              .then(() => {
                toast(verdict === "approve" ? "Shown to readers." : "Rejected.");
                const following = (
                  row.nextElementSibling ?? row.previousElementSibling
                )?.querySelector("button");
                draw(items.filter((one) => one !== item));
                const next = following?.closest("li")?.getAttribute("data-comment");
                box
                  .querySelector<HTMLElement>(
                    next ? `[data-comment="${CSS.escape(next)}"] button` : ".empty",
                  )
                  ?.focus();
              })
              .catch((error: unknown) => replace(problem, failure(error)));
          }),
        ),
      ),
    );
  };
  main.append(problem, box);
  draw(found.items);
}

const roles: [string, string][] = [
  ["analyst", "Analyst"],
  ["moderator", "Moderator"],
  ["admin", "Administrator"],
];

function newUser(done: () => void): HTMLElement {
  const name = field("Name", {required: true, autocomplete: "off", name: "new-name"});
  const role = field("Role", {options: roles, value: "analyst"});
  const password = field("First password", {
    type: "password",
    required: true,
    autocomplete: "new-password",
    minlength: 10,
    hint: "Ten characters or more; to be changed by the user.",
  });
  return form(
    "Add the user",
    [h("div.pair", null, name.box, role.box), password.box],
    async () => {
      await send("POST", "/api/users", {
        name: name.input.value.trim(),
        role: role.input.value,
        password: password.input.value,
      });
      toast(`${name.input.value.trim()} was added.`);
      done();
    },
    "stack.measure",
  );
}

interface AuditLine {
  at: string;
  who: string;
  what: string;
  subject: string;
  detail: string;
}

function auditTable(lines: AuditLine[]): HTMLElement {
  if (!lines.length) return empty("Nothing yet", "Changes by users are listed here.");
  const columns: Column<AuditLine>[] = [
    {name: "When", header: true, cell: (row) => moment(row.at)},
    {name: "Who", cell: (row) => foreign(row.who, "–")},
    {name: "What", cell: (row) => foreign(row.what)},
    {name: "On", cell: (row) => foreign([row.subject, row.detail].filter(Boolean).join(" "), "–")},
  ];
  return table("Last actions", columns, lines);
}

type Change = (user: User, body: Partial<User>) => void;

function userTable(users: User[], change: Change): HTMLElement {
  const mine = session().user?.name;
  const rolePick = (user: User): HTMLElement =>
    h(
      "select",
      {
        "aria-label": `Role of ${user.name}`,
        disabled: user.name === mine,
        change: (event: Event) =>
          change(user, {role: (event.target as HTMLSelectElement).value as Role}),
      },
      ...roles.map(([value, words]) => h("option", {value, selected: value === user.role}, words)),
    );
  const lock = (user: User): HTMLElement => {
    if (user.name === mine) return h("span.soft", null, "you");
    const words = user.disabled ? "Let in again" : "Lock out";
    const act = (): void => change(user, {disabled: !user.disabled});
    return button(words, act, "quiet", {
      "aria-label": `${words}: ${user.name}, ${roleName(user.role)}`,
    });
  };
  const columns: Column<User>[] = [
    {name: "Name", header: true, cell: (row) => foreign(row.name)},
    {name: "Role", cell: rolePick},
    {name: "Since", cell: (row) => moment(row.created, "–")},
    {
      name: "State",
      cell: (row) => (row.disabled ? badge("locked out", "bad") : badge("active", "good")),
    },
    {name: "Access", cell: lock},
  ];
  return table("Users", columns, users);
}

export async function usersPage(main: HTMLElement, place: Place): Promise<void> {
  head(
    main,
    "Users",
    "Who may read in texts, weigh and publish; who moderates; who keeps the house.",
    [
      h("a", {href: "/api/users.csv", download: ""}, "Users as CSV"),
      h("a", {href: "/api/audit.csv", download: ""}, "All actions as CSV"),
    ],
  );
  const box = h("div");
  const problem = h("div");
  const fresh = h("section");
  const log = h("div");
  const load = async (): Promise<void> => {
    const users = await get<List<User>>("/api/users", {limit: 500}, place.signal);
    replace(box, userTable(users.items, change));
    const lines = await get<List<AuditLine>>("/api/audit", {limit: 40}, place.signal);
    replace(log, auditTable(lines.items));
  };
  const change: Change = (user, body) => {
    replace(problem);
    send("PATCH", `/api/users/${part(user.name)}`, body)
      .then(() => toast("Saved."))
      .catch((error: unknown) => replace(problem, failure(error)))
      .finally(() => void load());
  };
  const drawNew = (): void => {
    const done = (): void => {
      void load();
      drawNew();
    };
    replace(fresh, h("h2", null, "New user"), newUser(done));
  };
  main.append(problem, box, fresh, h("section", null, h("h2", null, "Last actions"), log));
  drawNew();
  await load();
}
