// The console: asks for the token where one is wanted, then shows the view that the address names.
import { Alarm } from "./alarm.js";
import { at, get, onUnauthorized, post } from "./api.js";
import { Clockface } from "./clockface.js";
import { fill, h } from "./dom.js";
import { exists, Frame, VIEWS } from "./frame.js";
import { showLogin, tradeFragment } from "./login.js";
import { head, notice } from "./parts.js";
import { link, read } from "./route.js";
import { complain, doing } from "./say.js";
import { Stream } from "./stream.js";

const CLOCKS = new Set(["clock_set", "sandbox_reset", "sandbox_restored"]);
const root = document.getElementById("app");

// What a view is given: where it is, what it may ask, and how it hears.
const app = {
  route: read(),
  clock: new Clockface(),
  leaving: [], // what ends with the view
  path: (...parts) => at(app.route.sandbox, ...parts),
  hear: (listener) => app.leaving.push(app.stream.hear(listener)),
  every(ms, action) {
    const timer = setInterval(() => document.hidden || action(), ms);
    app.leaving.push(() => clearInterval(timer));
  },
  async operations() {
    return get(`/operations?sandbox=${encodeURIComponent(app.route.sandbox)}`);
  },
};
app.stream = new Stream((state) => app.frame.tell(state));
const alarm = new Alarm(app);
app.frame = new Frame(app, alarm.element);

let isIn = false;
let need = {}; // of a token
let shown = { sandbox: null, view: null, choose: null };

async function begin() {
  await tradeFragment();
  try {
    need = await get("/session");
    app.frame.out.hidden = !need.required;
    await enter();
  } catch (refusal) {
    if (refusal.status !== 401) fill(root, h("main.login", {}, notice(refusal.message, "bad")));
  }
}

async function enter() {
  app.route = read();
  await get("/sandboxes?limit=1");
  isIn = true;
  fill(root, app.frame.element);
  shown = { sandbox: null, view: null };
  await show();
}

async function show() {
  if (!isIn) return;
  const before = shown;
  const route = (app.route = read());
  if (before.sandbox === route.sandbox && before.view === route.view && before.choose) {
    before.choose(route.item);
    return;
  }
  shown = { ...route, choose: null };
  app.leaving.splice(0).forEach((leave) => leave());
  app.frame.show(route);
  if (before.sandbox !== route.sandbox && !(await move(route.sandbox))) return;
  const [view, title] = VIEWS.find(([key]) => key === route.view) || VIEWS[0];
  document.title = `${title} · ${route.sandbox} · token-emulator`;
  const module = await import(`./views/${view}.js`);
  if (app.route !== route) return; // gone on meanwhile
  const place = h("div");
  app.frame.view.className = "";
  delete app.frame.view.dataset.shown;
  fill(app.frame.view, place);
  try {
    shown.choose = (await module.show(place, app, route.item)) || null;
  } catch (refusal) {
    fill(place, head(title), notice(refusal.message, "bad"));
    if (refusal.status === undefined) throw refusal;
  }
  app.frame.view.dataset.shown = location.hash;
  if (before.view) app.frame.view.focus();
}

// To another sandbox. False, with words on the screen, when there is none.
async function move(sandbox) {
  try {
    await exists(sandbox);
  } catch (refusal) {
    if (refusal.status === 401) return false;
    app.frame.tell("gone");
    app.stream.close();
    const make = doing(async () => (await post("/sandboxes", { id: sandbox }), await again()));
    fill(app.frame.view, head(`No sandbox ${sandbox}`, "", h("button", { onclick: make }, "Make it")),
      notice(refusal.message, "bad"), h("p", {}, h("a", { href: link("default", "overview") }, "Go to default")));
    return false;
  }
  app.stream.open(sandbox);
  await app.clock.load(sandbox);
  app.frame.list().catch(complain);
  alarm.look().catch(complain);
  app.frame.show(app.route);
  return true;
}

const again = () => ((shown = { sandbox: null, view: null }), show());

app.stream.hear(({ facts, gap }) => {
  if (gap || facts.some((fact) => CLOCKS.has(fact.kind))) app.clock.load(app.route.sandbox).catch(complain);
});
onUnauthorized((refusal) => {
  isIn = false;
  app.stream.close();
  app.leaving.splice(0).forEach((leave) => leave());
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  if (need.configured) showLogin(root, enter);
  else fill(root, h("main.login", {}, notice(refusal.message, "bad")));
});
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#token=")) begin();
  else show().catch(complain);
});
begin();
