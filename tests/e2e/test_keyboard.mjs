// Nothing but the keyboard: logging in, pasting, walking through a document, rating a case, publishing.
import { end, equal, ok, open, password, person, settled, test } from "./house.mjs";

const house = await open();
const {page, troubles} = await person(house, null);

/** Presses Tab until the focus is on what has these words in its name or label. */
async function tabTo(words, key = "Tab", most = 90) {
  for (let i = 0; i < most; i++) {
    const name = await page.evaluate(() => {
      const at = document.activeElement;
      const label = at?.labels?.[0]?.textContent ?? at?.getAttribute("aria-label") ?? at?.textContent ?? "";
      return at === document.body ? "" : label.trim();
    });
    if (words.test(name)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the focus never came to ${words}`);
}

/** Whether what has the focus shows that it has it. */
function focusSeen() {
  return page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
}

await test("logging in", async () => {
  await page.goto("/app/documents");
  await page.getByLabel("Name").waitFor();
  await tabTo(/^Name$/);
  await page.keyboard.type("anna");
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  ok(await focusSeen(), "the focus is seen");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", {level: 1, name: "Documents"}).waitFor();
  ok(await page.evaluate(() => document.activeElement?.tagName === "H1"), "the focus is on the new page's heading");
});

await test("the skip link leads past the rail", async () => {
  await page.reload();
  await settled(page);
  await page.keyboard.press("Tab");
  equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  ok(await page.evaluate(() => document.activeElement.id === "main"), "the focus is in the content");
});

await test("a text is pasted and read", async () => {
  await tabTo(/^Text or page source$/);
  await page.keyboard.insertText("Ruritania Recalls Its Envoy\n\nJan 10, 2025\n\nFrance condemned Russia on January 8, 2025. \"We will not forget this,\" said Ruth Ansell. The United States signed a trade agreement with India on January 9, 2025, worth $2 billion.\n");
  await tabTo(/^Read it$/);
  ok(await focusSeen(), "the focus is seen");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/app\/documents\/.+/);
  await settled(page);
});

await test("its marks are walked through, and the list opens the same cards", async () => {
  await page.keyboard.press("j");
  await page.locator(".card").first().waitFor();
  const first = await page.locator(".card").textContent();
  await page.keyboard.press("j");
  await page.waitForFunction((old) => document.querySelector(".card")?.textContent !== old, first);
  await page.keyboard.press("k");
  await page.waitForFunction((old) => document.querySelector(".card")?.textContent === old, first);
  await page.keyboard.press("Escape");
  await page.getByText("Nothing chosen").waitFor();
  await tabTo(/^(event|statement|figure): /);
  await page.keyboard.press("Enter");
  await page.locator(".card").first().waitFor();
});

await test("the slash searches everything", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("trade");
  await page.keyboard.press("Enter");
  await page.waitForURL(/search\?q=trade/);
  await page.locator("mark").first().waitFor();
});

await test("a case is begun and rated by arrows and letters", async () => {
  await tabTo(/^Cases$/, "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", {level: 1, name: "Cases"}).waitFor();
  await settled(page);
  await tabTo(/^New case$/);
  await page.keyboard.press("Enter");
  await tabTo(/^Question$/);
  await page.keyboard.type("Why does Graustark seek talks?");
  await tabTo(/^Hypotheses/);
  await page.keyboard.insertText("To part two neighbours\nTo save money");
  await tabTo(/^Evidence/);
  await page.keyboard.insertText("Envoys met three times\nNo offer was made");
  await tabTo(/^Begin the case$/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/app\/cases\/.+/);
  await settled(page);
  await tabTo(/^E1 against H1/);
  for (const key of ["Shift+C", "ArrowRight", "Shift+I", "ArrowDown", "n", "ArrowLeft", "a"]) await page.keyboard.press(key);
  equal(await page.locator(".cell button").allTextContents(), ["CC", "II", "NA", "N"]);
  await page.keyboard.press("Control+z");
  equal(await page.locator(".cell button").allTextContents(), ["CC", "II", "·", "N"]);
  await page.keyboard.press("i");
  await page.getByText(/Saved as state/).waitFor();
  ok(await page.evaluate(() => document.activeElement?.getAttribute("data-row") === "1"), "the focus stays in the cell");
});

await test("a brief is made and published", async () => {
  await tabTo(/^Briefs$/, "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", {level: 1, name: "Briefs"}).waitFor();
  await settled(page);
  await tabTo(/^New brief$/);
  await page.keyboard.press("Enter");
  await page.getByRole("checkbox").first().waitFor();
  await tabTo(/Ruritania/);
  await page.keyboard.press("Space");
  await tabTo(/^Make the draft$/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/app\/briefs\/\d+/);
  await settled(page);
  await tabTo(/^Publish$/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({state: "detached"});
  await tabTo(/^Publish$/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(/^Publish$/);
  await page.keyboard.press("Enter");
  await page.getByRole("link", {name: /^\/briefs\//}).waitFor();
});

await test("a dyad's values are read by arrow keys", async () => {
  await page.goto("/app/dyads/USA/IND?by=month");
  await settled(page);
  await tabTo(/Arrow keys read the values/);
  await page.keyboard.press("ArrowRight");
  ok(/2025/.test(await page.locator(".readout").textContent()), await page.locator(".readout").textContent());
});

await test("nothing complained", async () => equal(troubles, []));
await end();
