// A reader reacts and comments, a moderator approves, another reader answers and reports; one takes
// everything of his along and deletes it.
import { end, equal, example, ok, open, person, settled, test, visit } from "./house.mjs";

const house = await open({read: [example]});
const anna = await person(house, "anna"), mora = await person(house, "mora");
const ines = await person(house, null), otto = await person(house, null);
let path = "";

async function visitBrief(reader) {
  await reader.page.goto(path);
  await reader.page.locator("#readers.live").waitFor();
}

await test("a brief is out", async () => {
  await visit(anna.page, "/app/briefs");
  await anna.page.getByRole("button", {name: "New brief"}).click();
  await anna.page.getByRole("checkbox").first().check();
  await anna.page.getByRole("button", {name: "Make the draft"}).click();
  await anna.page.waitForURL(/\/app\/briefs\/\d+/);
  await settled(anna.page);
  await anna.page.getByRole("button", {name: "Publish"}).click();
  await anna.page.getByRole("dialog").getByRole("button", {name: "Publish"}).click();
  path = await anna.page.getByRole("link", {name: /^\/briefs\//}).getAttribute("href");
});

await test("a reaction is one a reader, changeable, and can be taken back", async () => {
  await visitBrief(ines);
  const at = (name) => ines.page.locator(`[data-reaction=${name}]`);
  equal(await ines.page.locator(".reaction").count(), 7);
  await at("like").click();
  await ines.page.locator("[data-reaction=like][aria-pressed=true]").waitFor();
  await at("wow").focus();
  await ines.page.keyboard.press("Enter");
  await ines.page.locator("[data-reaction=wow][aria-pressed=true]").waitFor();
  equal(await ines.page.locator(".reaction .n").allTextContents(), ["0", "0", "0", "0", "0", "0", "1"]);
  ok(await ines.page.evaluate(() => document.activeElement?.dataset.reaction === "wow"), "the focus stays");
  await visitBrief(otto);
  await otto.page.locator("[data-reaction=wow]").click();
  await otto.page.locator("[data-reaction=wow] .n", {hasText: "2"}).waitFor();
  await otto.page.locator("[data-reaction=wow]").click();
  await otto.page.locator("[data-reaction=wow] .n", {hasText: "1"}).waitFor();
  await visitBrief(ines);
  equal(await at("wow").getAttribute("aria-pressed"), "true", "remembered");
});

await test("a newcomer's comment is held, and shown once approved", async () => {
  await ines.page.getByLabel("Your comment").fill("The vote table convinced me.\nThank you.");
  await ines.page.getByLabel("Name (may stay empty)").fill("Ines");
  await ines.page.getByRole("button", {name: "Send the comment"}).click();
  await ines.page.getByText(/waits for a moderator/).first().waitFor();
  await visitBrief(otto);
  equal(await otto.page.getByText("The vote table convinced me.").count(), 0, "held for others");
  await visit(mora.page, "/app/moderation");
  await mora.page.getByText("The vote table convinced me.").waitFor();
  await mora.page.getByRole("button", {name: "Approve"}).click();
  await mora.page.getByText("The queue is empty").waitFor();
  await visitBrief(otto);
  await otto.page.getByText("The vote table convinced me.").waitFor();
});

await test("it is answered one level deep", async () => {
  await otto.page.getByRole("button", {name: "Answer"}).click();
  await otto.page.getByLabel("Your answer").fill("Me too.");
  await otto.page.getByRole("button", {name: "Send the answer"}).click();
  await otto.page.getByText(/moderator reads first comments/).first().waitFor();
  await visit(mora.page, "/app/moderation");
  await mora.page.getByRole("button", {name: "Approve"}).click();
  await mora.page.getByText("The queue is empty").waitFor();
  await visitBrief(ines);
  await ines.page.locator(".comments .comments", {hasText: "Me too."}).waitFor();
  equal(await ines.page.locator(".comments .comments").getByRole("button", {name: "Answer"}).count(), 0, "no deeper");
});

await test("a second comment is shown at once; a reported one comes before the moderator", async () => {
  await ines.page.getByLabel("Your comment").fill("Buy cheap watches");
  await ines.page.getByRole("button", {name: "Send the comment"}).click();
  await ines.page.getByText("Your comment is shown.").first().waitFor();
  await visitBrief(otto);
  const spam = otto.page.locator(".comments > li", {hasText: "cheap watches"});
  await spam.getByRole("button", {name: "Report"}).click();
  await otto.page.getByLabel("What is wrong with it?").fill("advertising");
  await otto.page.locator(".comment-form").getByRole("button", {name: "Report"}).click();
  await otto.page.getByText(/A moderator will look/).first().waitFor();
  await visit(mora.page, "/app/moderation");
  await mora.page.getByText("advertising").waitFor();
  await mora.page.getByRole("button", {name: "Reject"}).click();
  await mora.page.getByText("The queue is empty").waitFor();
  await visitBrief(otto);
  equal(await otto.page.getByText("cheap watches").count(), 0);
});

await test("a reader takes everything along, and deletes it", async () => {
  await visitBrief(ines);
  const mine = await ines.page.evaluate(async () => JSON.stringify(await (await fetch("/api/reader")).json()));
  ok(mine.includes("The vote table convinced me."), "the export holds the comment");
  await ines.page.getByText("What is kept about you").click();
  await ines.page.getByRole("button", {name: "Delete all of it"}).click();
  await ines.page.getByRole("button", {name: "Yes, delete"}).click();
  await ines.page.waitForFunction(() => !document.querySelector("#readers")?.textContent?.includes("The vote table convinced me."));
  await visitBrief(otto);
  equal(await otto.page.locator("[data-reaction=wow] .n").textContent(), "0");
});

await test("a moderator sees the queue and none of the analysts' pages", async () => {
  await visit(mora.page, "/app/documents");
  await mora.page.getByText("Another role is needed").waitFor();
  equal(await mora.page.evaluate(async () => (await fetch("/api/documents")).status), 403);
});

await test("without script the brief is all there", async () => {
  const plain = await person(house, null, {script: false});
  await plain.page.goto(path);
  await plain.page.getByRole("heading", {level: 1}).waitFor();
  ok((await plain.page.locator("main").textContent()).length > 3000, "the text");
  await plain.context.close();
});

await test("nothing complained", async () => equal([...anna.troubles, ...mora.troubles, ...ines.troubles, ...otto.troubles], []));
await end();
