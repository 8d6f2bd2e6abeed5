// The stand-in for a module of zerohash's SDK: takes a token, has the emulator check it, and sends
// what a developer chooses to send. The order of the messages is the mobile shells'. [sdk iOS] H

import * as host from "./host.js";
import * as view from "./view.js";

let asked = null; // {module, jwt}

// The page's last path segment is the module, if the host asks for none [guess] L.
const ADDRESSED = location.pathname.split("/").pop();

async function ask(module, jwt) {
  const headers = { "Content-Type": "application/json" };
  // What can't stand in a header is no token; the emulator says so of none.
  if (/^[\x21-\x7e]+$/.test(jwt)) headers.Authorization = `Bearer ${jwt}`;
  try {
    const answer = await fetch("check", { method: "POST", headers, body: JSON.stringify({ module }) });
    if (!answer.ok) return unreachable(module, `It answered ${answer.status}.`);
    return await answer.json();
  } catch {
    return unreachable(module, "It can't be reached.");
  }
}

function unreachable(module, detail) {
  return { module, opens: false, reason: "unreachable", detail, needs: null, claims: null, events: [], modules: [], now: 0 };
}

async function open(module, jwt) {
  const mine = { module, jwt };
  asked = mine;
  view.showTitle(module);
  const verdict = await check(mine);
  if (verdict === null) return;
  const event = (name) => verdict.events.find((one) => one.name === name);
  if (verdict.opens) tell(event("loaded"));
  // A token that is refused fails the module, with the words of the mobile app's `error`. [guess] M
  else if (event("failed")) tell(event("failed"), { errorCode: "auth_error", reason: verdict.detail });
}

// The verdict; null when another token was given meanwhile.
async function check(mine) {
  const verdict = await ask(mine.module, mine.jwt);
  if (asked !== mine) return null;
  view.showVerdict(verdict);
  view.showToken(verdict);
  view.showEvents(verdict.events, host.describe(), (event) => tell(event));
  return verdict;
}

function tell(event, payload) {
  const message = payload ? { type: event.type, payload } : { type: event.type };
  view.note(`to ${host.send(message)}:`, JSON.stringify(message));
}

function hear(type, payload) {
  const module = typeof payload.appIdentifier === "string" ? payload.appIdentifier : ADDRESSED;
  view.note("from the host:", `${type} ${module}`);
  if (type === "CLOSE_MODAL") {
    if (asked !== null && asked.module !== module) return;
    asked = null;
    view.showClosed();
    return;
  }
  view.dress(payload.theme); // [guess] M: openModal has it
  open(module, typeof payload.jwt === "string" ? payload.jwt : "");
}

// A token in the address: behind `#` our own way to open the page by hand, in the query the older
// mobile shell's [sdk iOS] H. It does not stay there.
function takeFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1) || location.search);
  const jwt = given.get("jwt");
  if (jwt === null) return;
  history.replaceState(null, "", location.pathname);
  open(given.get("module") ?? ADDRESSED, jwt);
}

view.onForm(open);
view.onAgain(() => asked && check(asked));
host.listen(hear);
if (ADDRESSED) view.showTitle(ADDRESSED);
if (!host.hasHost()) view.openForm(ADDRESSED);
takeFromAddress();
view.note(`to ${host.send({ type: "SDK_MOBILE_READY" })}:`, '{"type":"SDK_MOBILE_READY"}');
ask("", "").then((verdict) => view.showModules(verdict.modules));
