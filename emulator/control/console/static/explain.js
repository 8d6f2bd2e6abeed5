// Why a call went as it did: the cause, what to do, and of a signature what was signed.
import { showDiff, escape } from "./diff.js";
import { h } from "./dom.js";
import { code, copier, json, pairs } from "./parts.js";
import { link } from "./route.js";

export function showExplained(app, told) {
  const isFault = told.fault !== null;
  return h("section.stack.tight", { "aria-label": "Explanation", data: { part: "explanation" } },
    h("h2", {}, isFault ? "A fault hit it" : told.refusal ? "Why it was refused" : "How it went"),
    h(`p.notice${told.refusal && !isFault ? ".bad" : ""}`, {}, told.what_to_do),
    pairs([
      ["Refusal", told.refusal],
      ["Fault", isFault ? showFault(app, told.fault) : null],
      ["Hint", told.hint && told.hint !== told.what_to_do ? h("span", {}, told.hint) : null],
      ["Known from", told.source],
    ]),
    showSigned(told.explanation));
}

export function showFault(app, fault) {
  if (!fault.startsWith("fault_")) return h("code", {}, fault);
  return h("a", { href: link(app.route.sandbox, "faults", fault) }, fault);
}

function showSigned(explanation) {
  if (!explanation) return null;
  const { signed_string: server, client_string: client, expected, received, likely_cause: cause, ...rest } = explanation;
  if (server === undefined) return json(explanation, "Explanation");
  return h("div.stack.tight", {},
    h("h3", {}, client === undefined ? "What the server signed" : "What was signed"),
    client === undefined ? code(escape(server), "What the server signed") : [
      h("p.quiet", {}, h("del", {}, "struck out"), ": the client signed it and should not have; ", h("ins", {}, "underlined"), ": it is missing."),
      showDiff(client, server)],
    h("div.acts", {}, copier(server, "Copy the string to sign")),
    pairs([["Digest expected", expected], ["Digest received", received], ...Object.entries(rest).map(([k, v]) => [k, String(v)])]));
}
