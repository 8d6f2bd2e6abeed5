// The sandbox's clock: freeze, advance, scale, and what fell due.
import { post, put } from "../api.js";
import { showTime } from "../clockface.js";
import { fill, h } from "../dom.js";
import { empty, field, head, notice } from "../parts.js";
import { link } from "../route.js";
import { doing, say } from "../say.js";

const STEPS = ["1m", "10m", "1h", "1d"];
const WORDS = { real: "Runs with real time.", frozen: "Stands still.", offset: "Runs, apart from real time.", scaled: "Runs at another pace." };

export async function show(place, app) {
  const now = h("div.bignow", { "aria-label": "Now" });
  const mode = h("p.quiet");
  const due = h("section.sheet.stack.tight", { "aria-label": "What fell due" }, h("h2", {}, "What fell due"), empty("Nothing yet: move the clock."));
  const by = h("input", { value: "10m" });
  const time = h("input", { placeholder: "2026-01-01T00:00:00Z" });
  const factor = h("input", { value: "60", inputmode: "decimal" });
  const shift = h("input", { value: "-1h" });

  const move = (request, told) => doing(async () => {
    const moved = await request();
    app.clock.take(moved);
    tell();
    say(`${told} ${moved.due.length} fell due.`);
    showDue(moved);
  });
  const set = (body, told) => move(() => put(app.path("clock"), typeof body === "function" ? body() : body), told);
  const advance = (amount) => move(() => post(app.path("clock", "advance"), { by: amount() }), "Advanced.");

  fill(place, head("Clock", "Tokens, limits and due work follow the sandbox's clock. Delays and timeouts are real time."),
    h("div.grid", {},
      h("section.sheet.stack", { "aria-label": "Time" }, now, mode,
        h("div.acts", {}, h("button", { onclick: set({ mode: "frozen" }, "Frozen."), data: { act: "freeze" } }, "Freeze now"),
          h("button", { onclick: set({ mode: "real" }, "Real again."), data: { act: "real" } }, "Back to real time")),
        h("div.acts", {}, STEPS.map((step) => h("button", { onclick: advance(() => step) }, `+${step}`)))),
      h("section.sheet.stack", { "aria-label": "Set" },
        act("Advance by", by, "Advance", advance(() => by.value), "as 10m, 90s, PT1H"),
        act("Freeze at", time, "Freeze", set(() => ({ mode: "frozen", ...(time.value.trim() && { at: time.value.trim() }) }), "Frozen.")),
        act("Real seconds last", factor, "Scale", set(() => ({ mode: "scaled", factor: Number(factor.value) }), "Scaled."), "sandbox seconds for each real one"),
        act("Offset from real time", shift, "Offset", set(() => ({ mode: "offset", by: shift.value.trim() }), "Set off."))),
      due));

  function act(label, input, word, action, help) {
    return h("form.line", { onsubmit: (event) => (event.preventDefault(), event.currentTarget.querySelector("button").click()) },
      field(help ? `${label} (${help})` : label, input), h("button", { type: "button", onclick: action }, word));
  }

  function tell() {
    now.textContent = showTime(app.clock.now());
    mode.textContent = `${WORDS[app.clock.mode] || ""} Mode ${app.clock.mode}, UTC.`;
  }

  function showDue(moved) {
    const rows = moved.due.map((one) => h("tr", {}, h("td.mono", {}, one.at), h("td", {}, `${one.provider} ${one.kind}`), h("td", {}, h("code", {}, one.key)),
      h("td", {}, one.outcome), h("td", {}, one.call && h("a", { href: link(app.route.sandbox, "calls", one.call) }, one.call))));
    fill(due, h("h2", {}, "What fell due"), rows.length === 0 ? empty("Nothing fell due.")
      : h("div.wide", {}, h("table", {}, h("thead", {}, h("tr", {}, ["Was due", "What", "About", "Outcome", "Call"].map((t) => h("th", { scope: "col" }, t)))), h("tbody", {}, rows))),
    moved.due_left > 0 && notice(`${moved.due_left} more are being done still.`));
  }

  tell();
  app.every(250, tell);
}
