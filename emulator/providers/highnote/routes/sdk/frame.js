// What every frame has: its address, how it speaks to the page around it, how it asks the API.

export const given = new URLSearchParams(location.search);

// The page tells its frames by a UUID, and takes messages with no other. [sdk card-viewer] H
export const uuid = decodeURIComponent(location.hash.slice(1));

const FALLBACK = "Something went wrong. Please try again or contact support.";

// The page's origin, when the browser tells it; what is said is no card data and no PIN.
function parentOrigin() {
  const told = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
  return told && told !== "null" ? told : "*";
}

// The envelope {uuid, data: {__typename}} is the card viewer's [sdk] H, of other frames [guess] M.
export function say(type, more) {
  parent.postMessage({ uuid, data: { __typename: type, ...more } }, parentOrigin());
}

// Calls `hear` with the __typename of what the page says, bare [sdk card-viewer] H or in the
// envelope [guess] M.
export function listen(hear) {
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data === null || typeof data !== "object") return;
    if (data.uuid !== undefined && data.uuid !== uuid) return;
    hear((data.data ?? data).__typename);
  });
}

// The styles of the address, for an element and its pseudo classes and elements.
export function dress(selector) {
  let styles;
  try {
    styles = JSON.parse(given.get("styles") || "{}");
  } catch {
    return;
  }
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [sheet];
  const rule = (wanted) => sheet.cssRules[sheet.insertRule(`${wanted} {}`, sheet.cssRules.length)];
  const own = rule(selector).style;
  for (const [name, value] of Object.entries(styles ?? {})) {
    if (/^::?[a-z-]+$/.test(name)) put(rule(selector + name).style, value);
    else put(own, { [name]: value });
  }
}

function put(style, values) {
  for (const [name, value] of Object.entries(values ?? {})) {
    const css = name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
    style.setProperty(css, String(value));
  }
}

// A failure of a call: `type` is that of the message that tells of it.
export class Failed extends Error {
  constructor(type, message, context = {}) {
    super(message);
    Object.assign(this, { type, context });
  }
}

// What the API beside this page answers: below the same prefix, on the same origin. `failure`: the
// type of message for what the API refuses; a token that opens nothing has its own. [sdk] H
export async function ask(query, variables, failure) {
  let answer, told;
  try {
    answer = await fetch(new URL("../../graphql", location.href), {
      method: "POST",
      headers: { Authorization: `Bearer ${given.get("token")}`, "Content-Type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    told = await answer.json();
  } catch {
    throw new Failed(failure, FALLBACK);
  }
  const context = { requestId: told.extensions?.requestId };
  if (answer.status === 401) throw new Failed("INVALID_CREDENTIAL_ERROR", FALLBACK, context);
  if (!answer.ok || !told.data) throw new Failed(failure, FALLBACK, context);
  return { data: told.data, context };
}
