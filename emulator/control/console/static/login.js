// The control token, asked for once: the form, or the fragment that a link brought.
import { Refusal, post } from "./api.js";
import { fill, h, name } from "./dom.js";

// A token in the address (#token=...) is traded, and gone from the address before anything else.
export async function tradeFragment() {
  const found = /^#token=(.*)$/.exec(location.hash);
  if (!found) return;
  history.replaceState(null, "", location.pathname);
  let token = found[1];
  try {
    token = decodeURIComponent(token);
  } catch { /* it is as it is written */ }
  await post("/session", { token }).catch(() => null); // the form will say why
}

export function showLogin(place, onIn) {
  const id = name("token");
  const input = h("input", {
    id, type: "password", required: true, autocomplete: "current-password", "aria-describedby": `${id}-why`,
  });
  const why = h("p", { id: `${id}-why`, role: "alert" }, "The value of EMULATOR_CONTROL_TOKEN.");
  async function enter(event) {
    event.preventDefault();
    try {
      await post("/session", { token: input.value.trim() });
      onIn();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      fill(why, refusal.message);
      input.select();
    }
  }
  document.title = "Log in · token-emulator";
  fill(place, h("main.login", {},
    h("form.sheet", { onsubmit: enter },
      h("h1", {}, "token-emulator"),
      h("div.field", {}, h("label", { for: id }, "Control token"), input),
      why,
      h("div.acts", {}, h("button.main", { type: "submit" }, "Log in")))));
  input.focus();
}
