// A token judged: decoded here, its worth and what it opens told by introspection.
import { post } from "./api.js";
import { showDistance } from "./clockface.js";
import { fill, h } from "./dom.js";
import { decode } from "./jwt.js";
import { json, mark, pairs } from "./parts.js";

const AT_ONCE = 4;

export function showDecoded(text, now) {
  const token = decode(text);
  if (!token) return h("p.quiet", {}, "An opaque token: there is nothing in it to decode.");
  const times = ["iat", "nbf", "exp"].filter((name) => typeof token.claims[name] === "number");
  return h("div.stack.tight", {},
    h("h3", {}, "Decoded"),
    times.length > 0 && pairs(times.map((name) => {
      const ms = token.claims[name] * 1000;
      return [name, new Date(ms).toISOString(), h("span.quiet", {}, showDistance(ms - now))];
    })),
    h("div.pair", {}, json(token.header, "Header"), json(token.claims, "Claims")));
}

// `isKnown`: the book's record is shown beside it, and need not be told again.
export async function showVerdict(app, place, text, modules, isKnown = false) {
  const told = await post(app.path("introspect"), { token: text });
  const { active, reason, detail, ...rest } = told;
  const opens = h("div");
  fill(place,
    h(`p.notice.${active ? "good" : "bad"}`, {}, active ? "Good: it is taken everywhere." : `Refused: ${reason}. ${detail || ""}`),
    !isKnown && pairs(Object.entries(rest).map(([name, value]) => [name, String(value)])),
    active && modules.length > 0 && h("div.stack.tight", {}, h("h3", {}, "What it opens"), opens));
  if (active) await tryModules(app, opens, text, modules);
  return told;
}

async function tryModules(app, place, text, modules) {
  const rest = [...modules];
  const found = new Map();
  const work = async () => {
    for (let module = rest.shift(); module; module = rest.shift()) found.set(module, await post(app.path("introspect"), { token: text, module }));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const [open, shut] = [modules.filter((m) => found.get(m).opens), modules.filter((m) => !found.get(m).opens)];
  fill(place, h("div.acts", { data: { part: "opens" } }, open.length ? open.map((m) => mark(m, "good")) : h("span.quiet", {}, "Nothing.")),
    shut.length > 0 && h("details", {}, h("summary", {}, `${shut.length} it does not open`),
      h("ul", {}, shut.map((m) => h("li", {}, h("code", {}, m), " ", h("span.quiet", {}, found.get(m).detail || ""))))));
}
