// What stands around every view: the bar with sandbox, time and connection, and the views' names.
import { at, drop, get } from "./api.js";
import { showTime } from "./clockface.js";
import { fill, h } from "./dom.js";
import { go, link } from "./route.js";
import { doing } from "./say.js";

export const VIEWS = [
  ["overview", "Overview"], ["tokens", "Tokens"], ["calls", "Calls"], ["faults", "Faults"], ["clock", "Clock"],
  ["entities", "Entities"], ["keys", "Keys"], ["settings", "Settings"], ["audit", "Audit"], ["sandboxes", "Sandboxes"],
];
const STATES = { live: "Live", waits: "Paused", lost: "No connection", gone: "Sandbox gone", opens: "Connecting" };

export class Frame {
  // `alarm`: what may stand above every view.
  constructor(app, alarm) {
    this.app = app;
    this.sandboxes = h("select", { id: "sandbox", onchange: (e) => go(e.target.value, app.route.view), onfocus: () => this.list() });
    this.now = h("span");
    this.time = h("a.now", {}, h("span.unseen", {}, "Sandbox clock "), this.now);
    this.state = h("span.link", { role: "status" });
    this.out = h("button", { type: "button", onclick: doing(() => this.#leave()) }, "Log out");
    this.names = h("ul");
    this.view = h("main", { id: "view", tabindex: -1 });
    this.element = h("div.frame", {},
      h("header.bar", {},
        h("a.name", { href: "#/" }, h("img", { src: "console/icon.svg", alt: "" }), "token-emulator"),
        h("span.field-inline", {}, h("label", { for: "sandbox" }, "Sandbox"), this.sandboxes),
        h("div.end", {}, this.time, this.state, this.out),
        alarm),
      h("nav.names", { "aria-label": "Views" }, this.names),
      this.view);
    this.tell("opens");
    setInterval(() => this.#tick(), 1000);
  }

  show({ sandbox, view }) {
    this.time.href = link(sandbox, "clock");
    fill(this.names, VIEWS.map(([key, title]) => h("li", {}, h("a", {
      href: link(sandbox, key), "aria-current": key === view && "page", data: { focus: key },
    }, title))));
    this.names.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    if (![...this.sandboxes.options].some((o) => o.value === sandbox)) this.sandboxes.append(h("option", { value: sandbox }, sandbox));
    this.sandboxes.value = sandbox;
    this.#tick();
  }

  async list() {
    const { items } = await get("/sandboxes?limit=1000");
    const ids = new Set(["default", this.app.route.sandbox, ...items.map((s) => s.id)]);
    const kept = [...this.sandboxes.options].map((o) => o.value);
    if (kept.length === ids.size && kept.every((id) => ids.has(id))) return;
    fill(this.sandboxes, [...ids].map((id) => h("option", { value: id }, id)));
    this.sandboxes.value = this.app.route.sandbox;
  }

  tell(state) {
    if (this.state.dataset.is === state) return;
    this.state.dataset.is = state;
    this.state.textContent = STATES[state];
  }

  #tick() {
    const { clock } = this.app;
    if (document.hidden || !clock.mode) return;
    const mode = clock.mode === "real" ? "" : ` · ${clock.mode}`;
    this.now.textContent = `${showTime(clock.now())} UTC${mode}`;
  }

  async #leave() {
    await drop("/session");
    location.reload();
  }
}

export const exists = (sandbox) => get(at(sandbox));
