// Runs a Cypress support file as far as can be without Cypress: what becomes of these URLs?
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const given = JSON.parse(readFileSync(0, "utf8"));
const rules = [];
globalThis.Cypress = { _: { random: () => 7 } };
globalThis.cy = { intercept: (pattern, handle) => rules.push([pattern.replace("**", ""), handle]) };
globalThis.beforeEach = (run) => run();
await import(pathToFileURL(given.file));
const told = given.urls.map((url) => {
  const request = { url, headers: {} };
  rules.filter(([start]) => url.startsWith(start)).forEach(([, handle]) => handle(request));
  return request;
});
process.stdout.write(JSON.stringify(told));
