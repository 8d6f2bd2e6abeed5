// Two texts beside each other in one: what only the first has, what only the second has, the rest.
import { h } from "./dom.js";

const MOST = 1500; // characters of the middle; beyond, the middle is told whole

// [["same" | "gone" | "new", text], ...] by the longest common subsequence.
export function compare(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const [a, b] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  return join([["same", before.slice(0, start)], ...middle(a, b), ["same", end ? before.slice(-end) : ""]]);
}

function middle(a, b) {
  if (!a || !b || a.length > MOST || b.length > MOST) return [["gone", a], ["new", b]];
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j]
        ? lengths[(i + 1) * width + j + 1] + 1
        : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  const parts = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      parts.push(["same", a[i++]]);
      j++;
    } else if (j >= b.length || (i < a.length && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) parts.push(["gone", a[i++]]);
    else parts.push(["new", b[j++]]);
  }
  return parts;
}

// Neighbours of a kind as one; between two sames a deletion comes before an insertion.
function join(parts) {
  const joined = [];
  let [gone, fresh] = ["", ""];
  const flush = () => {
    if (gone) joined.push(["gone", gone]);
    if (fresh) joined.push(["new", fresh]);
    [gone, fresh] = ["", ""];
  };
  for (const [kind, text] of parts) {
    if (kind === "gone") gone += text;
    else if (kind === "new") fresh += text;
    else if (text) {
      flush();
      if (joined.at(-1)?.[0] === "same") joined.at(-1)[1] += text;
      else joined.push(["same", text]);
    }
  }
  flush();
  return joined;
}

// What can't be seen, made visible.
export function escape(text) {
  return text.replace(/[\u0000-\u001f\u007f\u00a0\u2028\u2029]/g, (c) =>
    ({ "\n": "\\n", "\r": "\\r", "\t": "\\t" })[c] || `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const TAGS = { same: "span", gone: "del", new: "ins" };
const TOLD = { gone: "only the client's: ", new: "only the server's: " };

export function showDiff(before, after) {
  return h("pre.code.diff", { tabindex: 0, role: "region", "aria-label": "What was signed, compared" },
    compare(before, after).map(([kind, text]) => h(TAGS[kind], {}, TOLD[kind] && h("span.unseen", {}, TOLD[kind]), escape(text))));
}
