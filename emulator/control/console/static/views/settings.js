// The providers' switches, and how long tokens live.
import { get, put } from "../api.js";
import { fill, h } from "../dom.js";
import { choice, field, head } from "../parts.js";
import { complain, doing, say } from "../say.js";

const CHANGES = new Set(["settings_set", "lifetimes_set", "sandbox_reset", "sandbox_restored"]);

export async function show(place, app) {
  const [schema, { items: providers }] = await Promise.all([get("/settings/schema.json"), app.operations()]);
  const switches = h("div.grid");
  const lives = h("section.sheet.stack", { "aria-label": "Lifetimes" });
  fill(place, head("Settings", "Switches and lifetimes of this sandbox. An empty field restores the default."), switches, h("div.stack", {}, h("div"), lives));

  async function look() {
    const [settings, lifetimes] = await Promise.all([get(app.path("settings")), get(app.path("lifetimes"))]);
    fill(switches, providers.map(({ provider, title }) => showSwitches(provider, title, settings[provider])));
    fill(lives, h("h2", {}, "Lifetimes"), providers.map((p) => showLifetimes(p, lifetimes)));
  }

  const change = async (what, patch, told) => {
    await put(app.path(what), patch);
    say(told);
    await look();
  };

  function showSwitches(provider, title, values) {
    const act = (name, value) => change("settings", { [provider]: nest(name, value) }, `${title}: ${name} is set.`);
    const restore = doing(() => change("settings", { [provider]: null }, `${title}: defaults again.`));
    return h("section.sheet.stack", { "aria-label": title, data: { provider } },
      h("div.title", {}, h("h2", {}, title), h("div.acts", {}, h("button", { onclick: restore, "aria-label": `Restore defaults of ${title}` }, "Restore defaults"))),
      h("div.fields", {}, flatten(values).map(([name, value]) => showSwitch(name, value, act, find(schema, schema.properties[provider], name)))));
  }

  function showLifetimes({ provider, title, operations }, lifetimes) {
    const minting = operations.filter((o) => o.lifetime !== null);
    if (!minting.length) return null;
    const rows = [[provider, `each of ${title}'s`, "as documented"], ...minting.map((o) => [`${provider}.${o.name}`, o.name, `${o.lifetime} s`])];
    return h("details", { open: minting.length < 5 }, h("summary", {}, title), h("div.fields", {}, rows.map(([name, label, usual]) => {
      const input = h("input", { value: lifetimes[name] ?? "", placeholder: usual, data: { lifetime: name, focus: name }, onchange: () => {
        const text = input.value.trim();
        change("lifetimes", { [name]: text === "" ? null : /^\d+$/.test(text) ? Number(text) : text }, `${label}: set.`).catch(complain);
      } });
      return field(label, input);
    })));
  }

  await look();
  app.hear(({ facts, gap }) => {
    if (gap || facts.some((f) => CHANGES.has(f.kind))) look().catch(complain);
  });
}

// "rate_limit.enabled" as a name, and back.
function flatten(values, before = "") {
  return Object.entries(values).flatMap(([name, value]) =>
    value !== null && typeof value === "object" ? flatten(value, `${before}${name}.`) : [[before + name, value]]);
}

function nest(name, value) {
  return name.split(".").reduceRight((inner, part) => ({ [part]: inner }), value);
}

// The schema of a switch by its name; references are followed.
function find(schema, from, name) {
  return name.split(".").reduce((at, part) => follow(schema, follow(schema, at).properties[part]), from);
}

function follow(schema, at) {
  return at.$ref ? schema.$defs[at.$ref.split("/").at(-1)] : at;
}

function showSwitch(name, value, act, { enum: options }) {
  if (options) {
    return field(name, choice(options, value, { data: { switch: name, focus: name }, onchange: (e) => act(name, typeof value === "number" ? Number(e.target.value) : e.target.value).catch(complain) }));
  }
  if (typeof value === "boolean") {
    return h("label.check", {}, h("input", { type: "checkbox", checked: value, data: { switch: name, focus: name }, onchange: (e) => act(name, e.target.checked).catch(complain) }), name);
  }
  const input = h("input", { value: value ?? "", data: { switch: name, focus: name }, onchange: () => {
    const text = input.value.trim();
    act(name, text === "" ? null : typeof value === "number" ? Number(text) : text).catch((refusal) => {
      input.value = value ?? "";
      complain(refusal);
    });
  } });
  return field(name, input);
}
