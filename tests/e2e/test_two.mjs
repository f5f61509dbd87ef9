// Two analysts at once on one case: the second to save is told what the first did, and loses nothing.
import { end, equal, ok, open, person, settled, test, visit } from "./house.mjs";

const house = await open();
const anna = await person(house, "anna"), ben = await person(house, "ben");
let path = "";
const cells = (page) => page.locator(".cell button").allTextContents();

await test("a case that both open", async () => {
  await visit(anna.page, "/app/cases");
  await anna.page.getByRole("button", {name: "New case"}).click();
  await anna.page.getByLabel("Question").fill("Why does Graustark seek talks?");
  await anna.page.getByLabel("Hypotheses, one a line").fill("To part two neighbours\nTo save money");
  await anna.page.getByLabel("Evidence, one a line").fill("Envoys met three times\nNo offer was made");
  await anna.page.getByRole("button", {name: "Begin the case"}).click();
  await anna.page.waitForURL(/\/app\/cases\/.+/);
  await settled(anna.page);
  path = new URL(anna.page.url()).pathname;
  await visit(ben.page, path);
});

await test("the second to save is asked, and may put his on top", async () => {
  await anna.page.locator("[data-row='0'][data-column='0']").click();
  await anna.page.keyboard.press("c");
  await anna.page.getByText(/Saved as state/).waitFor();
  await ben.page.locator("[data-row='0'][data-column='0']").click();
  await ben.page.keyboard.press("i");
  const conflict = ben.page.locator(".conflict");
  await conflict.getByText(/changed meanwhile by anna/).waitFor();
  ok((await conflict.textContent()).includes("E1 against H1: I"), "his own rating is named");
  await conflict.getByRole("button", {name: "Put mine on top"}).click();
  await ben.page.getByText(/Saved as state/).waitFor();
  equal((await cells(ben.page))[0], "I");
});

await test("neither rating is lost", async () => {
  const kept = await anna.page.evaluate(async (id) => (await (await fetch(`/api/cases/${id}?reveal=1`)).json()).case.ratings, path.split("/").pop());
  const plain = (one) => typeof one === "string" ? one : one?.value;
  equal([plain(kept.anna.E1.H1), plain(kept.ben.E1.H1)], ["C", "I"]);
});

await test("who drops his own takes theirs", async () => {
  await ben.page.locator("[data-row='1'][data-column='0']").click();
  await ben.page.keyboard.press("n");
  await ben.page.getByText(/Saved as state/).waitFor();
  await anna.page.locator("[data-row='1'][data-column='1']").click();
  await anna.page.keyboard.press("c");
  await anna.page.locator(".conflict").getByRole("button", {name: "Drop mine"}).click();
  equal(await cells(anna.page), ["C", "·", "·", "·"]);
  await anna.page.locator("[data-row='1'][data-column='1']").click();
  await anna.page.keyboard.press("i");
  await anna.page.getByText(/Saved as state/).waitFor();
  equal(await cells(anna.page), ["C", "·", "·", "I"], "and goes on from there");
});

await test("blind mode hides the others' ratings; who began the case may look", async () => {
  await visit(ben.page, path);
  const before = await ben.page.locator(".matrix").textContent();
  ok(!/anna/.test(before), "anna's ratings are not in the matrix");
  await ben.page.getByText(/Blind/).waitFor();
  equal(await ben.page.getByRole("button", {name: "Show them now"}).count(), 0);
  await visit(anna.page, path);
  await anna.page.getByRole("button", {name: "Show them now"}).click();
  await anna.page.getByRole("dialog").getByRole("button", {name: "Show them"}).click();
  await anna.page.getByText("ben I").first().waitFor();
});

await test("two versions of the case file stand side by side", async () => {
  await visit(anna.page, path);
  await visit(ben.page, path);
  for (const one of [anna.page, ben.page]) await one.getByText("Case file", {exact: true}).click();
  const add = async (page, words) => {
    const field = page.getByLabel("Case file (YAML)");
    await field.fill((await field.inputValue()).replace(/^question:.*$/m, `question: ${words}`));
    await page.getByRole("button", {name: "Save the file"}).click();
  };
  await add(anna.page, "What does anna ask?");
  await anna.page.getByText(/Saved as state/).first().waitFor();
  await add(ben.page, "What does ben ask?");
  await ben.page.getByText("Somebody saved first.").waitFor();
  ok((await ben.page.getByLabel(/^Theirs/).inputValue()).includes("What does anna ask?"), "theirs is shown");
  await ben.page.getByRole("button", {name: "Save the file"}).click();
  await ben.page.getByText(/Saved as state/).first().waitFor();
  await visit(anna.page, path);
  await anna.page.getByRole("heading", {level: 1, name: "What does ben ask?"}).waitFor();
});

await test("a case file with a fault is refused with its line, nothing is lost", async () => {
  await anna.page.getByText("Case file", {exact: true}).click();
  const field = anna.page.getByLabel("Case file (YAML)");
  const good = await field.inputValue();
  await field.fill(good + "\nhypotheses: 7\n");
  await anna.page.getByRole("button", {name: "Save the file"}).click();
  await anna.page.locator(".field-error:visible").waitFor();
  ok(/\d/.test(await anna.page.locator(".field-error:visible").textContent()), "the line is named");
  ok((await field.inputValue()).includes("hypotheses: 7"), "the text stays");
});

await test("nothing complained", async () => equal([...anna.troubles, ...ben.troubles], []));
await end();
