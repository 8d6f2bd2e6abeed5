// The frame of the PIN input: it asks for the PIN and sets it. The PIN goes to the API and nowhere
// else. Types and fields of its messages are those of the SDK's published types [sdk] H; which side
// sends which, and the names in the frame's address, are [guess] M, after the card viewer's.

import { ask, dress, Failed, given, listen, say } from "./frame.js";

const FIELD = "pin";
const input = document.getElementById("pin");
const REQUEST_ERROR = "REQUEST_ERROR";

const MUTATION = `mutation SetPin($input: SetPinForPaymentCardInput!) {
  setPinForPaymentCard(input: $input) { __typename
    ... on UserError { errors { description } } ... on AccessDeniedError { message } } }`;

// Of ValidityState, what the SDK's types name. [sdk] H
const STATES = ["badInput", "customError", "rangeOverflow", "rangeUnderflow", "stepMismatch", "tooLong", "tooShort", "valid", "valueMissing"];

function tellState() {
  const validityState = Object.fromEntries(STATES.map((name) => [name, input.validity[name]]));
  say("ON_STATE_CHANGE", { field: FIELD, state: { validityState } });
}

// The element's own configuration, as far as a frame knows it [guess] M.
function readConfig() {
  const config = { selector: given.get("selector") ?? "", paymentCardId: given.get("paymentCardId") };
  try {
    return { ...config, styles: JSON.parse(given.get("styles") || "{}") };
  } catch {
    return config;
  }
}

async function setPin(paymentCardId, newPin) {
  const { data, context } = await ask(MUTATION, { input: { paymentCardId, newPin } }, REQUEST_ERROR);
  const told = data.setPinForPaymentCard;
  if (told?.__typename === "PaymentCard") return;
  const message = told?.errors?.[0]?.description ?? told?.message ?? "Unable to set the PIN.";
  throw new Failed(REQUEST_ERROR, message, context);
}

async function submit() {
  if (!input.validity.valid) {
    say("USER_INPUT_ERROR", { field: FIELD, message: "The PIN must be 4 digits." });
    return;
  }
  try {
    await setPin(given.get("paymentCardId"), input.value);
    input.value = "";
    say("ON_PIN_CHANGE_SUCCESS", { field: FIELD });
  } catch (error) {
    const { message, context } = error;
    say(error.type, error.type === REQUEST_ERROR ? { field: FIELD, message, context } : { context });
  }
}

dress("#pin");
if (given.get("field") !== FIELD || !given.get("token") || !given.get("paymentCardId")) {
  say("GENERIC_ERROR", { message: "A clientToken and a paymentCardId are required." });
} else {
  input.addEventListener("input", () => {
    say("ON_INPUT", { field: FIELD, config: readConfig() });
    tellState();
  });
  listen((type) => {
    if (type === "ON_SUBMIT" || type === "CHANGE_CARD_PIN") submit();
  });
  say("ON_READY");
}
