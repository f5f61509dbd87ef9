// A house for the browser tests: a fresh store and server on a free port of this machine, users with
// known passwords, Debian's Chromium, and TAP lines.  In: the program (ENTENTE, else build/entente).
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const fromWeb = createRequire(join(root, "web/package.json"));
const { chromium } = fromWeb("playwright-core");
const program = process.env.ENTENTE ?? join(root, "build/entente");
const password = "correct horse battery";
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

let ran = 0, failed = 0;
const cleanups = [];

/** One TAP line; what went wrong follows as comments. */
export async function test(name, run) {
  try {
    await run();
    console.log(`ok ${++ran} - ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${++ran} - ${name}`);
    console.log(String(error?.stack ?? error).split("\n").slice(0, 14).map((line) => "# " + line).join("\n"));
  }
}

export function ok(truth, words) {
  if (!truth) throw new Error(words ?? "expected true");
}

export function equal(got, wanted, words = "") {
  const a = JSON.stringify(got), b = JSON.stringify(wanted);
  if (a !== b) throw new Error(`${words} expected ${b}, got ${a}`);
}

async function startServer(store, options) {
  const server = spawn(program, ["serve", "--store", store, "--port", "0", ...options], {stdio: ["ignore", "ignore", "pipe"]});
  let said = "";
  const base = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the server did not start: " + said)), 20000);
    server.on("exit", (code) => { clearTimeout(timer); reject(new Error(`the server ended with ${code}: ${said}`)); });
    server.stderr.on("data", (bytes) => {
      said += bytes;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) { clearTimeout(timer); resolve(found[0]); }
    });
  });
  return {server, base};
}

function addUsers(store) {
  for (const [name, role] of [["anna", "analyst"], ["ben", "analyst"], ["mora", "moderator"], ["ada", "admin"]]) {
    execFileSync(program, ["serve", "--store", store, "--add-user", name, "--role", role], {input: password + "\n", stdio: ["pipe", "ignore", "ignore"]});
  }
}

/** Server and browser; read: files that the store holds from the start. */
export async function open({read = [], options = []} = {}) {
  const folder = mkdtempSync(join(tmpdir(), "entente-e2e-"));
  const store = join(folder, "store.db");
  for (const file of read) execFileSync(program, ["read", file, "--store", store, "-o", join(folder, "read.json")], {stdio: "ignore"});
  addUsers(store);
  const {server, base} = await startServer(store, options);
  const browser = await chromium.launch({executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags});
  cleanups.push(async () => {
    await browser.close();
    server.removeAllListeners("exit");
    server.kill("SIGTERM");
    await new Promise((resolve) => { server.once("exit", resolve); setTimeout(() => { server.kill("SIGKILL"); resolve(); }, 5000); });
    rmSync(folder, {recursive: true, force: true});
  });
  return {base, browser, store, folder};
}

/** Runs the program on the house's store. */
export function runProgram(house, ...words) {
  execFileSync(program, [...words, "--store", house.store], {stdio: "ignore"});
}

/** A person with a browser of their own.  troubles: what the console or a script complained of. */
export async function person(house, name, {width = 1280, height = 900, scheme = "light", script = true} = {}) {
  const context = await house.browser.newContext({viewport: {width, height}, colorScheme: scheme, reducedMotion: "reduce",
    baseURL: house.base, javaScriptEnabled: script});
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("dialog", (dialog) => { troubles.push("dialog: " + dialog.message()); void dialog.dismiss(); });
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) troubles.push(message.text());
  });
  if (name) await logIn(page, name);
  return {page, context, troubles};
}

export async function logIn(page, name) {
  await page.goto("/app/login");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", {name: "Log in"}).click();
  await page.waitForURL((url) => !url.pathname.endsWith("/login"));
}

/** Waits until the page has drawn what it loads. */
export async function settled(page) {
  await page.locator("#main:not([aria-busy])").waitFor();
  await page.locator(".skeleton").waitFor({state: "detached"}).catch(() => undefined);
}

export async function visit(page, path) {
  await page.goto(path);
  await settled(page);
}

/** axe's findings as "rule: target". */
export async function axe(page) {
  await page.evaluate(fromWeb("axe-core").source);
  const found = await page.evaluate(() => globalThis.axe.run(document, {resultTypes: ["violations"], iframes: false}));
  return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")} ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""}`));
}

/** How many pixels the page is wider than the window. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

export async function end() {
  for (const cleanup of cleanups.reverse()) await cleanup().catch(() => undefined);
  console.log(`1..${ran}`);
  process.exit(failed ? 1 : 0);
}

export const example = join(root, "examples/example.txt");
export { password };
