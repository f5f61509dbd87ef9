// The whole way of an analyst: a pasted text is read, looked at, weighed, made a brief, published,
// corrected, withdrawn; every step as a person would take it.
import { readFileSync } from "node:fs";
import { end, equal, example, ok, open, person, settled, test, visit } from "./house.mjs";

const house = await open();
const anna = await person(house, "anna");
const {page} = anna;
let slug = "";

await test("an empty house says what to do first", async () => {
  await visit(page, "/app/documents");
  await page.getByText("Nothing has been read yet").waitFor();
  await visit(page, "/app/cases");
  await page.getByText("No case yet").waitFor();
});

await test("a pasted text is read stage by stage and opened", async () => {
  await visit(page, "/app/documents");
  await page.getByLabel("Text or page source").fill(readFileSync(example, "utf8"));
  await page.getByRole("button", {name: "Read it"}).click();
  await page.waitForURL(/\/app\/documents\/.+/);
  await settled(page);
  await page.getByRole("heading", {level: 1, name: /Is India Moving Toward Washington/}).waitFor();
  ok(await page.locator(".span").count() > 20, "passages are marked");
});

await test("a marked passage opens its card: sentence, score, rule, grammar", async () => {
  await page.locator(".span.cue", {hasText: "signed"}).first().click();
  const card = page.locator(".card");
  await card.getByText("India").first().waitFor();
  ok((await card.textContent()).includes("New Delhi has signed defence contracts"), "the sentence stands in the card");
  ok(/Goldstein/.test(await card.textContent()), "the score too");
  await card.getByRole("button", {name: "Why was it read so?"}).click();
  await card.getByText(/Grammar:/).waitFor();
  await card.getByText(/events\/verbs|models/).first().waitFor();
});

await test("kinds of mark are filtered, and j and k walk through them", async () => {
  await page.getByRole("button", {name: /^Statements/}).click();
  await page.getByRole("button", {name: /^Figures/}).click();
  equal(await page.locator(".prose-text .span.st").count(), 0);
  ok(await page.locator(".prose-text .span.e-coop").count() > 3, "events stay");
  await page.keyboard.press("j");
  await page.locator(".span.chosen").first().waitFor();
  const first = await page.locator(".card h2").textContent();
  await page.keyboard.press("j");
  ok(first !== await page.locator(".card h2").textContent() || await page.locator(".span.chosen").count() > 0, "the next one");
});

await test("events are filtered by the address, searched, and downloaded", async () => {
  await visit(page, "/app/events");
  const all = await page.locator(".told > li").count();
  await page.getByLabel("Kind").selectOption("SANCTION");
  await page.waitForURL(/type=SANCTION/);
  await settled(page);
  await page.locator(".foot").waitFor();
  const some = await page.locator(".told > li").count();
  ok(some > 0 && some < all, `${some} of ${all}`);
  await page.reload();
  await page.locator(".foot").waitFor();
  equal(await page.locator(".told > li").count(), some, "the address keeps the filter");
  const csv = await page.evaluate(async (path) => (await fetch(path)).text(), await page.getByRole("link", {name: /CSV/}).getAttribute("href"));
  ok(csv.trim().split("\n").length > some && csv.includes("SANCTION"), "CSV of what is shown");
  await visit(page, "/app/search?q=border");
  await page.locator("mark").first().waitFor();
});

await test("a case is begun and rated, and its answer comes", async () => {
  await visit(page, "/app/cases");
  await page.getByRole("button", {name: "New case"}).click();
  await page.getByLabel("Question").fill("Why does New Delhi buy from both?");
  await page.getByLabel("Hypotheses, one a line").fill("It hedges between the two\nIt only looks at the price");
  await page.getByLabel("Evidence, one a line").fill("It abstained when the invasion was condemned\nIt bought more oil when oil was cheap");
  await page.getByRole("button", {name: "Begin the case"}).click();
  await page.waitForURL(/\/app\/cases\/.+/);
  await settled(page);
  await page.locator("[data-row='0'][data-column='0']").click();
  for (const key of ["c", "ArrowRight", "i", "ArrowDown", "c", "ArrowLeft", "n"]) await page.keyboard.press(key);
  await page.getByText(/Saved as state/).waitFor();
  await page.locator(".answer").waitFor();
  equal(await page.locator(".cell button").allTextContents(), ["C", "I", "N", "C"]);
  await page.keyboard.press("u");
  await page.waitForFunction(() => document.querySelectorAll(".cell button")[2]?.textContent === "·");
  await page.getByText(/Saved as state/).waitFor();
  await page.reload();
  await settled(page);
  equal(await page.locator(".cell button").allTextContents(), ["C", "I", "·", "C"], "kept by the server");
  await page.getByText("History", {exact: true}).click();
  await page.getByText("State 1").first().waitFor();
});

await test("evidence is taken in from the store", async () => {
  await visit(page, "/app/cases");
  await page.getByRole("button", {name: "New case"}).click();
  await page.getByLabel("Question").fill("Where does India go?");
  await page.getByLabel("States").fill("IND, USA");
  await page.getByLabel("Hypotheses, one a line").fill("To one\nTo the other");
  await page.getByLabel("Evidence, one a line").fill("It bought: \"both\" [sic]");
  await page.getByRole("button", {name: "Begin the case"}).click();
  await page.waitForURL(/\/app\/cases\/where-does-india-go/);
  await settled(page);
  await page.getByText("Evidence from the store").click();
  await page.getByRole("button", {name: "Add as evidence"}).first().click();
  await page.locator(".matrix tbody th", {hasText: /^E2 /}).waitFor();
  equal(await page.locator(".matrix tbody tr").count(), 2);
});

await test("a brief is composed, looked over, and published", async () => {
  await visit(page, "/app/documents");
  await page.getByRole("link", {name: /Is India Moving/}).click();
  await page.getByRole("link", {name: "Compose a brief"}).click();
  await page.getByRole("button", {name: "Make the draft"}).click();
  await page.waitForURL(/\/app\/briefs\/\d+/);
  await settled(page);
  const preview = page.frameLocator("iframe.preview");
  await preview.getByRole("heading", {level: 1}).waitFor();
  equal(await page.locator("iframe.preview").getAttribute("sandbox"), "");
  await page.getByRole("button", {name: "Publish"}).click();
  await page.getByRole("dialog").getByRole("button", {name: "Publish"}).click();
  const address = page.getByRole("link", {name: /^\/briefs\//});
  await address.waitFor();
  slug = await address.getAttribute("href");
});

await test("anybody reads it, with and without script", async () => {
  for (const script of [true, false]) {
    const reader = await person(house, null, {script});
    await reader.page.goto("/");
    await reader.page.getByRole("link", {name: /Is India Moving/}).first().click();
    await reader.page.getByRole("heading", {level: 1, name: /Is India Moving/}).waitFor();
    ok(new URL(reader.page.url()).pathname === slug, "at its address");
    equal(reader.troubles, []);
    await reader.context.close();
  }
});

await test("a correction is shown with its date", async () => {
  await page.getByRole("button", {name: "Correct"}).click();
  await page.getByRole("dialog").getByRole("textbox").fill("The year of a purchase was wrong: 2018.");
  await page.getByRole("dialog").getByRole("button", {name: "Publish the correction"}).click();
  await page.getByText("The year of a purchase was wrong: 2018.").waitFor();
  const reader = await person(house, null);
  await reader.page.goto(slug);
  await reader.page.getByText("The year of a purchase was wrong: 2018.").first().waitFor();
  await reader.context.close();
});

await test("a withdrawn brief answers 410 with the reason", async () => {
  await page.getByRole("button", {name: "Withdraw"}).click();
  await page.getByRole("dialog").getByRole("textbox").fill("The source took its text back.");
  await page.getByRole("dialog").getByRole("button", {name: "Withdraw"}).click();
  await page.locator("dd", {hasText: "The source took its text back."}).waitFor();
  const reader = await person(house, null);
  const reply = await reader.page.goto(slug);
  equal(reply.status(), 410);
  await reader.page.getByText("The source took its text back.").waitFor();
  await reader.context.close();
});

await test("logging out ends it", async () => {
  await page.getByRole("button", {name: "Log out"}).click();
  await page.getByLabel("Password").waitFor();
  equal(await page.evaluate(async () => (await fetch("/api/documents")).status), 401);
  equal(anna.troubles, []);
});
await end();
