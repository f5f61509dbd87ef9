// What a mouse does that keys don't: a file dropped on the box is read; a part of a dyad's time axis
// is drawn over to look closer; another measure is picked.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { axe, end, equal, example, ok, open, person, runProgram, settled, test, visit } from "./house.mjs";

const house = await open({read: [example]});
const {page, troubles} = await person(house, "anna");

/** A drag from elsewhere that ends on the element, as a browser tells the page of it. */
async function drop(locator, files) {
  const transfer = await page.evaluateHandle((list) => {
    const held = new DataTransfer();
    for (const {name, text} of list) held.items.add(new File([text], name, {type: "text/plain"}));
    return held;
  }, files);
  await locator.dispatchEvent("dragover", {dataTransfer: transfer});
  const over = await locator.evaluate((box) => box.classList.contains("over-drop"));
  await locator.dispatchEvent("drop", {dataTransfer: transfer});
  return over;
}

await test("dropped files are read one by one", async () => {
  await visit(page, "/app/documents");
  const words = (name) => `Talks of ${name}\n\nThe president of France met the chancellor of Germany in Paris on 3 May 2021.\n`;
  const over = await drop(page.locator(".intake"), [{name: "first.txt", text: words("May")}, {name: "second.txt", text: words("June")}]);
  ok(over, "the box shows that it takes the file");
  await page.getByText("Read:").nth(1).waitFor();
  equal(await page.locator(".over-drop").count(), 0);
  await page.locator(".note.good a").nth(1).click();
  await page.waitForURL(/\/app\/documents\/.+/);
  await settled(page);
  ok(await page.locator(".span").count() > 0, "passages are marked");
});

await test("a file without text says so, and the page goes on", async () => {
  await visit(page, "/app/documents");
  await drop(page.locator(".intake"), [{name: "empty.txt", text: ""}]);
  await page.locator("[role=alert]").first().waitFor();
  equal(troubles.length, 0, troubles.join("; "));
});

await test("a part of the time axis is drawn over, and the whole comes back", async () => {
  await visit(page, "/app/dyads/IND/USA?undirected=1&unit=month");
  const strip = page.locator(".chart-strip .overlay, .brush .overlay").first();
  await strip.waitFor();
  await strip.scrollIntoViewIfNeeded();
  const box = await strip.boundingBox();
  const ticks = () => page.locator("svg .axis text, svg .tick text").allTextContents();
  const before = await ticks();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.55, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, y, {steps: 6});
  await page.mouse.move(box.x + box.width * 0.85, y, {steps: 6});
  await page.mouse.up();
  await page.waitForFunction((was) => JSON.stringify([...document.querySelectorAll("svg .axis text, svg .tick text")].map((one) => one.textContent)) !== was, JSON.stringify(before));
  const selection = await page.locator(".brush .selection").first().boundingBox();
  ok(selection.width > box.width * 0.2 && selection.width < box.width * 0.5, `${selection.width} of ${box.width} pixels`);
  await page.mouse.click(box.x + box.width * 0.1, y); // outside of what was drawn over
  await page.waitForFunction((was) => JSON.stringify([...document.querySelectorAll("svg .axis text, svg .tick text")].map((one) => one.textContent)) === was, JSON.stringify(before));
  equal(troubles.length, 0, troubles.join("; "));
});

await test("an imported series is picked as measure, and its shift stands below", async () => {
  const file = join(house.folder, "visits.csv"); // invented
  writeFileSync(file, "year,a,b,value\n" + Array.from({length: 12}, (_, i) => `${2001 + i},IND,USA,${(i < 6 ? 3 : 8) + i % 2 / 10}\n`).join(""));
  runProgram(house, "import", "series", file, "--name", "visits");
  await visit(page, "/app/dyads/IND/USA");
  await page.getByLabel("Measure").selectOption({label: "visits (imported)"});
  await page.waitForURL(/series=visits/);
  await settled(page);
  ok(await page.getByText("2007", {exact: false}).count() > 0 && await page.getByText("+5").count() > 0, "the shift");
  equal(await page.getByRole("group", {name: "Direction"}).count(), 0, "no direction of what others counted");
  equal(await axe(page), []);
  await page.getByLabel("Measure").selectOption({label: "Events"});
  await page.waitForURL((url) => !url.search.includes("series"));
  await settled(page);
  equal(await page.getByRole("group", {name: "Direction"}).count(), 1);
  equal(troubles.length, 0, troubles.join("; "));
});

await end();
