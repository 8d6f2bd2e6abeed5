// What the page shows. Texts go in as texts, never as markup.

const find = (id) => document.getElementById(id);

function make(name, text, more = {}) {
  const element = Object.assign(document.createElement(name), more);
  element.textContent = text;
  return element;
}

const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));

export function showTitle(module) {
  const words = String(module).split("-").join(" ");
  find("title").textContent = words.charAt(0).toUpperCase() + words.slice(1);
  document.title = `${words}: zerohash SDK module (stand-in)`;
}

const REFUSALS = {
  malformed: "Refused: not a token",
  signature: "Refused: the signature is wrong",
  foreign: "Refused: another issuer's token",
  unknown: "Refused: never issued here",
  revoked: "Refused: revoked",
  spent: "Refused: spent",
  expired: "Refused: expired",
  not_yet_valid: "Refused: not valid yet",
  permission: "Refused: the permission for this module is missing",
  module: "Refused: no such module",
  unreachable: "Nobody can say: the emulator did not answer",
};

const UNPROVEN = new Set(["signature", "foreign", "unknown"]);

export function showVerdict(verdict) {
  find("verdict").dataset.state = verdict.opens ? "open" : "refused";
  find("verdict").dataset.reason = verdict.reason ?? "";
  find("outcome").textContent = verdict.opens ? "The token opens this module" : REFUSALS[verdict.reason] ?? "Refused";
  find("detail").textContent = verdict.detail;
}

export function showClosed() {
  find("verdict").dataset.state = "closed";
  find("outcome").textContent = "Closed by the host page";
  find("detail").textContent = "";
  find("token").hidden = true;
  find("sending").hidden = true;
}

export function showToken(verdict) {
  const claims = verdict.claims;
  find("token").hidden = claims === null;
  if (claims === null) return;
  find("token-title").textContent = UNPROVEN.has(verdict.reason) ? "The token says, and nothing proves it" : "The token says";
  const { payload, ...rest } = claims;
  const facts = [
    ["User", rest.participant_code || payload?.email || "none"],
    ["Platform", [rest.platform_code, payload?.platform_name].filter(Boolean).map(text).join(", ")],
    ["Module", verdict.needs ? `${verdict.module}, needs ${verdict.needs}` : verdict.module],
    ["Permissions", Array.isArray(rest.permissions) ? rest.permissions.map(text).join(", ") || "none" : rest.permissions ?? "none"],
    ["Expires", expiry(rest.exp, verdict.now)],
    ["Token id", rest.jti ?? "none"],
  ];
  find("facts").replaceChildren(...facts.flatMap(([name, value]) => [make("dt", name), make("dd", text(value))]));
  find("payload").textContent = JSON.stringify(payload ?? null, null, 2);
}

// By the sandbox's clock, which tests move.
function expiry(exp, now) {
  if (typeof exp !== "number" || Math.abs(exp) > 8e12) return "never";
  const left = Math.round(exp - now);
  const at = new Date(exp * 1000).toISOString().replace(".000Z", "Z");
  return `${at}, ${left > 0 ? `in ${span(left)}` : `${span(-left)} ago`} on the sandbox's clock`;
}

function span(seconds) {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

export function showEvents(events, target, press) {
  find("sending").hidden = events.length === 0;
  find("target").textContent = target;
  find("events").replaceChildren(...events.map((event) => offer(event, press)));
}

function offer(event, press) {
  const button = make("button", `Send ${event.name}`, { type: "button" });
  button.addEventListener("click", () => press(event));
  const mark = make("span", event.known ? "documented" : "guessed", { className: "mark" });
  mark.dataset.known = event.known;
  const line = document.createElement("li");
  line.append(button, make("code", event.type), mark);
  return line;
}

export function showModules(modules) {
  find("modules").replaceChildren(...modules.map((name) => make("option", name, { value: name })));
}

const MOST_LINES = 200;

export function note(way, told) {
  find("quiet").hidden = true;
  const line = document.createElement("p");
  line.append(make("span", `${way} `, { className: "way" }), told);
  find("log").append(line);
  if (find("log").children.length > MOST_LINES) find("log").firstElementChild.remove();
}

export function openForm(module) {
  find("module").value = module;
  find("by-hand").open = true;
}

export function onAgain(press) {
  find("again").addEventListener("click", press);
}

export function onForm(submit) {
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    submit(find("module").value.trim(), find("jwt").value.trim());
  });
}

export function dress(theme) {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
