// Every page in both themes and at two widths: no finding of axe, nothing wider than the window,
// nothing in the console; the first load is small; a page prints.
import { gzipSync } from "node:zlib";
import { axe, end, equal, example, ok, open, overflow, person, root, test, visit } from "./house.mjs";

const house = await open({read: [example]});
const seen = {};

async function fill() {
  const {page, context} = await person(house, "anna");
  const made = await page.evaluate(async () => {
    const {token} = await (await fetch("/api/session")).json();
    const send = async (method, path, body) => (await fetch(path, {method, headers: {"X-Entente-Token": token, "Content-Type": "application/json"},
      body: body === undefined ? undefined : JSON.stringify(body)})).json();
    const documents = await (await fetch("/api/documents")).json();
    const yaml = ["case: why-talks", "question: Why does Graustark seek talks?", "hypotheses:", "  - {id: H1, text: To part two neighbours}",
      "  - {id: H2, text: To save money}", "evidence:", "  - {id: E1, kind: fact, text: Envoys met three times}", "  - {id: E2, kind: absence, text: No offer was made}",
      "ratings:", "  ada:", "    E1: {H1: CC, H2: II}", "    E2: {H1: NA, H2: C}", "  ben:", "    E1: {H1: C, H2: I}", "    E2: {H1: N, H2: C}", ""].join("\n");
    const weighed = await send("POST", "/api/cases", {yaml});
    const brief = await send("POST", "/api/briefs", {documents: [documents.items[0].id], case: weighed.id, title: "A brief for the tests"});
    await send("POST", `/api/briefs/${brief.id}/publish`);
    const again = await (await fetch(`/api/briefs/${brief.id}`)).json();
    return {document: documents.items[0].id, weighed: weighed.id, brief: brief.id, slug: again.slug};
  });
  Object.assign(seen, made);
  await context.close();
}

const pages = () => [["documents", "/app/documents"], ["document", `/app/documents/${seen.document}`], ["events", "/app/events"],
  ["events, none", "/app/events?q=zzzzzz"], ["statements", "/app/statements"], ["figures", "/app/figures"], ["search", "/app/search?q=border"],
  ["dyads", "/app/dyads"], ["dyad", "/app/dyads/IND/USA?undirected=1"],
  ["dyad without votes", "/app/dyads/IND/USA?measure=agreement"], ["map", "/app/map"], ["triangle", "/app/triangle?states=IND,USA,RUS"],
  ["votes", "/app/votes?a=USA&b=RUS"], ["cases", "/app/cases"], ["case", `/app/cases/${seen.weighed}`], ["briefs", "/app/briefs"],
  ["compose", `/app/briefs?compose=${seen.document}`], ["brief", `/app/briefs/${seen.brief}`], ["moderation", "/app/moderation"],
  ["users", "/app/users"], ["account", "/app/account"], ["nowhere", "/app/nowhere"]];

await test("a store to look at", fill);
for (const scheme of ["light", "dark"]) {
  const {page, troubles} = await person(house, "ada", {scheme});
  for (const [name, path] of pages()) {
    await test(`${name}, ${scheme}: axe finds nothing, nothing complains`, async () => {
      troubles.length = 0;
      await visit(page, path);
      equal(await axe(page), []);
      equal(troubles, []);
      ok(await page.locator("h1").count() === 1, "one heading of the first order");
      equal(await page.locator("[role=alert]:visible").allTextContents().then((all) => all.filter((text) => text.trim() && !/removed|hidden/.test(text))), [], "no alarm");
    });
  }
  const guest = await person(house, null, {scheme});
  for (const [name, path] of [["login", "/app/login"], ["home", "/"], ["published brief", `/briefs/${seen.slug}`]]) {
    await test(`${name}, ${scheme}: axe finds nothing, nothing complains`, async () => {
      await guest.page.goto(path);
      if (name === "published brief") await guest.page.locator("#readers.live").waitFor();
      if (name === "login") await guest.page.getByLabel("Name").waitFor();
      equal(await axe(guest.page), []);
      equal(guest.troubles, []);
    });
  }
  for (const name of ["brief", "world"]) { // pages as `entente brief` writes them, opened from the disk
    await test(`${name}.html, ${scheme}: axe finds nothing, open or folded; 390 px are enough`, async () => {
      await guest.page.goto(`file://${root}tests/golden/expected/${name}.html`);
      equal(await axe(guest.page), []);
      await guest.page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
      equal(await axe(guest.page), []);
      await guest.page.setViewportSize({width: 390, height: 844});
      equal(await overflow(guest.page), 0);
      equal(await axe(guest.page), []);
      await guest.page.setViewportSize({width: 1280, height: 900});
      equal(guest.troubles, []);
    });
  }
  await guest.context.close();
}

const small = await person(house, "ada", {width: 390, height: 844});
for (const [name, path] of pages()) {
  await test(`${name}, 390 px: nothing is wider than the window`, async () => {
    await visit(small.page, path);
    await small.page.waitForTimeout(60);
    equal(await overflow(small.page), 0);
  });
}
await test("390 px: the sections open behind the menu button", async () => {
  await visit(small.page, "/app/documents");
  ok(!(await small.page.getByRole("link", {name: "Events"}).isVisible()), "closed at first");
  await small.page.getByRole("button", {name: "Menu"}).click();
  await small.page.getByRole("link", {name: "Events"}).click();
  await small.page.waitForURL("**/app/events");
});
await test("390 px: login, home and a published brief", async () => {
  const guest = await person(house, null, {width: 390, height: 844});
  for (const path of ["/app/login", "/", `/briefs/${seen.slug}`]) {
    await guest.page.goto(path);
    await guest.page.waitForTimeout(150);
    equal(await overflow(guest.page), 0, path);
  }
});

await test("the first load is under 200 kB gzipped", async () => {
  const {page, context} = await person(house, null);
  const parts = [];
  page.on("response", async (response) => parts.push(response.body().then((body) => ({url: response.url(), bytes: gzipSync(body, {level: 9}).length})).catch(() => ({url: response.url(), bytes: 0}))));
  await page.goto("/app/login");
  await page.getByLabel("Name").waitFor();
  const all = await Promise.all(parts), total = all.reduce((sum, one) => sum + one.bytes, 0);
  console.log(`# first load: ${total} bytes gzipped in ${all.length} answers`);
  ok(total > 10000 && total < 200 * 1024, `${total} bytes`);
  ok(all.every((one) => one.url.startsWith(house.base)), "nothing from elsewhere");
  await context.close();
});

await test("a document and a brief print to PDF", async () => {
  const {page} = await person(house, "anna");
  for (const path of [`/app/documents/${seen.document}`, `/briefs/${seen.slug}`]) {
    await page.goto(path);
    await page.waitForTimeout(400);
    const pdf = await page.pdf({format: "A4"});
    ok(pdf.subarray(0, 5).toString() === "%PDF-" && pdf.length > 20000, `${path}: ${pdf.length} bytes`);
  }
  await visit(page, `/app/documents/${seen.document}`);
  await page.emulateMedia({media: "print"});
  ok(!(await page.locator(".rail").isVisible()), "the rail is not printed");
  ok(await page.locator(".prose-text").isVisible(), "the text is");
});
await end();
