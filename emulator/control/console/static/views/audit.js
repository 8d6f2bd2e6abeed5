// What the client did wrong, with the calls that show it.
import { get } from "../api.js";
import { fill, h } from "../dom.js";
import { empty, head, json, mark, notice, pairs } from "../parts.js";
import { link } from "../route.js";
import { complain } from "../say.js";

const PACE_MS = 1000;

export async function show(place, app) {
  const found = h("div.stack");
  fill(place, head("Audit", "How the client behaved: what it did that the provider asks not to do."), found);
  let timer = 0;

  async function look() {
    timer = 0;
    const { items, complete } = await get(`${app.path("audit")}?limit=200`);
    fill(found, complete === false && notice("The journal has forgotten calls: there may have been more."),
      items.length === 0 ? h("div.sheet", {}, empty("Nothing to complain of.")) : items.map((one) => showFinding(app, one)));
  }

  await look();
  app.hear(({ calls, facts, gap }) => {
    if (gap || calls.length || facts.some((f) => /^sandbox_/.test(f.kind))) timer ||= setTimeout(() => look().catch(complain), PACE_MS);
  });
  app.leaving.push(() => clearTimeout(timer));
}

function showFinding(app, one) {
  const more = Object.keys(one.details || {}).length > 0;
  return h("article.sheet.stack.tight", { "aria-label": one.title, data: { finding: one.finding } },
    h("div.title", {}, h("h2", {}, one.title), mark(one.severity || one.finding, { error: "bad", warning: "warn" }[one.severity] || ""), one.times > 1 && mark(`${one.times} times`)),
    h("p", {}, one.advice),
    pairs([["Operation", [one.provider, one.operation].filter(Boolean).join(".")], ["First", one.first_at], ["Last", one.last_at],
      ["Calls", h("span.acts", {}, one.calls.map((call) => h("a", { href: link(app.route.sandbox, "calls", call) }, call)))]]),
    more && json(one.details, "Details"));
}
