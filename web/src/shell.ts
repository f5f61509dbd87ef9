// The frame around the pages: rail with the sections that the user's role may see, search, log out.
import {loadSession, send, session, setSession} from "./api";
import {add, foreign, h, replace} from "./dom";
import {go, here, href} from "./router";
import type {Session} from "./types";
import {button} from "./widgets";
import {roleName} from "./words";

interface Section {
  name: string;
  right: "analyst" | "moderator" | "admin";
  items: [string, string][];
}

const sections: Section[] = [
  {
    name: "Read",
    right: "analyst",
    items: [
      ["/documents", "Documents"],
      ["/events", "Events"],
      ["/statements", "Statements"],
      ["/figures", "Figures"],
    ],
  },
  {
    name: "Compare",
    right: "analyst",
    items: [
      ["/dyads", "Dyads"],
      ["/map", "Map of ties"],
      ["/triangle", "Triangle"],
      ["/votes", "Votes"],
    ],
  },
  {name: "Weigh", right: "analyst", items: [["/cases", "Cases"]]},
  {name: "Publish", right: "analyst", items: [["/briefs", "Briefs"]]},
  {name: "Readers", right: "moderator", items: [["/moderation", "Moderation"]]},
  {name: "House", right: "admin", items: [["/users", "Users"]]},
];

export function may(right: "analyst" | "moderator" | "admin"): boolean {
  const role = session().user?.role;
  return role === "admin" || role === right;
}

function markCurrent(rail: Element, path: string): void {
  rail.querySelectorAll("a.item").forEach((item) => {
    const own = item.getAttribute("href")?.slice(href("").length) ?? "";
    if (path === own || path.startsWith(own + "/")) item.setAttribute("aria-current", "page");
    else item.removeAttribute("aria-current");
  });
}

function quickSearch(): HTMLElement {
  const input = h("input", {
    type: "search",
    name: "q",
    "aria-label": "Search everything",
    placeholder: "Search  /",
  }) as HTMLInputElement;
  document.addEventListener("keydown", (event) => {
    if (
      event.key !== "/" ||
      (event.target as Element).closest("input,textarea,select,dialog,table") ||
      !input.isConnected
    )
      return;
    event.preventDefault();
    input.closest(".rail")?.classList.add("open");
    input.focus();
  });
  return h(
    "form.quick",
    {
      role: "search",
      "aria-label": "Everything",
      submit: (event: Event) => {
        event.preventDefault();
        if (input.value.trim()) go("/search?q=" + encodeURIComponent(input.value.trim()));
      },
    },
    input,
  );
}

function fillRail(rail: HTMLElement): void {
  const user = session().user;
  const bodyId = "rail-body";
  const menu = button(
    "Menu",
    () => {
      const open = rail.classList.toggle("open");
      menu.setAttribute("aria-expanded", String(open));
    },
    "menu",
    {"aria-expanded": "false", "aria-controls": bodyId},
  );
  const body = h("div.rail-body", {id: bodyId});
  if (user) {
    if (may("analyst")) body.append(quickSearch());
    body.append(
      h(
        "nav",
        {"aria-label": "Sections"},
        ...sections
          .filter((one) => may(one.right))
          .map((one) => [
            h("h2", null, one.name),
            ...one.items.map(([path, name]) => h("a.item", {href: href(path)}, name)),
          ]),
      ),
    );
    add(body, [
      h(
        "div.self",
        null,
        h(
          "p",
          null,
          h("a", {href: href("/account")}, foreign(user.name)),
          h("br"),
          h("span.soft", null, roleName(user.role)),
        ),
        h("p", null, h("a", {href: "/"}, "Published briefs")),
        button(
          "Log out",
          () => {
            void send<Session>("POST", "/api/logout")
              .then(setSession, () => loadSession())
              .then(() => go("/login"));
          },
          "quiet",
        ),
      ),
    ]);
  }
  replace(rail, h("div.bar-top", null, h("a.brand", {href: href("/")}, "Entente"), menu), body);
}

/** Builds the frame; gives what is to be called on every arrival at a page. */
export function buildFrame(root: HTMLElement): (path: string) => void {
  const rail = h("header.rail");
  const frame = h(
    "div.frame",
    null,
    rail,
    h("main.main", {id: "main", tabindex: "-1", "aria-busy": "true"}),
  );
  const skip = h(
    "a.skip",
    {
      href: "#main",
      click: (event: Event) => {
        event.preventDefault();
        document.getElementById("main")?.focus();
      },
    },
    "Skip to the content",
  );
  replace(root, skip, frame);
  let drawnFor: string | null = null;
  return (path) => {
    const user = session().user;
    const key = user ? `${user.name} ${user.role}` : "";
    if (key !== drawnFor) {
      fillRail(rail);
      drawnFor = key;
    }
    frame.classList.toggle("no-rail", !user || path.startsWith("/login"));
    rail.classList.remove("open");
    rail.querySelector(".menu")?.setAttribute("aria-expanded", "false");
    markCurrent(rail, path === "/" ? here() : path);
  };
}
