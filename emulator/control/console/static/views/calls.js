// The calls as they come in, and one of them in full.
import { drop, get } from "../api.js";
import { showHour } from "../clockface.js";
import { fill, h } from "../dom.js";
import { showExplained, showFault } from "../explain.js";
import { List } from "../list.js";
import { copier, head, json, mark, pairs, save, statusMark } from "../parts.js";
import { replay } from "../replay.js";
import { note } from "../route.js";
import { complain, doing, enquire, whisper } from "../say.js";

const PAGE = 200;
const MOST = 10000; // of which the page keeps account

export async function show(place, app, item) {
  let [all, next, isLoading, wanted] = [[], null, false, ""];
  const words = h("input", { type: "search", placeholder: "operation, status, refusal", "aria-label": "Filter the calls", oninput: sift });
  const only = h("select", { "aria-label": "Which calls", onchange: sift }, [["", "All calls"], ["refused", "Refused"], ["fault", "Hit by a fault"], ["out", "Sent by the emulator"]].map(([value, text]) => h("option", { value }, text)));
  const pause = h("input", { type: "checkbox", onchange: () => pause.checked || load() });
  const detail = h("div.detail", {});
  const count = h("span.quiet");
  const list = new List({
    label: "Calls, newest first", kind: "call", keyOf: (call) => call.id, show: showRow, onEnd: more,
    none: "No calls yet. Copy a request from the overview and send it.",
    onChoose: (call) => {
      note(app.route.sandbox, "calls", call.id);
      open(call);
    },
  });

  app.frame.view.className = "full";
  fill(place, head("Calls", null,
    copier(() => JSON.stringify(list.items, null, 2), "Copy as JSON"),
    h("button", { onclick: () => save(JSON.stringify(list.items, null, 2), `calls-${app.route.sandbox}.json`) }, "Save"),
    h("button.grave", { onclick: doing(clear) }, "Forget all")),
    h("div.filters", {}, words, only, h("label.check", {}, pause, "Hold still"), count),
    h("div.sides", {}, list.element, detail));
  place.className = "fills";
  await load();
  if (item) choose(item);

  app.hear(({ calls, facts, gap }) => {
    if (pause.checked) return;
    if (gap || facts.some((f) => f.kind === "sandbox_reset" || f.kind === "sandbox_restored")) load().catch(complain);
    else if (calls.length) take(calls.reverse());
  });

  function take(fresh) {
    const known = new Set(all.slice(0, 500).map((call) => call.id));
    const added = fresh.filter((call) => !known.has(call.id));
    all = added.concat(all);
    if (all.length > MOST) [all, next] = [all.slice(0, MOST), null];
    list.prepend(added.filter(fits), MOST);
    tell();
    whisper(`${added.length} new ${added.length === 1 ? "call" : "calls"}`);
  }

  async function load() {
    const page = await get(`${app.path("calls")}?limit=${PAGE}`);
    [all, next] = [page.items, page.next];
    sift();
  }

  async function more() {
    if (isLoading || !next || all.length >= MOST) return;
    isLoading = true;
    try {
      const page = await get(`${app.path("calls")}?limit=1000&cursor=${next}`);
      all = all.concat(page.items);
      next = page.next;
      list.append(page.items.filter(fits));
      tell();
    } catch {
      next = null; // the journal has forgotten the rest meanwhile
    } finally {
      isLoading = false;
    }
  }

  function sift() {
    wanted = words.value.trim().toLowerCase();
    list.set(all.filter(fits));
    tell();
  }

  function fits(call) {
    if (only.value === "refused" && call.refusal === null) return false;
    if (only.value === "fault" && call.fault === null) return false;
    if (only.value === "out" && call.direction !== "out") return false;
    return !wanted || `${call.id} ${call.provider}.${call.operation} ${call.status} ${call.refusal} ${call.request.target}`.toLowerCase().includes(wanted);
  }

  function tell() {
    const shown = list.items.length;
    count.textContent = `${shown}${next ? "+" : ""} ${shown === 1 ? "call" : "calls"}`;
  }

  async function clear() {
    if (!(await enquire("Forget all calls?", h("p", {}, "The journal of this sandbox is emptied. Nothing else changes."), { yes: "Forget", grave: true }))) return;
    await drop(app.path("calls"));
    fill(detail);
    await load();
  }

  async function open(call) {
    const part = h("div", {}, h("p.quiet", {}, "…"));
    fill(detail, showCall(app, call, part));
    try {
      fill(part, showExplained(app, await get(app.path("calls", call.id, "explain"))));
    } catch (refusal) {
      fill(part, h("p.quiet", {}, refusal.message));
    }
  }

  function choose(id) {
    const call = list.find(id);
    list.mark(id);
    if (call) open(call);
    else get(app.path("calls", id)).then(open, complain);
  }
  return choose;
}

function showRow(call) {
  return [
    h("span.mono.quiet", { title: call.at }, showHour(call.at)),
    statusMark(call),
    h("span", {}, h("span.quiet", {}, `${call.direction === "out" ? "→ " : ""}${call.provider}.`), call.operation || call.request.target || "?"),
    h("span", {}, call.fault ? mark(call.fault, "warn") : call.refusal ? h("span.bad", {}, call.refusal) : ""),
    h("span.num.quiet", {}, `${call.duration_ms < 10 ? call.duration_ms.toFixed(1) : Math.round(call.duration_ms)} ms`),
  ];
}

function showCall(app, call, explained) {
  const { request, response } = call;
  return h("article.sheet.stack", { "aria-label": `Call ${call.id}` },
    h("div.title", {}, h("h2", {}, call.id), statusMark(call), h("code", {}, `${request.method || "gRPC"} ${request.target || ""}`),
      h("div.acts", {}, copier(() => replay(app, call), "Copy as curl"), copier(() => JSON.stringify(call, null, 2), "Copy as JSON"))),
    pairs([
      ["Operation", `${call.provider}.${call.operation}`],
      ["At", call.at],
      ["Took", `${call.duration_ms} ms`],
      ["Fault", call.fault && showFault(app, call.fault)],
    ]),
    explained,
    h("div.pair", {}, showMessage("Request", request), showMessage("Response", response)));
}

function showMessage(title, message) {
  return h("section.stack.tight", { "aria-label": title },
    h("div.title", {}, h("h2", {}, title), h("span.quiet", {}, `${message.size} bytes`)),
    pairs(Object.entries(message.headers)),
    message.body === null || message.body === "" ? h("p.quiet", {}, "No body.") : json(message.body, `${title} body`));
}
