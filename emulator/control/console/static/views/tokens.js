// The book of tokens as it grows, and one of them: decoded, judged, ended.
import { get, post } from "../api.js";
import { showDistance } from "../clockface.js";
import { fill, h } from "../dom.js";
import { List } from "../list.js";
import { choice, code, copier, empty, field, head, mark, notice, pairs } from "../parts.js";
import { note } from "../route.js";
import { complain, doing, enquire, say, whisper } from "../say.js";
import { showDecoded, showVerdict } from "../verdict.js";

const PAGE = 100;
const FEW = 8; // new tokens that are asked for one by one; more are a new page
const CHANGES = new Set(["token_issued", "token_ended", "sandbox_reset", "sandbox_restored"]);

export async function show(place, app, item) {
  const { items: providers } = await app.operations();
  const modules = Object.fromEntries(providers.map((p) => [p.provider, p.modules]));
  let [next, isLoading, open] = [null, false, null];
  const detail = h("div.detail");
  const list = new List({
    label: "Tokens, newest first", kind: "token", keyOf: (token) => token.jti, show: (token) => showRow(app, token), onEnd: more,
    none: "No tokens yet. Mint one here, or send a request from the overview.",
    onChoose: (token) => {
      note(app.route.sandbox, "tokens", token.jti);
      openToken(token);
    },
  });
  app.frame.view.className = "full";
  place.className = "fills";
  fill(place, head("Tokens", null,
    h("button", { onclick: () => (list.mark(null), note(app.route.sandbox, "tokens"), openPaste()) }, "Judge any token"),
    h("button.main", { onclick: doing(mint) }, "Mint a token")), h("div.sides", {}, list.element, detail));
  await load();
  if (item) choose(item);
  else openPaste();

  app.every(1000, () => list.redraw());
  app.hear(({ facts, gap }) => {
    const about = facts.filter((fact) => CHANGES.has(fact.kind));
    if (gap || about.length) hearOf(about, gap).catch(complain);
  });

  async function hearOf(facts, gap) {
    const names = new Set(facts.map((fact) => fact.about.jti));
    if (gap || names.size > FEW || [...names].some((jti) => !jti || jti === "***")) await load();
    else for (const jti of names) place1(await get(app.path("tokens", jti)));
    const issued = facts.filter((fact) => fact.kind === "token_issued").length;
    if (issued) whisper(`${issued} new ${issued === 1 ? "token" : "tokens"}`);
    if (open && (gap || names.has(open) || names.has("***"))) refresh(open);
  }

  function place1(token) {
    if (!list.find(token.jti)) list.prepend([token]);
    else list.set(list.items.map((one) => (one.jti === token.jti ? token : one)));
  }

  async function load() {
    const page = await get(`${app.path("tokens")}?limit=${PAGE}`);
    next = page.next;
    list.set(page.items);
  }

  async function more() {
    if (isLoading || !next) return;
    isLoading = true;
    try {
      const page = await get(`${app.path("tokens")}?limit=${PAGE}&cursor=${encodeURIComponent(next)}`);
      next = page.next;
      list.append(page.items);
    } catch {
      next = null;
    } finally {
      isLoading = false;
    }
  }

  function openPaste() {
    open = null;
    const text = h("textarea", { rows: 4, spellcheck: "false" });
    const told = h("div.stack");
    const judge = doing(async () => {
      const verdict = h("div.stack.tight");
      fill(told, verdict, showDecoded(text.value, app.clock.now()));
      const all = [...new Set(Object.values(modules).flat())];
      const found = await post(app.path("introspect"), { token: text.value.trim() });
      await showVerdict(app, verdict, text.value.trim(), found.provider ? modules[found.provider] : all);
    });
    fill(detail, h("section.sheet.stack", { "aria-label": "Judge any token" }, h("h2", {}, "Judge any token"),
      field("A token's text", text, "It goes to this emulator alone."), h("div.acts", {}, h("button", { onclick: judge }, "Judge")), told));
  }

  async function refresh(jti) {
    const token = await get(app.path("tokens", jti)).catch(() => null);
    if (open === jti && token) await openToken(token);
  }

  async function openToken(token) {
    open = token.jti;
    const verdict = h("div.stack.tight");
    const end = (how) => doing(async () => {
      const ended = await post(app.path("tokens", token.jti, how));
      place1(ended);
      say(`Token ${ended.status}.`);
      await openToken(ended);
    });
    fill(detail, h("article.sheet.stack", { "aria-label": `Token ${token.jti}` },
      h("div.title", {}, h("h2", {}, token.kind), mark(token.status), token.defect && mark(token.defect, "bad"),
        h("div.acts", {}, copier(token.token, "Copy token"),
          h("button", { onclick: end("expire"), data: { focus: "expire" } }, "Expire"),
          h("button.grave", { onclick: end("revoke"), data: { focus: "revoke" } }, "Revoke"))),
      verdict,
      pairs([["jti", token.jti], ["Provider", token.provider], ["Subject", token.subject], ["Permissions", token.permissions.join(" ")],
        ["Issued", token.issued_at], ["Expires", token.expires_at, h("span.quiet", {}, showDistance(Date.parse(token.expires_at) - app.clock.now()))]]),
      code(token.token, "Token"),
      showDecoded(token.token, app.clock.now())));
    await showVerdict(app, verdict, token.token, modules[token.provider] || [], true).catch(complain);
  }

  async function mint() {
    const provider = choice(providers.map((p) => [p.provider, p.title]), providers[0]?.provider);
    const lifetime = h("input", { placeholder: "10m" });
    const defect = choice([["", "none"]], "");
    const claims = h("textarea", { rows: 3, placeholder: "{}", spellcheck: "false" });
    const fit = () => {
      const of = providers.find((p) => p.provider === provider.value);
      const known = [...new Set(of.operations.flatMap((o) => o.defects))];
      fill(defect, [["", "none"], ...known.map((d) => [d, d])].map(([value, text]) => h("option", { value }, text)));
    };
    provider.addEventListener("change", fit);
    fit();
    const made = await enquire("Mint a token", h("div.form", {},
      h("div.fields", {}, field("Provider", provider), field("Lifetime", lifetime, "as 10m; none: the usual"), field("Defect", defect)),
      field("Claims (JSON, laid over the usual)", claims)), {
      yes: "Mint",
      take: () => post(app.path("tokens"), {
        provider: provider.value, claims: claims.value.trim() ? parse(claims.value) : {},
        ...(lifetime.value && { lifetime: lifetime.value }), ...(defect.value && { defect: defect.value }),
      }),
    });
    if (!made) return;
    place1(made);
    choose(made.jti);
  }

  function choose(jti) {
    list.mark(jti || null);
    if (!jti) return openPaste();
    const token = list.find(jti);
    if (token) return openToken(token);
    return get(app.path("tokens", jti)).then(openToken, (refusal) => fill(detail, notice(refusal.message, "bad"), empty()));
  }
  return choose;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The claims are no JSON: ${error.message}`, { cause: error });
  }
}

function showRow(app, token) {
  const left = Date.parse(token.expires_at) - app.clock.now();
  const status = token.status === "active" && left <= 0 ? "expired" : token.status;
  return [
    h("span", {}, mark(status)), h("span.quiet", {}, token.provider),
    h("span", {}, token.kind, " ", h("span.quiet", {}, token.subject)),
    h("span.num.quiet", {}, status === "active" ? showDistance(left) : ""),
  ];
}
