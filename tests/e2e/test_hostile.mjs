// Hostile strings in texts, names, titles, cases and comments are shown as text and do nothing.
import { end, equal, ok, open, overflow, person, settled, test, visit } from "./house.mjs";

const tag = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
const bidi = "\u202Efdp.exe\u2066", quote = "\"'`${7*7}{{7*7}}&lt;&#60;";
const huge = "W".repeat(600);
const house = await open();
const anna = await person(house, "anna"), {page} = anna;
const text = `Ministers ${tag} Meet\n\nJan 10, 2025\n\nFrance condemned Russia on January 8, 2025, ${tag} said "${quote}" ${bidi} ${huge}. "${tag}," said Ruth Ansell.\n`;

async function harmless(where) {
  ok(await page.title().then((title) => !/^owned/.test(title)), `${where}: the title was not taken over`);
  equal(await page.locator("#app img, #app script, #main img, dialog img").count(), 0, `${where}: no element came of it`);
  ok(!anna.troubles.some((one) => /dialog|owned/.test(one)), `${where}: ${anna.troubles}`);
}

await test("in a pasted text", async () => {
  await visit(page, "/app/documents");
  await page.getByLabel("Text or page source").fill(text);
  await page.getByLabel("Headline").fill(`${tag} ${bidi} ${quote}`);
  await page.getByRole("button", {name: "Read it"}).click();
  await page.waitForURL(/\/app\/documents\/.+/);
  await settled(page);
  await harmless("document");
  ok((await page.locator("h1").textContent()).includes("<img src=x"), "the heading shows the tag as text");
  ok((await page.locator(".prose-text").textContent()).includes("<script>"), "the text shows the tag as text");
});

await test("a page of markup is read as text, none of it runs", async () => {
  await visit(page, "/app/documents");
  await page.getByLabel("Text or page source").fill(`<!doctype html><html><head><title>${quote}</title><script>document.title='owned'</script></head><body onload="document.title='owned'"><article><h1>Ministers met &lt;b&gt;twice&lt;/b&gt;</h1><p>France condemned Russia on January 8, 2025. <img src=x onerror="document.title='owned'"> The ministers of the two countries met again in the evening.</p></article></body></html>`);
  await page.getByRole("button", {name: "Read it"}).click();
  await page.waitForURL(/\/app\/documents\/.+/);
  await settled(page);
  await harmless("page");
});

await test("in lists, filters and search", async () => {
  for (const path of ["/app/documents", "/app/events", "/app/statements", "/app/figures", `/app/search?q=${encodeURIComponent(tag)}`,
    `/app/events?q=${encodeURIComponent(tag)}&actor=${encodeURIComponent(tag)}`, `/app/dyads/${encodeURIComponent(tag.replaceAll("/", ""))}/USA`,
    `/app/documents/${encodeURIComponent(tag.replaceAll("/", ""))}`, `/app/documents?q=${encodeURIComponent(quote)}`]) {
    await page.goto(path);
    await settled(page);
    await harmless(path);
  }
});

await test("a return address outside the app is not followed", async () => {
  const guest = await person(house, null);
  await guest.page.goto("/app/login?to=//evil.invalid/x");
  await guest.page.getByLabel("Name").fill("ben");
  await guest.page.getByLabel("Password").fill("correct horse battery");
  await guest.page.getByRole("button", {name: "Log in"}).click();
  await guest.page.getByRole("heading", {level: 1, name: "Documents"}).waitFor();
  equal(new URL(guest.page.url()).origin, house.base);
  await guest.context.close();
});

await test("direction marks stay in their box", async () => {
  await visit(page, "/app/documents");
  const row = page.locator("tbody tr", {hasText: "fdp.exe"});
  equal(await row.locator("bdi").first().evaluate((one) => getComputedStyle(one).unicodeBidi.includes("isolate")), true);
});

await test("in a case: question, hypotheses, evidence", async () => {
  await visit(page, "/app/cases");
  await page.getByRole("button", {name: "New case"}).click();
  await page.getByLabel("Question").fill(`${tag} ${quote} ${bidi}: # - {x: y}?`);
  await page.getByLabel("Hypotheses, one a line").fill(`${tag}\n- {id: H9, text: no}\n${quote}`);
  await page.getByLabel("Evidence, one a line").fill(`${quote} ${huge}\n]}: ${tag}`);
  await page.getByRole("button", {name: "Begin the case"}).click();
  await page.waitForURL(/\/app\/cases\/.+/);
  await settled(page);
  await harmless("case");
  equal(await page.locator(".matrix thead strong").allTextContents(), ["H1", "H2", "H3"], "a line is one hypothesis, whatever it holds");
  ok((await page.locator(".matrix").textContent()).includes("]}: <img"), "shown as written");
});

await test("in a published brief and its comments", async () => {
  await visit(page, "/app/briefs");
  await page.getByRole("button", {name: "New brief"}).click();
  await page.getByRole("checkbox").first().check();
  await page.getByRole("checkbox").nth(1).check();
  await page.getByRole("textbox", {name: "Title"}).fill(`${tag} ${quote}`);
  await page.getByRole("button", {name: "Make the draft"}).click();
  await page.waitForURL(/\/app\/briefs\/\d+/);
  await settled(page);
  await harmless("brief");
  await page.getByRole("button", {name: "Publish"}).click();
  await page.getByRole("dialog").getByRole("button", {name: "Publish"}).click();
  const href = await page.getByRole("link", {name: /^\/briefs\//}).getAttribute("href");
  const reader = await person(house, null, {width: 390, height: 844});
  for (const path of ["/", href]) {
    await reader.page.goto(path);
    ok(!/^owned/.test(await reader.page.title()), path);
    equal(await reader.page.locator("img").count(), 0, path);
    equal(await overflow(reader.page), 0, path);
  }
  await reader.page.locator("#readers.live").waitFor();
  await reader.page.getByLabel("Your comment").fill(`${tag} ${bidi} ${huge}`);
  await reader.page.getByLabel("Name (may stay empty)").fill(tag.slice(0, 40));
  await reader.page.getByRole("button", {name: "Send the comment"}).click();
  await reader.page.getByText("waits for a moderator").waitFor();
  equal(await reader.page.locator("img, #readers script").count(), 0);
  equal(await overflow(reader.page), 0);
  equal(reader.troubles, []);
  const mora = await person(house, "mora", {width: 390, height: 844});
  await visit(mora.page, "/app/moderation");
  ok((await mora.page.locator("blockquote").textContent()).includes("<img src=x"), "the queue shows it as text");
  equal(await overflow(mora.page), 0);
  equal(mora.troubles, []);
});
await end();
