// One page for the three frames: cardNumber has the token and asks; it tells its siblings, which
// share its origin and the page's UUID. What the frames say to the page never has card data in it.
// The messages' types and fields are the viewer's own. [sdk card-viewer] H

import { ask, dress, Failed, given, listen, say, uuid } from "./frame.js";

const field = given.get("field");
const shown = document.getElementById("value");
const siblings = new BroadcastChannel("card-viewer " + uuid);
const NAMES = { cardNumber: "number", cvv: "cvv", expirationDate: "expirationDate" };

let card = null;
let masked = given.get("maskedOnLoad") !== "false";

function group(number) {
  return number.replace(/(.{4})(?=.)/g, "$1 ");
}

function text() {
  if (field !== "cardNumber") return card[field];
  return group(masked ? "\u2022".repeat(card.number.length - 4) + card.number.slice(-4) : card.number);
}

function show(found) {
  card = found;
  shown.textContent = text();
}

async function copy() {
  if (card === null) return;
  try {
    await navigator.clipboard.writeText(card[NAMES[field]]);
    say("COPY_TO_CLIPBOARD_SUCCESS", { field });
  } catch {
    say("COPY_TO_CLIPBOARD_ERROR", { field, message: "Unable to copy to the clipboard." });
  }
}

// The real frame's document is not public; what it has to ask is. [doc] M
const QUERY = `query CardViewer($id: ID!) { node(id: $id) { ... on PaymentCard { expirationMonth
  expirationYear restrictedDetails { ... on PaymentCardRestrictedDetails { number cvv }
  ... on AccessDeniedError { message } } } } }`;

const FETCH_ERROR = "PAYMENT_CARD_FETCH_ERROR";

async function fetchCard(id) {
  const { data, context } = await ask(QUERY, { id }, FETCH_ERROR);
  const details = data.node?.restrictedDetails;
  if (!details?.number) {
    throw new Failed(FETCH_ERROR, details?.message ?? "Unable to fetch the payment card.", context);
  }
  const expirationDate = `${data.node.expirationMonth}/${data.node.expirationYear.slice(-2)}`;
  return { number: details.number, cvv: details.cvv, expirationDate };
}

async function showNumber() {
  const id = given.get("paymentCardId");
  if (!given.get("token") || !id) {
    say("CARD_VIEWER_INPUT_ERROR", { message: "clientToken and paymentCardId are required." });
    return;
  }
  try {
    show(await fetchCard(id));
    tellSiblings();
    say("CARD_VIEWER_READY");
  } catch (error) {
    say(error.type, { message: error.message, context: error.context });
  }
}

function tellSiblings() {
  siblings.postMessage({ card: { cvv: card.cvv, expirationDate: card.expirationDate } });
}

dress("#value");
if (given.get("enableClipboard") !== "false") shown.addEventListener("click", copy);
if (field === "cardNumber") {
  siblings.onmessage = ({ data }) => {
    if (data.hello && card) tellSiblings();
  };
  listen((type) => {
    if (type !== "TOGGLE_CARD_NUMBER_MASK" || card === null) return;
    masked = !masked;
    show(card);
  });
  showNumber();
} else if (field in NAMES) {
  siblings.onmessage = ({ data }) => {
    if (data.card) show(data.card);
  };
  siblings.postMessage({ hello: true });
} else {
  say("CARD_VIEWER_INPUT_ERROR", { message: "field must be cardNumber, cvv or expirationDate." });
}
