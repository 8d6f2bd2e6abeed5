// The control API. Every failure is a Refusal that says what happened and what to do.

export const BASE = new URL("./", document.baseURI).pathname.replace(/\/$/, "");

export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `Status ${status}`);
    this.status = status;
    this.title = problem.title || "Refused";
    this.errors = problem.errors || [];
  }
}

const refused = new Set(); // who wants to know that a session is over
export const onUnauthorized = (listener) => refused.add(listener);

export async function ask(method, path, body) {
  const answer = await send(method, path, body);
  if (answer.status === 204) return null;
  const type = answer.headers.get("content-type") || "";
  return type.includes("json") ? answer.json() : answer.text();
}

async function send(method, path, body) {
  const options = { method, credentials: "same-origin", headers: {} };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = typeof body === "string" ? body : JSON.stringify(body);
  }
  const answer = await fetch(BASE + path, options).catch(() => {
    throw new Refusal(0, { title: "No answer", detail: "The emulator does not answer: does it run?" });
  });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  const refusal = new Refusal(answer.status, problem);
  if (answer.status === 401 && path !== "/session") refused.forEach((tell) => tell(refusal));
  throw refusal;
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
export const put = (path, body) => ask("PUT", path, body);
export const drop = (path) => ask("DELETE", path);

// A path below a sandbox: at("default", "tokens", jti).
export function at(sandbox, ...parts) {
  return ["/sandboxes", sandbox, ...parts.map(String)]
    .map((part, n) => (n ? encodeURIComponent(part) : part))
    .join("/");
}
