// The keys that sign and verify, and their rotation step by step.
import { get, post } from "../api.js";
import { fill, h } from "../dom.js";
import { choice, copier, field, head, mark } from "../parts.js";
import { complain, doing, say } from "../say.js";

const STEPS = [["overlap", "overlap: sign with the next, keep the old one published"], ["publish", "publish: show the next ahead of use"],
  ["activate", "activate: sign with the published next"], ["retire", "retire: withdraw all but the one that signs"], ["abrupt", "abrupt: replace all at once"]];

export async function show(place, app) {
  const { items } = await app.operations();
  const sections = await Promise.all(items.map(({ provider, title }) => showProvider(app, provider, title)));
  fill(place, head("Keys", "Each issuer's keys as its key set shows them; the one that signs comes first. Rotation is instant."), h("div.grid", {}, sections.map((s) => s.element)));
  app.hear(({ facts, gap }) => {
    for (const section of sections) {
      if (gap || facts.some((f) => (f.kind === "keys_set" && f.provider === section.provider) || /^sandbox_/.test(f.kind))) section.look().catch(complain);
    }
  });
}

async function showProvider(app, provider, title) {
  const issuers = await listIssuers(app, provider);
  const set = h("div.stack.tight");
  const issuer = choice([["", issuers.length ? "the first" : "its only one"], ...issuers], "", { onchange: () => look().catch(complain) });
  const step = choice(STEPS, "overlap");
  const path = () => app.path("jwks", `${provider}.json`) + (issuer.value ? `?issuer=${encodeURIComponent(issuer.value)}` : "");

  async function look() {
    const { keys } = await get(path());
    fill(set, h("table", {}, h("caption.unseen", {}, `${title}'s keys`), h("thead", {}, h("tr", {}, ["kid", "alg", "bits"].map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", {}, keys.map((key, n) => h("tr", {}, h("td", {}, h("code", {}, key.kid), " ", n === 0 && issuer.value && mark("signs", "good")), h("td", {}, key.alg || "RS256"), h("td", {}, countBits(key)))))));
  }

  const rotate = doing(async () => {
    const { active, keys } = await post(app.path("keys", provider, "rotate"), { step: step.value, ...(issuer.value && { issuer: issuer.value }) });
    say(`${title} signs with ${active}; ${keys.length} published.`);
    await look();
  });
  const element = h("section.sheet.stack", { "aria-label": title, data: { provider } }, h("h2", {}, title),
    issuers.length > 0 && field("Issuer", issuer), set,
    field("Step", step),
    h("div.acts", {}, h("button", { onclick: rotate, "aria-label": `Rotate ${title}'s keys` }, "Rotate"), copier(() => `${location.origin}/_emulator${path()}`, "Copy key set URL")));
  await look();
  return { provider, element, look };
}

// useGrant's providers are issuers, each with keys of its own.
async function listIssuers(app, provider) {
  if (provider !== "usegrant") return [];
  const { items } = await get(`${app.path("entities", provider, "providers")}?limit=200`);
  return items.map((one) => [one.id, one.name || one.id]);
}

function countBits(key) {
  return key.n ? Math.floor((key.n.length * 6) / 8) * 8 : "";
}
