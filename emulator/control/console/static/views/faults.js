// What is armed, a form to arm more, and the scenarios.
import { drop, get, post } from "../api.js";
import { FaultForm } from "../faultform.js";
import { fill, h } from "../dom.js";
import { copier, empty, head, mark, notice } from "../parts.js";
import { link } from "../route.js";
import { doing, say, complain } from "../say.js";
import { showScenarios } from "../scenarios.js";

const CHANGES = new Set(["fault_armed", "faults_disarmed", "faults_counted", "sandbox_reset", "sandbox_restored"]);

export async function show(place, app, item) {
  const [operations, { items: known }] = await Promise.all([app.operations(), get("/scenarios")]);
  const armed = h("section.sheet.stack", { "aria-label": "Armed" });
  const scenarios = h("section.sheet.stack", { "aria-label": "Scenarios" });
  const form = new FaultForm(operations, item);
  const told = h("div", { role: "alert" });
  let chosen = item;

  fill(place, head("Faults", "What goes wrong on purpose: the next calls that match get it, until it is spent or disarmed."),
    h("div.sides", {},
      h("div.stack", {}, armed, scenarios),
      h("section.sheet.stack", { "aria-label": "Arm a fault" }, h("h2", {}, "Arm a fault"),
        h("form.form", { onsubmit: (event) => (event.preventDefault(), arm()) }, form.element, told,
          h("div.acts", {}, h("button.main", { type: "submit" }, "Arm"), copier(() => command(app, form.rule), "Copy as curl"))))));

  async function arm() {
    try {
      form.blame([]);
      const rule = await post(app.path("faults"), form.rule);
      fill(told);
      say(`${rule.id} is armed.`);
      chosen = rule.id;
      await list();
    } catch (refusal) {
      form.blame(refusal.errors || []);
      fill(told, notice(refusal.message, "bad"));
    }
  }

  async function list() {
    const { items } = await get(`${app.path("faults")}?limit=1000`);
    const clear = doing(async () => (await drop(app.path("faults")), await list()));
    fill(armed, h("div.title", {}, h("h2", {}, "Armed"), items.length > 0 && h("div.acts", {}, h("button.grave", { onclick: clear }, "Disarm all"))),
      items.length === 0 ? empty("Nothing is armed.") : items.map(showRule));
  }

  function showRule(rule) {
    const end = doing(async () => {
      await drop(app.path("faults", rule.id));
      say(`${rule.id} is disarmed.`);
      await list();
    });
    const when = Object.entries(rule.when).filter(([name, value]) => value !== null && !(name === "after" && value === 0) && !((name === "every" || name === "probability") && value === 1));
    return h(`article.stack.tight${rule.id === chosen ? ".notice" : ""}`, { "aria-label": rule.id, data: { fault: rule.id } },
      h("div.title", {}, h("strong", {}, rule.id), h("code", {}, rule.operation), mark(`${rule.hits.fired} fired`, rule.hits.fired ? "warn" : ""), mark(`${rule.hits.matched} matched`),
        h("div.acts", {}, h("a.button", { href: link(app.route.sandbox, "calls") }, "Calls"), h("button.grave", { onclick: end, "aria-label": `Disarm ${rule.id}` }, "Disarm"))),
      h("code", {}, JSON.stringify(rule.then)),
      when.length > 0 && h("code.quiet", {}, `when ${when.map(([name, value]) => `${name} ${value}`).join(", ")}`),
      Object.keys(rule.match).length > 0 && h("code.quiet", {}, `match ${JSON.stringify(rule.match)}`));
  }

  await Promise.all([list(), showScenarios(app, scenarios, known)]);
  app.hear(({ facts, gap }) => {
    if (gap || facts.some((fact) => CHANGES.has(fact.kind))) list().catch(complain);
  });
}

function command(app, rule) {
  const url = `${location.origin}/_emulator${app.path("faults")}`;
  return `curl -sS '${url}' -H "Authorization: Bearer $EMULATOR_CONTROL_TOKEN" \\\n  -d '${JSON.stringify(rule).replaceAll("'", "'\\''")}'`;
}
