// A page to try the document upload on: it opens it, and shows what a host page is told.
// `#session=…&token=…` in its address does the same as the form; the token does not stay there.

import { initializeDocumentUploadSdk } from "./document_upload_sdk.js";

const find = (id) => document.getElementById(id);

function note(name, told) {
  const line = document.createElement("p");
  line.textContent = told === undefined ? name : `${name} ${JSON.stringify(told)}`;
  find("log").append(line);
}

function open(documentUploadSessionId, clientToken) {
  initializeDocumentUploadSdk({
    clientToken,
    documentUploadSessionId,
    documentUploadComponent: { selector: "#upload" },
    onLoad: () => note("onLoad"),
    onSuccess: (response) => note("onSuccess", response),
    onError: (error) => note("onError", error),
  });
}

find("form").addEventListener("submit", (event) => {
  event.preventDefault();
  open(find("session").value.trim(), find("token").value.trim());
});

const given = new URLSearchParams(location.hash.slice(1));
if (given.has("token")) {
  history.replaceState(null, "", location.pathname);
  find("form").hidden = true;
  open(given.get("session") ?? "", given.get("token"));
}
