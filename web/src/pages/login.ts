// Logging in, and the account's own page.
import {get, send, session, setSession} from "../api";
import {foreign, h, replace} from "../dom";
import {go, title, type Place} from "../router";
import type {Session} from "../types";
import {field, form, head, note} from "../widgets";
import {roleName} from "../words";

/** Only addresses of the app itself are followed after logging in. */
function returnPath(place: Place): string {
  const wanted = place.query.get("to") ?? "";
  return /^\/[a-z]/.test(wanted) && !wanted.startsWith("/login") ? wanted : "/documents";
}

export function loginPage(main: HTMLElement, place: Place): void {
  main.className = "main entry";
  const name = field("Name", {autocomplete: "username", required: true, name: "name"});
  const password = field("Password", {
    type: "password",
    autocomplete: "current-password",
    required: true,
    name: "password",
  });
  title("Log in");
  replace(
    main,
    h(
      "div.entry-words",
      null,
      h("p.masthead", null, "Entente"),
      h("h1", null, "Is A moving toward B, at whose cost, since when, and why?"),
      h(
        "p",
        null,
        "Every answer here leads back to a sentence, a vote or a figure, and says how sure it is.",
      ),
      h("p", null, h("a", {href: "/"}, "Read the published briefs"), " without an account."),
    ),
    h(
      "section.entry-form",
      {"aria-label": "Log in"},
      h("h2", null, "Log in"),
      form("Log in", [name.box, password.box], async () => {
        setSession(
          await send<Session>("POST", "/api/login", {
            name: name.input.value.trim(),
            password: password.input.value,
          }),
        );
        go(returnPath(place), "replace");
      }),
    ),
  );
}

export function accountPage(main: HTMLElement): void {
  const user = session().user;
  if (!user) return;
  head(main, "Account", [foreign(user.name), `, ${roleName(user.role).toLowerCase()}`]);
  const old = field("Current password", {
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const next = field("New password", {
    type: "password",
    autocomplete: "new-password",
    required: true,
    minlength: 10,
    hint: "Ten characters or more; a few unrelated words do well.",
  });
  const again = field("New password again", {
    type: "password",
    autocomplete: "new-password",
    required: true,
  });
  const said = h("div");
  main.append(
    h(
      "section.narrow",
      null,
      h("h2", null, "Change the password"),
      said,
      form("Change password", [old.box, next.box, again.box], async () => {
        replace(said);
        again.fail(null);
        if (next.input.value !== again.input.value) {
          again.fail("The two do not agree.");
          again.input.focus();
          return;
        }
        await send("POST", "/api/account/password", {old: old.input.value, new: next.input.value});
        for (const one of [old, next, again]) one.input.value = "";
        await get<Session>("/api/session").then(setSession);
        replace(
          said,
          note("good", "The password is changed. Other sessions of this account are logged out."),
        );
      }),
    ),
  );
}
