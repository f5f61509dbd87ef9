// The analysts' app: its pages by address, and who may see them.
import {ApiError, loadSession, onSession, session} from "./api";
import {replace} from "./dom";
import {briefPage, briefsPage} from "./pages/briefs";
import {casePage} from "./pages/case";
import {casesPage} from "./pages/cases";
import {documentPage} from "./pages/document";
import {documentsPage} from "./pages/documents";
import {dyadPage, dyadsPage} from "./pages/dyads";
import {moderationPage, usersPage} from "./pages/house";
import {accountPage, loginPage} from "./pages/login";
import {mapPage} from "./pages/map";
import {eventsPage, figuresPage, searchPage, statementsPage} from "./pages/told";
import {trianglePage, votesPage} from "./pages/states";
import {
  arrive,
  go,
  here,
  notFound,
  onArrival,
  onFailure,
  route,
  startRouting,
  type Page,
} from "./router";
import {buildFrame, may} from "./shell";
import {empty, failure, failureWords, head, link} from "./widgets";

type Right = "analyst" | "moderator" | "admin" | "anyone";

/** The page, or the way to log in, or why it is not for this user. */
function guarded(right: Right, page: Page): Page {
  return (main, place) => {
    if (!session().user) {
      go("/login?to=" + encodeURIComponent(here() + location.search), "replace");
      return undefined;
    }
    if (right !== "anyone" && !may(right)) {
      head(main, "Not for this account");
      main.append(
        empty(
          "Another role is needed",
          `This page is for the role “${right}”. An administrator can give it.`,
        ),
      );
      return undefined;
    }
    return page(main, place);
  };
}

const pages: [string, Right, Page][] = [
  ["/documents", "analyst", documentsPage],
  ["/documents/{id}", "analyst", documentPage],
  ["/events", "analyst", eventsPage],
  ["/statements", "analyst", statementsPage],
  ["/figures", "analyst", figuresPage],
  ["/search", "analyst", searchPage],
  ["/dyads", "analyst", dyadsPage],
  ["/dyads/{a}/{b}", "analyst", dyadPage],
  ["/map", "analyst", mapPage],
  ["/triangle", "analyst", trianglePage],
  ["/votes", "analyst", votesPage],
  ["/cases", "analyst", casesPage],
  ["/cases/{id}", "analyst", casePage],
  ["/briefs", "analyst", briefsPage],
  ["/briefs/{id}", "analyst", briefPage],
  ["/moderation", "moderator", moderationPage],
  ["/users", "admin", usersPage],
  ["/account", "anyone", accountPage],
];

function start(root: HTMLElement): void {
  onArrival(buildFrame(root));
  for (const [pattern, right, page] of pages) route(pattern, guarded(right, page));
  route("/login", loginPage);
  route(
    "/",
    guarded("anyone", () => go(may("analyst") ? "/documents" : "/moderation", "replace")),
  );
  notFound((main) => {
    head(main, "Nothing here");
    main.append(
      empty("This address leads nowhere", [
        "It may have been typed wrongly. ",
        link("/documents", "Back to the documents"),
        ".",
      ]),
    );
  });
  onFailure((main, error) => {
    if (error instanceof ApiError && error.status === 401) {
      go("/login?to=" + encodeURIComponent(here() + location.search), "replace");
      return;
    }
    if (error instanceof ApiError && error.status === 404) {
      head(main, "Not found");
      main.append(empty("There is no such thing in the store", failureWords(error)));
      return;
    }
    head(main, "Something went wrong");
    main.append(failure(error, () => void arrive(true)));
  });
  onSession((now) => {
    if (!now.user && !here().startsWith("/login")) void arrive(true);
  });
  startRouting();
  loadSession()
    .catch(() => undefined)
    .finally(() => void arrive(false));
}

const root = document.getElementById("app");
if (root) {
  replace(root);
  start(root);
}
