// Elements as expressions. Text is always text: nothing here takes markup.

// h("a.name", { href: "#", onclick: f, "aria-label": "x" }, "text", child, [more])
export function h(what, props = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  add(element, children);
  return element;
}

function set(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "data") Object.assign(element.dataset, value);
  else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

// A place's content replaced. What had the focus keeps it, if it is there again by its name.
export function fill(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  place.replaceChildren();
  add(place, children);
  if (focused) place.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  return place;
}

let drawn = 0;
export const name = (stem) => `${stem}-${++drawn}`;
