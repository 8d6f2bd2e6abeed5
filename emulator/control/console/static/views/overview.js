// Per provider: where it is, with which keys, a request that works, and what is armed.
import { get } from "../api.js";
import { fill, h } from "../dom.js";
import { code, copier, head, mark, pairs, tabs } from "../parts.js";
import { link } from "../route.js";
import { SAMPLES } from "../samples.js";
import { complain } from "../say.js";

const FAULTS = new Set(["fault_armed", "faults_disarmed", "faults_counted", "sandbox_reset", "sandbox_restored"]);
const WORLDS = new Set(["entity_put", "entity_dropped", "sandbox_reset", "sandbox_restored"]);
const URLS = /_url$|_target$/;

export async function show(place, app) {
  let [credentials, { items: providers }] = await Promise.all([get(app.path("credentials")), app.operations()]);
  const armed = {};
  const cards = h("div.grid");
  const all = copier(() => credentials.export.join("\n"), "Copy all as export lines");
  fill(place, head("Overview", "Where each provider is in this sandbox, and with which keys.", all), cards);
  const draw = (now) => fill(cards, providers.map(({ provider, title }) => {
    armed[provider] = h("div.stack.tight");
    return showProvider(app, provider, title, now[provider], armed[provider]);
  }));
  draw(credentials);

  async function lookAtFaults() {
    const { items } = await get(app.path("faults") + "?limit=1000");
    for (const [provider, part] of Object.entries(armed)) {
      fill(part, showArmed(app, items.filter((rule) => rule.operation.startsWith(`${provider}.`))));
    }
  }
  // Drawn anew only where something is new: who reads on keeps the tab and the place.
  async function lookAgain() {
    const now = await get(app.path("credentials"));
    if (JSON.stringify(now) === JSON.stringify(credentials)) return;
    credentials = now;
    draw(now);
    await lookAtFaults();
  }
  await lookAtFaults();
  app.hear(({ facts, gap }) => {
    const is = (kinds) => gap || facts.some((fact) => kinds.has(fact.kind));
    if (is(WORLDS)) lookAgain().catch(complain);
    if (is(FAULTS)) lookAtFaults().catch(complain);
  });
}

function showProvider(app, provider, title, credentials, armed) {
  const rows = Object.entries(credentials).filter(([, value]) => typeof value === "string");
  const urls = rows.filter(([name]) => URLS.test(name));
  const keys = rows.filter(([name]) => !URLS.test(name));
  const line = ([name, value]) => [name, value, copier(value, "Copy", `${title} ${name}`)];
  return h("section.sheet.stack", { "aria-label": title, data: { provider } },
    h("div.title", {}, h("h2", {}, title), h("div.acts", {}, h("a.button", { href: link(app.route.sandbox, "faults", provider) }, "Arm a fault"))),
    pairs([...urls, ...keys].map(line)),
    credentials.connector_config && h("details", {}, h("summary", {}, `${Object.keys(credentials.connector_config).length} connectors' credentials`),
      pairs(Object.entries(credentials.connector_config).map(([name, config]) => [name, JSON.stringify(config)]))),
    showSample(app, provider, title, credentials),
    armed);
}

function showSample(app, provider, title, credentials) {
  const sample = SAMPLES[provider]?.(app, credentials);
  if (!sample) return null;
  const sides = Object.entries(sample.code).map(([language, make]) => [language, () => {
    const text = code("", `${title} request in ${language}`);
    Promise.resolve(make()).then((made) => fill(text, made)).catch(complain);
    return h("div.stack.tight", {}, text, h("div.acts", {}, copier(async () => {
      const made = await make();
      fill(text, made);
      return made;
    }, "Copy", `${title} request in ${language}`)));
  }]);
  return h("div.stack.tight", {}, h("h3", {}, "A request that works"), h("p.quiet", {}, sample.about), tabs(`${title} request`, sides));
}

function showArmed(app, rules) {
  if (!rules.length) return h("p.quiet", {}, "Nothing is armed.");
  return [h("h3", {}, "Armed"), rules.map((rule) => h("div", {},
    h("a", { href: link(app.route.sandbox, "faults", rule.id) }, rule.id), " ", h("code", {}, rule.operation), " ",
    mark(`${rule.hits.fired} fired`, rule.hits.fired ? "warn" : "")))];
}
