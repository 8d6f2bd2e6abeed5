// A stand-in for the host's side of the PIN input: the SDK's `renderFields`, by its published types.
// [sdk] H Its frame and its API are beside this file. Use the real package where you can.

const ORIGIN = new URL(import.meta.url).origin;
const FALLBACK = "Something went wrong. Please try again or contact support.";

const ERRORS = {
  INVALID_CREDENTIAL_ERROR: ({ context }) => ({ name: "InvalidCredentialError", context }),
  USER_INPUT_ERROR: ({ field, message }) => ({ name: "SecureInputsFieldInputError", field, message }),
  REQUEST_ERROR: ({ field, message, context }) => ({ name: "SecureInputsRequestError", field, message, context }),
  GENERIC_ERROR: ({ message }) => ({ name: "Error", message }),
};

function buildFrame(pin, token, environment, uuid) {
  const url = new URL(environment === "live" ? "index.html" : "index_test.html", import.meta.url);
  const given = { field: "pin", token, environment, paymentCardId: pin.paymentCardId, selector: pin.selector };
  url.search = new URLSearchParams({ ...given, styles: JSON.stringify(pin.styles ?? {}) });
  url.hash = uuid;
  const frame = document.createElement("iframe");
  frame.src = url;
  frame.title = "Card PIN";
  Object.assign(frame.style, { border: "none", width: "100%", height: "40px" });
  return frame;
}

// Renders the PIN input. `clientToken` may stand in the element, as it did before. [sdk] H
export async function renderFields({ clientToken, elements, onInput, onError, onSuccess, environment = "test" }) {
  const { pin } = elements;
  const place = document.querySelector(pin.selector);
  if (place === null) throw { name: "Error", message: `Nothing matches ${pin.selector}.` };
  const uuid = crypto.randomUUID?.() ?? String(Math.random());
  const frame = buildFrame(pin, clientToken ?? pin.clientToken ?? "", environment, uuid);
  const hear = ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== ORIGIN || data?.uuid !== uuid) return;
    const told = data.data;
    if (told.__typename === "ON_INPUT") onInput?.(told.field, told.config);
    else if (told.__typename === "ON_PIN_CHANGE_SUCCESS") onSuccess?.(told.field);
    else if (told.__typename in ERRORS) onError?.(ERRORS[told.__typename](told));
    else if (!["ON_READY", "ON_STATE_CHANGE"].includes(told.__typename)) onError?.({ name: "Error", message: FALLBACK });
  };
  addEventListener("message", hear);
  const loaded = new Promise((done) => frame.addEventListener("load", done, { once: true }));
  place.replaceChildren(frame);
  await loaded; // what is submitted before that, nobody would hear
  return {
    submit: () => frame.contentWindow.postMessage({ uuid, data: { __typename: "ON_SUBMIT" } }, ORIGIN),
    unmount: async () => {
      removeEventListener("message", hear);
      frame.remove();
    },
  };
}
