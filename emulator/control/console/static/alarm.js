// The loud warning: a browser sent what belongs on a server. It stands above every view.
import { get } from "./api.js";
import { fill, h } from "./dom.js";
import { link } from "./route.js";

const FINDINGS = ["secret_in_browser", "mint_in_browser"];
const PACE_MS = 2000; // the audit looks at the whole journal: not for every call

export class Alarm {
  #timer = 0;

  constructor(app) {
    this.app = app;
    this.element = h("div.alarm", { role: "alert", hidden: true });
    app.stream.hear(({ calls, facts, gap }) => {
      const fromPage = calls.some(({ request }) => Object.keys(request.headers).some((name) => /^(origin|sec-fetch-site)$/i.test(name)));
      if (gap || fromPage || facts.some((fact) => /^sandbox_/.test(fact.kind))) this.#soon();
    });
  }

  #soon() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.look().catch(() => null); // the view tells what is wrong with the connection
    }, PACE_MS);
  }

  async look() {
    const { sandbox } = this.app.route;
    const pages = await Promise.all(FINDINGS.map((finding) => get(`${this.app.path("audit")}?finding=${finding}&limit=100`)));
    if (sandbox !== this.app.route.sandbox) return;
    const found = pages.flatMap((page) => page.items);
    const titles = [...new Set(found.map((one) => one.title))];
    this.element.hidden = found.length === 0;
    fill(this.element, found.length > 0 && [h("strong", {}, titles.join(". ")), ". ", found[0].advice, " ", h("a", { href: link(sandbox, "audit") }, "See the calls")]);
  }
}
