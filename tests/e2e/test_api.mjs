// The live API against its own description: every GET is asked, every answer validated; rights hold.
import { end, equal, example, fromWeb, ok, open, person, test } from "./house.mjs";

const Ajv = fromWeb("ajv/dist/2020").default;
const house = await open({read: [example]});
const people = {public: await person(house, null), analyst: await person(house, "anna"), moderator: await person(house, "mora"), admin: await person(house, "ada")};
people.session = people.analyst;
people.reader = people.public;
await people.public.page.goto("/");
await people.public.page.evaluate(async () => { await fetch("/api/session"); }); // a reader's cookie

function ask(who, path, method = "GET", body) {
  return who.page.evaluate(async ([path, method, body]) => {
    const token = method === "GET" ? "" : (await (await fetch("/api/session")).json()).token;
    const reply = await fetch(path, {method, body: body === undefined ? undefined : JSON.stringify(body),
      headers: method === "GET" ? {} : {"X-Entente-Token": token, "Content-Type": "application/json"}});
    const text = await reply.text(), type = reply.headers.get("content-type") ?? "";
    return {status: reply.status, type, text, json: type.startsWith("application/json") ? JSON.parse(text) : null};
  }, [path, method, body]);
}

const description = (await ask(people.public, "/api/openapi.json")).json;
const ajv = new Ajv({strict: false, allErrors: true, formats: {"date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, date: /^\d{4}(-\d\d){0,2}$/, uri: true, binary: true}});
ajv.addSchema({$id: "house", components: description.components});
const within = (schema) => JSON.parse(JSON.stringify(schema).replaceAll("\"#/components/", "\"house#/components/"));

function follow(one) {
  return one.$ref ? one.$ref.slice(2).split("/").reduce((at, name) => at[name], description) : one;
}

/** Throws when the answer is of a status or shape that the operation does not tell. */
function check(operation, reply) {
  const told = operation.responses[String(reply.status)] ?? operation.responses.default;
  ok(told, `status ${reply.status} is not described`);
  const content = follow(told).content;
  if (!content) return;
  const type = Object.keys(content).find((one) => reply.type.startsWith(one)) ?? (content["application/json"] && reply.json ? "application/json" : null);
  ok(type, `type ${reply.type} is not described, expected ${Object.keys(content)}`);
  if (!reply.json || !content[type].schema) return;
  const validate = ajv.compile(within(content[type].schema));
  ok(validate(reply.json), JSON.stringify(validate.errors?.slice(0, 4)) + " in " + reply.text.slice(0, 300));
}

const yaml = "case: for-the-api\nquestion: Why?\nhypotheses:\n  - {id: H1, text: One}\n  - {id: H2, text: Other}\nevidence:\n  - {id: E1, kind: fact, text: It happened}\nratings:\n  ben:\n    E1: {H1: C, H2: I}\n";
const known = {};

await test("what is posted answers as described, too", async () => {
  const posts = [
    ["/api/documents", "POST", {text: "France condemned Russia on January 8, 2025.\n", title: "Short"}, "job"],
    ["/api/cases", "POST", {yaml}, "case"], ["/api/cases", "POST", {yaml: "case: [broken"}, null],
    ["/api/briefs", "POST", {documents: ["example"], title: "For the API"}, "brief"], ["/api/briefs", "POST", {documents: ["no such"]}, null],
  ];
  for (const [path, method, body, keep] of posts) {
    const reply = await ask(people.analyst, path, method, body);
    check(description.paths[path][method.toLowerCase()], reply);
    if (keep) { ok(reply.status < 300, `${path}: ${reply.status} ${reply.text}`); known[keep] = String(reply.json.id ?? reply.json.job); }
    else ok(reply.status >= 400 && reply.status < 500, `${path}: ${reply.status}`);
  }
  check(description.paths["/api/briefs/{id}/publish"].post, await ask(people.analyst, `/api/briefs/${known.brief}/publish`, "POST"));
  const brief = await ask(people.analyst, `/api/briefs/${known.brief}`);
  Object.assign(known, {slug: brief.json.slug, hash: brief.json.versions[0].hash});
  const comments = `/api/briefs/${known.brief}/comments`;
  check(description.paths["/api/briefs/{id}/comments"].post, await ask(people.public, comments, "POST", {text: "A comment", name: "Ines"}));
  check(description.paths["/api/briefs/{id}/reaction"].put, await ask(people.public, comments.replace("comments", "reaction"), "PUT", {reaction: "wow"}));
  check(description.paths["/api/briefs/{id}/reaction"].put, await ask(people.public, comments.replace("comments", "reaction"), "PUT", {reaction: "no such"}));
  const stale = await ask(people.analyst, `/api/cases/${known.case}/ratings`, "PUT", {evidence: "E1", hypothesis: "H1", rating: "C", base_revision: 99});
  check(description.paths["/api/cases/{id}/ratings"].put, stale);
  equal(stale.status, 409);
});

/** A path with every {name} filled in; null when nothing fits. */
function filled(path) {
  const id = path.startsWith("/api/documents") ? "example" : path.startsWith("/api/jobs") ? known.job : path.startsWith("/api/cases") ? known.case : known.brief;
  const local = path.startsWith("/api/statements") ? "s1" : "e1";
  const values = {id, doc: "example", local, a: "IND", b: "USA", slug: known.slug, hash: known.hash, name: "anna", view: "documents"};
  return path.replace(/\{(\w+)\}/g, (_all, name) => encodeURIComponent(values[name] ?? "missing"));
}
const queries = {"/api/triangle": "?states=IND,USA,RUS", "/api/votes": "?a=IND&b=USA", "/api/search": "?q=border", "/api/triangle.csv": "?states=IND,USA,RUS",
  "/api/votes.csv": "?a=IND&b=USA", "/api/cases/{id}.csv": "?reveal=1", "/api/cases/{id}.svg": "?reveal=1", "/api/search.csv": "?q=border"};

for (const [path, methods] of Object.entries(description.paths)) {
  const operation = methods.get;
  if (!operation || path.startsWith("/assets") || !path.startsWith("/api")) continue;
  const right = operation["x-right"] ?? "public";
  await test(`GET ${path} answers as described`, async () => {
    const url = filled(path) + (queries[path] ?? "");
    const reply = await ask(people[right], url);
    const none = path === "/api/votes.csv" && reply.status === 404; // this house has no roll calls
    ok(reply.status === 200 || none, `${url}: ${reply.status} ${reply.text.slice(0, 200)}`);
    check(operation, reply);
    if (!["public", "reader"].includes(right)) {
      const refused = await ask(people.public, url);
      ok(refused.status === 401, `without logging in: ${refused.status}`);
      if (right === "analyst") equal((await ask(people.moderator, url)).status, 403, "a moderator:");
    }
    if (/\{(id|doc|a)\}/.test(path)) check(operation, await ask(people[right], url.replace(/\/(example|IND|\d+|[a-z-]+)(\/|$|\.)/, "/no%20such$2")));
  });
}

await test("lists page by cursor without gaps or doubles", async () => {
  for (const path of ["/api/events", "/api/statements", "/api/quantities"]) {
    const all = (await ask(people.analyst, `${path}?limit=1000`)).json;
    const seen = [];
    let after = "";
    for (let turn = 0; turn < 50; turn++) {
      const page = (await ask(people.analyst, `${path}?limit=5${after && "&after=" + encodeURIComponent(after)}`)).json;
      seen.push(...page.items);
      if (!page.next) break;
      after = page.next;
    }
    equal(seen.map((one) => JSON.stringify(one)), all.items.map((one) => JSON.stringify(one)), path);
    equal(all.total, all.items.length, path);
  }
});

await test("a change without the token, or from elsewhere, is refused", async () => {
  const bare = await people.analyst.page.evaluate(async () => (await fetch("/api/cases", {method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"})).status);
  equal(bare, 403);
});
await end();
