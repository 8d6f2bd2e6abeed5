// Renders a card with the real card viewer in headless Chromium, and prints what became of it.
//
// Standard input is one JSON object: {modules, chromium, profile, api, how, port, token, card,
// styles}. `how`: "interception" answers the viewer's fixed origin from the API; "mapping" lets
// Chromium connect to `port` for it, where a TLS server passes everything on to the API.

import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import http from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";

const given = JSON.parse(readFileSync(0, "utf8"));
const { chromium } = createRequire(join(given.modules, "x.js"))("playwright-core");

const APP = "https://app.example";
const CDN = "https://cdn.highnote.com";
const TYPES = { ".js": "text/javascript", ".html": "text/html" };
const PAGE = `<!DOCTYPE html><title>app</title>
<script type="importmap">{"imports": {"uuid": "/uuid/dist/esm-browser/index.js"}}</script>
<div id="cardNumber"></div><div id="cvv"></div><div id="expirationDate"></div>
<script type="module">
import { renderFields } from "/@highnoteplatform/card-viewer/lib/esm/module.js";
window.events = [];
const note = (kind) => (told) => window.events.push({ kind, ...told });
const element = (name) => ({ selector: "#" + name, styles: ${JSON.stringify(given.styles ?? {})} });
window.viewer = await renderFields({
  clientToken: ${JSON.stringify(given.token)},
  paymentCardId: ${JSON.stringify(given.card)},
  elements: Object.fromEntries(
    ["cardNumber", "cvv", "expirationDate"].map((name) => [name, element(name)])
  ),
  onReady: note("ready"),
  onError: note("error"),
  onCopyToClipboardSuccess: note("copied"),
});
</script>`;

function serveApp(route) {
  const path = normalize(new URL(route.request().url()).pathname);
  if (path === "/") return route.fulfill({ body: PAGE, contentType: "text/html" });
  try {
    const body = readFileSync(join(given.modules, "node_modules", path));
    return route.fulfill({ body, contentType: TYPES[extname(path)] ?? "text/plain" });
  } catch {
    return route.fulfill({ status: 404, body: "" });
  }
}

async function passOn(route) {
  const request = route.request();
  const { pathname, search } = new URL(request.url());
  const answer = await fetch(given.api + "/highnote" + pathname + search, {
    method: request.method(),
    headers: request.headers(),
    body: request.postDataBuffer() ?? undefined,
  });
  const headers = Object.fromEntries(answer.headers);
  const body = Buffer.from(await answer.arrayBuffer());
  return route.fulfill({ status: answer.status, headers, body });
}

function terminate() {
  const api = new URL(given.api);
  const server = createServer({ key: given.key, cert: given.cert }, (request, response) => {
    const { method, url, headers } = request;
    const upstream = http.request(
      { host: api.hostname, port: api.port, method, path: url, headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      }
    );
    request.pipe(upstream);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
let server = null;
if (given.how === "mapping") {
  server = await terminate();
  flags.push(`--host-resolver-rules=MAP cdn.highnote.com:443 127.0.0.1:${server.address().port}`);
  flags.push("--ignore-certificate-errors");
  // Our page counts as public; a developer's own, on localhost, may embed what is on loopback.
  flags.push("--disable-features=LocalNetworkAccessChecks");
}
const context = await chromium.launchPersistentContext(given.profile, {
  executablePath: given.chromium,
  headless: true,
  args: flags,
});
try {
  const page = await context.newPage();
  page.on("requestfailed", (one) => console.error(one.url(), one.failure()?.errorText));
  await page.route(`${APP}/**`, serveApp);
  if (given.how === "interception") await page.route(`${CDN}/**`, passOn);
  await page.goto(`${APP}/`);
  await page.waitForFunction(() => window.events.length > 0, null, { timeout: 20000 });
  const told = { events: await page.evaluate(() => window.events) };
  const frame = (field) => page.frames().find((one) => one.url().includes(`field=${field}&`));
  const read = (field) => frame(field).locator("#value").textContent();
  if (told.events[0].kind === "ready") {
    for (const field of ["cvv", "expirationDate"]) {
      await frame(field).waitForFunction(() => document.getElementById("value").textContent);
      told[field] = await read(field);
    }
    told.masked = await read("cardNumber");
    const toggle = async (before) => {
      await page.evaluate(() => window.viewer.toggleCardNumberMask());
      await frame("cardNumber").waitForFunction(
        (text) => document.getElementById("value").textContent !== text,
        before
      );
      return read("cardNumber");
    };
    told.number = await toggle(told.masked);
    told.maskedAgain = await toggle(told.number);
    told.color = await frame("cvv").evaluate(
      () => getComputedStyle(document.getElementById("value")).color
    );
  }
  await page.evaluate(() => window.viewer.unmount());
  told.frames = await page.locator("iframe").count();
  console.log(JSON.stringify(told));
} finally {
  await context.close();
  server?.close();
}
