// Parts that many views are made of.
import { fill, h, name } from "./dom.js";
import { doing, say } from "./say.js";

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyByHand(text); // a page that came over plain HTTP from another machine has no clipboard
  }
  say("Copied.");
}

function copyByHand(text) {
  const area = h("textarea", { readonly: true, "aria-hidden": "true" });
  const focused = document.activeElement;
  area.value = text;
  (document.querySelector("dialog[open]") || document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  focused?.focus();
}

// `text`: what is copied, or a function that makes it at that moment.
export function copier(text, label = "Copy", about = "") {
  const make = async () => copy(typeof text === "function" ? await text() : text);
  return h("button", { type: "button", "aria-label": about ? `${label} ${about}` : label, onclick: doing(make) }, label);
}

export function save(text, file, type = "application/json") {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

export function head(title, lead, ...acts) {
  return h("header.head", {}, h("h1", {}, title), acts.length > 0 && h("div.acts", {}, acts), lead && h("p.lead", {}, lead));
}

// Names with values. A value is a text, an element or null, which leaves its pair out.
export function pairs(rows) {
  return h("dl.pairs", {}, rows.filter(([, value]) => value !== null && value !== undefined && value !== "").map(
    ([title, value, ...more]) => [h("dt", {}, title), h("dd", {}, value instanceof Node ? value : h("code", {}, value), more)]));
}

const TONES = { active: "good", expired: "warn", revoked: "bad", spent: "warn" };
export const mark = (text, tone = TONES[text] || "") => h(`span.mark${tone ? "." + tone : ""}`, {}, text);

export function statusMark(call) {
  const isBad = call.refusal !== null || call.status >= 400 || call.status === 0;
  return h(`span.mono.${isBad ? "bad" : "good"}`, {}, call.status === 0 && call.refusal === null ? "OK" : call.status);
}

export const code = (text, label) => h("pre.code", { tabindex: 0, role: "region", "aria-label": label || "Text" }, text);
export const showJson = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
export const json = (value, label) => code(showJson(value), label);
export const notice = (text, tone = "") => h(`p.notice${tone ? "." + tone : ""}`, {}, text);
export const empty = (...text) => h("p.empty", {}, text);

// A field with its label above. `control` is an input, select or textarea.
export function field(label, control, help) {
  control.id ||= name("field");
  const about = help && h("span.help", { id: `${control.id}-help` }, help);
  if (about) control.setAttribute("aria-describedby", about.id);
  return h("div.field", {}, h("label", { for: control.id }, label), control, about);
}

export function choice(options, chosen, props = {}) {
  return h("select", props, options.map((o) => {
    const [value, text] = Array.isArray(o) ? o : [o, o];
    return h("option", { value, selected: value === chosen }, text);
  }));
}

export function check(label, props) {
  return h("label.check", {}, h("input", { type: "checkbox", ...props }), label);
}

// Tabs: [title, () => element]; arrow keys go from one to the next.
export function tabs(label, sides) {
  const panel = h("div", { role: "tabpanel", id: name("panel"), tabindex: 0 });
  const heads = sides.map(([title, make], n) => h("button", {
    type: "button", role: "tab", "aria-controls": panel.id, onclick: () => choose(n), onkeydown: (e) => walk(e, n), id: name("tab"),
  }, title));
  function choose(n) {
    heads.forEach((one, m) => (one.setAttribute("aria-selected", m === n), (one.tabIndex = m === n ? 0 : -1)));
    panel.setAttribute("aria-labelledby", heads[n].id);
    fill(panel, sides[n][1]());
  }
  function walk(event, n) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (n + step + heads.length) % heads.length;
    choose(next);
    heads[next].focus();
  }
  choose(0);
  return h("div.stack.tight", {}, h("div.tabs", { role: "tablist", "aria-label": label }, heads), panel);
}
