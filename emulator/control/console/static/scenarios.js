// Scenarios: those that can be run by name, and the steps that are still to come.
import { drop, get, post } from "./api.js";
import { fill, h } from "./dom.js";
import { choice, copier, field, mark } from "./parts.js";
import { complain, doing, say } from "./say.js";

export async function showScenarios(app, place, known) {
  const about = h("p.quiet");
  const waiting = h("div.stack.tight");
  const pick = choice(known.map((s) => [s.name, s.title]), known[0]?.name, { onchange: tell });
  const run = doing(async () => {
    const { id, done } = await post(app.path("scenarios"), { name: pick.value });
    say(`${id} runs: ${done.length} steps done.`);
    await look();
  });
  const stop = doing(async () => (await drop(app.path("scenarios")), await look()));
  fill(place, h("h2", {}, "Scenarios"), field("A story with its clock", pick), about,
    h("div.acts", {}, h("button", { onclick: run }, "Run"), copier(() => pick.value, "Copy name")), waiting);

  function tell() {
    const found = known.find((s) => s.name === pick.value);
    fill(about, found?.about, " ", found && mark(`${found.steps} steps`));
  }

  async function look() {
    const { items } = await get(app.path("scenarios"));
    fill(waiting, items.length > 0 && [
      h("div.title", {}, h("h3", {}, "Still to come"), h("div.acts", {}, h("button.grave", { onclick: stop }, "Let go of them"))),
      h("ul", {}, items.map((step) => h("li", {}, h("span.mono.quiet", {}, step.at), " ", h("code", {}, JSON.stringify(step.step))))),
    ]);
  }

  tell();
  await look();
  app.hear(({ facts, gap }) => {
    if (gap || facts.some((f) => /^(work_|due_|clock_set|sandbox_)/.test(f.kind))) look().catch(complain);
  });
}
