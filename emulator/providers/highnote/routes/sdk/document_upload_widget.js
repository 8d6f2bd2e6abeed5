// What the stand-in of document upload renders into a page: a shadow tree, so that the styles of
// neither touch the other. Texts go in as texts.

const CSS = `
  :host { display: block; color-scheme: light dark; }
  * { box-sizing: border-box; }
  .box { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; padding: 14px; border: 1px solid light-dark(#d5dae1, #363d47); border-radius: 8px;
    background: light-dark(#fff, #1d2128); color: light-dark(#1b1f24, #e7eaee); font: 15px/1.45 system-ui, sans-serif; }
  p { margin: 0; }
  .label { padding: 4px 8px; border-radius: 4px; background: light-dark(#fff3cd, #3a3215); font-size: 13px; }
  label { display: grid; grid-template-columns: minmax(0, 1fr); gap: 4px; }
  select, input, button { max-width: 100%; padding: 7px; border: 1px solid light-dark(#767676, #a5aeb9); border-radius: 6px;
    background: light-dark(#f6f7f9, #14171c); color: inherit; font: inherit; }
  .acts { display: flex; flex-wrap: wrap; gap: 8px; }
  button { padding: 7px 14px; cursor: pointer; }
  button:disabled { cursor: default; opacity: 0.6; }
  :focus-visible { outline: 2px solid light-dark(#1a4fb4, #8ab4ff); outline-offset: 2px; }
  ul { margin: 0; padding-left: 20px; }
`;

function make(name, text = "", more = {}) {
  const element = Object.assign(document.createElement(name), more);
  element.textContent = text;
  return element;
}

const words = (type) => type.charAt(0) + type.slice(1).toLowerCase().replaceAll("_", " ");

function labelled(text, control) {
  const label = make("label", text);
  label.append(control);
  return label;
}

export class Widget {
  // `upload(type, file)` and `end()` yield something when they worked.
  constructor(place, upload, end) {
    this.element = document.createElement("div");
    this.type = document.createElement("select");
    this.file = make("input", "", { type: "file", accept: ".pdf,.png,.jpg,.jpeg" });
    this.send = make("button", "Upload", { type: "button", disabled: true });
    this.done = make("button", "Finish", { type: "button", disabled: true });
    this.state = make("p", "Starting the session");
    this.state.setAttribute("role", "status");
    this.list = make("ul");
    this.send.addEventListener("click", () => this.#send(upload));
    this.done.addEventListener("click", () => end());
    this.#render(place);
  }

  #render(place) {
    const root = this.element.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    const box = make("div", "", { className: "box" });
    const acts = make("div", "", { className: "acts" });
    acts.append(this.send, this.done);
    box.append(
      make("p", "Stand-in made by the token emulator. Not Highnote's document upload.", { className: "label" }),
      labelled("Document", this.type),
      labelled("File: PDF, PNG or JPEG, at most 10 MB", this.file),
      acts,
      this.state,
      this.list,
    );
    root.append(box);
    place.replaceChildren(this.element);
  }

  offer(types) {
    this.type.replaceChildren(...types.map((type) => make("option", words(type), { value: type })));
    this.#enable(true);
    this.state.textContent = "Choose a document.";
  }

  fail() {
    this.state.textContent = "The session can't be started.";
  }

  async #send(upload) {
    const [file] = this.file.files;
    if (!file) {
      this.state.textContent = "Choose a file first.";
      return;
    }
    this.#enable(false);
    this.state.textContent = `Uploading ${file.name}`;
    const worked = await upload(this.type.value, file);
    this.state.textContent = worked ? `Uploaded ${file.name}.` : `${file.name} was not uploaded.`;
    if (worked) this.list.append(make("li", `${words(this.type.value)}: ${file.name}`));
    this.#enable(true);
  }

  finish() {
    this.#enable(false);
    this.state.textContent = "The session has ended.";
  }

  #enable(on) {
    for (const control of [this.type, this.file, this.send, this.done]) control.disabled = !on;
  }

  remove() {
    this.element.remove();
  }
}
