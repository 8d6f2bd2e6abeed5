// Opens a page with a Playwright configuration and tells what its fetches yield, as JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const given = JSON.parse(readFileSync(0, "utf8"));
const { chromium } = createRequire(`${given.modules}/`)("playwright-core");
const { use } = given.config ? (await import(pathToFileURL(given.config))).default : { use: {} };
const { launchOptions = {}, ...context } = use;
const browser = await chromium.launch({
  ...launchOptions,
  executablePath: given.chromium,
  args: ["--no-sandbox", ...(launchOptions.args ?? [])],
});
const opened = await browser.newContext(context);
await opened.grantPermissions(["local-network-access"]);
const page = await opened.newPage();
await page.goto(given.page);
const told = [];
for (const url of given.urls) {
  told.push(await page.evaluate((at) => fetch(at, { credentials: "include" }).then((a) => a.text()), url));
}
const title = given.title ? await page.waitForFunction(() => document.title).then((t) => t.jsonValue()) : "";
await browser.close();
process.stdout.write(JSON.stringify({ told, title }));
