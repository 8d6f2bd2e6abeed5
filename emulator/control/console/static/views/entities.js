// A provider's world: its kinds, their records, one of them to edit as JSON; written as fixtures.
import { drop, get, post, put } from "../api.js";
import { fill, h } from "../dom.js";
import { List } from "../list.js";
import { copier, head, notice, save } from "../parts.js";
import { go, note } from "../route.js";
import { complain, doing, enquire, say } from "../say.js";

const CHANGES = new Set(["entity_put", "entity_dropped", "sandbox_reset", "sandbox_restored"]);

export async function show(place, app, item) {
  const { items: providers } = await app.operations();
  let [provider, kind, ...rest] = item.split("/");
  let wanted = rest.join("/");
  if (!providers.some((p) => p.provider === provider)) [provider, kind, wanted] = [providers[0].provider, "", ""];
  const bar = h("nav.filters", { "aria-label": "Providers and kinds" });
  const detail = h("div.detail");
  let keyName = "";
  const list = new List({
    label: "Records, newest first", kind: "plainrow", keyOf: (record) => String(record[keyName]), none: "No records of this kind.", onEnd: () => {},
    show: (record) => [h("code", {}, record[keyName]), h("span.quiet", {}, tellRecord(record, keyName))],
    onChoose: (record) => (note(app.route.sandbox, "entities", provider, kind, String(record[keyName])), edit(record)),
  });
  app.frame.view.className = "full";
  place.className = "fills";
  fill(place, head("Entities", null,
    h("button", { onclick: doing(() => exportAs("")) }, "Export all as fixtures"),
    h("button", { onclick: doing(() => exportAs(`?provider=${provider}`)) }, "Export this provider"),
    h("button.main", { onclick: doing(() => edit(null)) }, "New record")), bar, h("div.sides", {}, list.element, detail));

  async function look() {
    const counts = await get(app.path("entities", provider));
    if (!(kind in counts)) kind = Object.keys(counts)[0];
    fill(bar, h("select", { "aria-label": "Provider", data: { focus: "provider" }, onchange: (e) => go(app.route.sandbox, "entities", e.target.value) },
      providers.map((p) => h("option", { value: p.provider, selected: p.provider === provider }, p.title))),
    h("select", { "aria-label": "Kind", data: { focus: "kind" }, onchange: (e) => go(app.route.sandbox, "entities", provider, e.target.value) },
      Object.entries(counts).map(([name, n]) => h("option", { value: name, selected: name === kind }, `${name} (${n})`))));
    const { items } = await get(`${app.path("entities", provider, kind)}?limit=1000`);
    keyName = providers.find((p) => p.provider === provider).kinds.find((k) => k.name === kind).key;
    list.set(items);
  }

  async function exportAs(query) {
    save(await get(`${app.path("fixtures")}${query}`), `${query ? provider : app.route.sandbox}.yaml`, "application/yaml");
    say("Exported as a fixture file. It holds the sandbox's own, fake secrets.");
  }

  function edit(record) {
    const text = h("textarea", { rows: 22, spellcheck: "false", "aria-label": "The record as JSON" });
    text.value = record ? JSON.stringify(record, null, 2) : "{\n}";
    const told = h("div", { role: "alert" });
    const key = record && String(record[keyName]);
    const saveIt = doing(async () => {
      try {
        const values = JSON.parse(text.value);
        const name = values[keyName] ?? key;
        const path = ["entities", provider, kind];
        const kept = name === undefined || name === null ? await post(app.path(...path), values) : await put(app.path(...path, name), values);
        say(`${kept[keyName]} is kept.`);
        await look();
        list.mark(String(kept[keyName]));
        edit(kept);
      } catch (refusal) {
        fill(told, notice(refusal.message, "bad"), (refusal.errors || []).map((e) => h("p.bad", {}, h("code", {}, e.path), ` ${e.message}`)));
      }
    });
    const dropIt = doing(async () => {
      if (!(await enquire(`Drop ${key}?`, h("p", {}, "What hangs on it goes with it."), { yes: "Drop", grave: true }))) return;
      await drop(app.path("entities", provider, kind, key));
      fill(detail);
      say(`${key} is dropped.`);
      await look();
    });
    fill(detail, h("section.sheet.stack", { "aria-label": record ? `Record ${key}` : "New record" },
      h("div.title", {}, h("h2", {}, record ? key : `New of ${kind}`), h("div.acts", {}, record && copier(() => text.value, "Copy JSON"), record && h("button.grave", { onclick: dropIt }, "Drop"))),
      h("p.quiet", {}, record ? "*** is a secret that stays as it is. Another key makes another record." : "Without a key one is drawn."),
      text, told, h("div.acts", {}, h("button.main", { onclick: saveIt }, "Keep"))));
  }

  await look();
  if (wanted) {
    list.mark(wanted);
    get(app.path("entities", provider, kind, wanted)).then(edit, complain);
  }
  app.hear(({ facts, gap }) => {
    if (gap || facts.some((f) => CHANGES.has(f.kind) && (!f.provider || f.provider === provider))) look().catch(complain);
  });
}

function tellRecord(record, keyName) {
  const rest = Object.entries(record).filter(([name, value]) => name !== keyName && typeof value === "string" && value !== "***");
  return rest.slice(0, 2).map(([, value]) => value).join(" · ");
}
