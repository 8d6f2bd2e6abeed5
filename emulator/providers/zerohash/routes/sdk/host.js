// Who opened this page, and what goes to and fro between the two. Messages have a `type`, and
// carry neither token nor person. [doc][sdk iOS] H

// The types that a host sends, each with {jwt, appIdentifier} or {appIdentifier} as its `payload`.
// [doc][sdk iOS] H
const ASKS = new Set(["OPEN_MODAL", "CLOSE_MODAL"]);

// What a native shell listens on, as JSON text: these two names are the SDKs' own [sdk iOS] H,
// [sdk Android] H.
const SHELLS = [
  () => window.webkit?.messageHandlers?.NativeIOS,
  () => window.NativeAndroid,
  () => window.ReactNativeWebView, // React Native's own; that the web app uses it [guess] M
];

// The window that framed this page, else the one that opened it.
const peer = window.parent === window ? window.opener : window.parent;

let origin = findOrigin();

// Before the host has spoken its origin is what the browser tells of it.
function findOrigin() {
  const ancestor = window.parent === window ? undefined : location.ancestorOrigins?.[0];
  if (ancestor !== undefined) return ancestor;
  return document.referrer && peer ? new URL(document.referrer).origin : null;
}

// Where messages go. An opaque origin can't be named: then any page in that window may hear them.
function target() {
  return origin === null || origin === "null" ? "*" : origin;
}

// Sends a message; says to whom it went, in words, nobody being among them.
export function send(message) {
  const heard = [];
  for (const find of SHELLS) {
    const shell = find();
    if (!shell) continue;
    shell.postMessage(JSON.stringify(message));
    heard.push("the native shell");
  }
  if (peer) {
    peer.postMessage(message, target());
    heard.push(target());
  }
  return heard.join(", ") || "nobody: no page opened this one";
}

export function describe() {
  const what = window.parent === window ? "the page that opened this window" : "the page around this frame";
  if (peer) return `Goes to ${what}, at ${target() === "*" ? "any origin: its own can't be named" : target()}.`;
  if (SHELLS.some((find) => find())) return "Goes to the native shell.";
  return "No page opened this one, so nobody hears it: frame it, or open it from your page.";
}

export function hasHost() {
  return Boolean(peer) || SHELLS.some((find) => find());
}

// Calls `hear` with each message of the host: of the peer's window, or of a native shell, which
// speaks from within this one. The first to ask fixes the origin that is answered.
export function listen(hear) {
  addEventListener("message", (event) => {
    const { data } = event;
    if (event.source !== peer && event.source !== window) return;
    if (data === null || typeof data !== "object" || !ASKS.has(data.type)) return;
    if (event.source === peer) origin = event.origin;
    hear(data.type, data.payload ?? {});
  });
}
