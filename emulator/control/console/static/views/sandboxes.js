// The sandboxes: switch, make, fork, reset, drop; a snapshot out and in.
import { at, drop, get, post, put } from "../api.js";
import { fill, h } from "../dom.js";
import { check, copier, field, head, mark, pairs, save } from "../parts.js";
import { go, link } from "../route.js";
import { complain, doing, enquire, say } from "../say.js";

const PARTS = ["tokens", "faults", "clock", "calls", "entities", "settings", "lifetimes"];

export async function show(place, app) {
  const rows = h("section.sheet.wide", { "aria-label": "Sandboxes" });
  const own = app.route.sandbox;
  const file = h("input", { type: "file", accept: "application/json", hidden: true, onchange: () => load().catch(complain) });
  fill(place, head("Sandboxes", "Each is a world of its own: clock, tokens, faults, keys, records. Nothing done in one is seen in another.",
    h("button.main", { onclick: doing(make) }, "New")),
  h("div.stack", {},
    h("section.sheet.stack", { "aria-label": `Sandbox ${own}` }, h("h2", {}, own),
      h("div.acts", {}, h("button", { onclick: doing(fork) }, "Fork"), h("button", { onclick: doing(reset) }, "Reset"),
        h("button", { onclick: doing(exportIt) }, "Export"), h("button", { onclick: () => file.click() }, "Import"),
        own !== "default" && h("button.grave", { onclick: doing(() => end(own)) }, "Drop"), file)),
    rows));

  async function list() {
    const { items } = await get("/sandboxes?limit=1000");
    fill(rows, h("table", {}, h("caption.unseen", {}, "Sandboxes"), h("thead", {}, h("tr", {}, ["Sandbox", "Made", "Goes if idle", "Clock", "Found by"].map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", {}, items.map((s) => h("tr", {}, h("td", {}, h("a", { href: link(s.id, "sandboxes") }, s.id), " ", s.id === own && mark("here", "accent")), h("td.mono", {}, s.created_at.slice(0, 19)),
        h("td.mono", {}, s.expires_at ? s.expires_at.slice(0, 19) : "never"), h("td", {}, s.clock.mode), h("td.quiet", {}, s.listed ? "its credentials" : "header or prefix"))))));
  }

  function form(extra) {
    const id = h("input", { placeholder: "drawn", pattern: "[a-z0-9][a-z0-9_\\-]{0,62}", autocomplete: "off" });
    const seed = h("input", { placeholder: "random", autocomplete: "off" });
    const ttl = h("input", { placeholder: "1h" });
    return [h("div.fields", {}, field("Id", id), extra && field("Seed", seed), field("Goes when idle for", ttl)),
      () => ({ ...(id.value && { id: id.value }), ...(seed.value && { seed: seed.value }), ...(ttl.value && { ttl: ttl.value }) })];
  }

  async function born(title, path, extra) {
    const [fields, read] = form(extra);
    const made = await enquire(title, fields, { yes: "Make it", take: () => post(path, read()) });
    if (!made) return;
    say(`Sandbox ${made.id} is made.`);
    if (made.control_token) await tell(made);
    go(made.id, "overview");
  }

  function tell(made) {
    const token = pairs([["Token", made.control_token, copier(made.control_token)]]);
    return enquire("Its control token", h("div.stack", {}, h("p", {}, "Good for this sandbox alone, and shown once."), token));
  }

  function make() {
    return born("New sandbox", "/sandboxes", true);
  }

  function fork() {
    return born(`Fork ${own}`, at(own, "fork"), false);
  }

  async function reset() {
    const all = check("Everything but its identity", { checked: true, onchange: (e) => some.forEach((one) => (one.firstChild.disabled = e.target.checked)) });
    const some = PARTS.map((part) => check(part, { value: part, disabled: true }));
    const done = await enquire(`Reset ${own}?`, h("div.stack", {}, all, h("div.fields", {}, some)), {
      yes: "Reset", grave: true,
      take: () => post(at(own, "reset"), all.firstChild.checked ? {} : { what: some.map((one) => one.firstChild).filter((i) => i.checked).map((i) => i.value) }),
    });
    if (done) say(`${own} is reset.`);
  }

  async function exportIt() {
    save(JSON.stringify(await get(at(own, "snapshot"))), `${own}.json`);
    say("Exported. The file holds the sandbox's own, fake secrets.");
  }

  async function load() {
    const text = await file.files[0]?.text();
    file.value = "";
    if (!text) return;
    const id = h("input", { value: own });
    const done = await enquire("Import a snapshot", h("div.stack", {}, h("p", {}, "A sandbox of this id becomes what the file says; its state now is lost."), field("Into", id)), {
      yes: "Import", grave: true, take: async () => (await put(at(id.value, "snapshot"), text), id.value),
    });
    if (!done) return;
    say(`${done} is imported.`);
    if (done !== own) go(done, "overview");
    else await list();
  }

  async function end(sandbox) {
    if (!(await enquire(`Drop ${sandbox}?`, h("p", {}, "All that is in it goes."), { yes: "Drop", grave: true }))) return;
    await drop(at(sandbox));
    say(`${sandbox} is dropped.`);
    go("default", "sandboxes");
  }

  await list();
  app.every(5000, () => list().catch(complain));
}
