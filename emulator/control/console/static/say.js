// What the page tells a person besides its content: a short word, a refusal, a question.
import { fill, h, name } from "./dom.js";

const STAYS_MS = 6000;
let toasts = null;

// A word on the screen, and to those who listen to it.
export function say(text, kind = "") {
  toasts ||= document.body.appendChild(h("div.toasts"));
  const toast = h(`div.toast${kind ? "." + kind : ""}`, {}, text);
  toasts.append(toast);
  document.getElementById("said").textContent = text;
  setTimeout(() => toast.remove(), STAYS_MS);
}

// Quietly, for what shows on the screen by itself.
export function whisper(text) {
  document.getElementById("said").textContent = text;
}

export function complain(refusal) {
  if (refusal.status === undefined) console.error(refusal); // a defect of this page
  if (refusal.status !== 401) say(refusal.message, "bad");
}

// An action of a button: busy while it runs, its refusal told.
export function doing(action) {
  return async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await action(event);
    } catch (refusal) {
      complain(refusal);
    } finally {
      button.disabled = false;
    }
  };
}

// A question in a dialog. `content`: elements; answers what `take` makes of them, null for no.
export function enquire(title, content, { yes = "OK", grave = false, take = () => true } = {}) {
  return new Promise((resolve) => {
    const id = name("title");
    const told = h("div", { role: "alert" });
    const dialog = h(
      "dialog",
      { "aria-labelledby": id, onclose: () => (dialog.remove(), resolve(dialog.answer ?? null)) },
      h("form.form", { method: "dialog", onsubmit: answer }, h("h2", { id }, title), content, told,
        h("div.acts", {},
          h(grave ? "button.grave" : "button.main", { type: "submit" }, yes),
          h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"))),
    );
    async function answer(event) {
      event.preventDefault();
      try {
        dialog.answer = await take(dialog);
        dialog.close();
      } catch (refusal) {
        fill(told, h("p.notice.bad", {}, refusal.message));
      }
    }
    document.body.append(dialog);
    dialog.showModal();
  });
}
