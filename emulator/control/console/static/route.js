// Where the page is: #/<sandbox>/<view>/<item>. So every view of every sandbox has an address.

export function read() {
  const parts = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decode);
  return { sandbox: parts[0] || "default", view: parts[1] || "overview", item: parts.slice(2).join("/") };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function link(sandbox, view, ...item) {
  return "#/" + [sandbox, view, ...item].map(encodeURIComponent).join("/");
}

export function go(sandbox, view, ...item) {
  location.hash = link(sandbox, view, ...item);
}

// The address follows what is chosen, without a new entry in the history.
export function note(sandbox, view, ...item) {
  history.replaceState(null, "", link(sandbox, view, ...item));
}
