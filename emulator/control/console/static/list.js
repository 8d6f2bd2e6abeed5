// A list of which only what is in sight is in the page: ten thousand rows cost as much as thirty.
import { fill, h, name } from "./dom.js";

const ROW = 32; // px, as --row has it
const WAIT_MS = 120; // keys run through a list faster than what is chosen is wanted
const MARGIN = 8; // rows beyond the edges

export class List {
  #items = [];
  #chosen = null; // its key
  #first = -1;
  #last = -1;
  #frame = 0;
  #timer = 0;

  // show(item): a row's cells; keyOf(item); onChoose(item); onEnd(): the end comes into sight.
  constructor({ label, kind, show, keyOf, onChoose, onEnd = () => {}, none }) {
    Object.assign(this, { kind, show, keyOf, onChoose, onEnd });
    this.id = name("list");
    this.all = h("div.all", { role: "presentation" });
    this.box = h("div.scroll", {
      role: "listbox", tabindex: 0, "aria-label": label,
      onscroll: () => this.#soon(), onkeydown: (e) => this.#walk(e), onclick: (e) => this.#click(e),
    }, this.all);
    this.none = h("div.scroll", {}, h("p.empty", {}, none));
    this.element = h("div.stack", {}, this.none, this.box);
    this.#watch = new ResizeObserver(() => this.#soon());
    this.#watch.observe(this.box);
    this.#size();
  }

  #watch;

  get items() {
    return this.#items;
  }

  set(items) {
    this.#items = items;
    this.#size();
    this.#draw(true);
  }

  // New ones on top, the last beyond `most` gone. Who looks further down goes on seeing the same.
  prepend(items, most = Infinity) {
    const top = this.box.scrollTop;
    this.#items = items.concat(this.#items).slice(0, most);
    this.#size();
    if (top > 0) this.box.scrollTop = top + items.length * ROW;
    this.#draw(true);
  }

  append(items) {
    this.#items = this.#items.concat(items);
    this.#size();
    this.#draw(true);
  }

  // The rows in sight told anew. They stay the same elements: a click may be under way.
  redraw() {
    for (const row of this.all.children) fill(row, this.show(this.#items[row.dataset.at]));
  }

  find(key) {
    return this.#items.find((item) => this.keyOf(item) === key);
  }

  // Chosen from outside, such as by the address.
  mark(key) {
    this.#chosen = key;
    const at = this.#items.findIndex((item) => this.keyOf(item) === key);
    if (at >= 0) this.#bring(at);
    this.#draw(true);
  }

  #size() {
    this.all.style.height = `${this.#items.length * ROW}px`;
    this.box.hidden = this.#items.length === 0;
    this.none.hidden = this.#items.length > 0;
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw(false);
    });
  }

  #draw(anew) {
    const { scrollTop, clientHeight } = this.box;
    const count = this.#items.length;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - MARGIN);
    const last = Math.min(count, Math.ceil((scrollTop + clientHeight) / ROW) + MARGIN);
    if (anew || first !== this.#first || last !== this.#last) {
      [this.#first, this.#last] = [first, last];
      fill(this.all, this.#items.slice(first, last).map((item, n) => this.#row(item, first + n)));
      this.#point();
    }
    if (count && last >= count - MARGIN) this.onEnd();
  }

  #row(item, at) {
    const key = this.keyOf(item);
    const row = h(`div.row.${this.kind}`, {
      role: "option", id: `${this.id}-${at}`, "aria-selected": String(key === this.#chosen),
      "aria-posinset": at + 1, "aria-setsize": this.#items.length, data: { at },
    }, this.show(item));
    row.style.top = `${at * ROW}px`;
    return row;
  }

  #point() {
    const row = this.all.querySelector('[aria-selected="true"]');
    if (row) this.box.setAttribute("aria-activedescendant", row.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  #click(event) {
    const row = event.target.closest(".row");
    if (row) this.#choose(Number(row.dataset.at), false);
  }

  #walk(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 1);
    const from = this.#items.findIndex((item) => this.keyOf(item) === this.#chosen);
    const to = {
      ArrowDown: from + 1, ArrowUp: from - 1, PageDown: from + page, PageUp: from - page,
      Home: 0, End: this.#items.length - 1,
    }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#choose(Math.min(this.#items.length - 1, Math.max(0, to)), true);
  }

  #choose(at, isWalk) {
    const item = this.#items[at];
    if (!item) return;
    this.#chosen = this.keyOf(item);
    this.#bring(at);
    this.#draw(true);
    clearTimeout(this.#timer);
    if (isWalk) this.#timer = setTimeout(() => this.onChoose(item), WAIT_MS);
    else this.onChoose(item);
  }

  #bring(at) {
    const { scrollTop, clientHeight } = this.box;
    if (at * ROW < scrollTop) this.box.scrollTop = at * ROW;
    else if ((at + 1) * ROW > scrollTop + clientHeight) this.box.scrollTop = (at + 1) * ROW - clientHeight;
  }
}
