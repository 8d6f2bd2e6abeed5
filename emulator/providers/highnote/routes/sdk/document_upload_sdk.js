// A stand-in for the document upload SDK: `initializeDocumentUploadSdk`, its options, callbacks and
// errors by the published types [sdk] H. It renders into the page itself [doc] H and asks the API
// beside this file. What it shows is its own [guess]; use the real package where you can.

import { Session } from "./document_upload_session.js";
import { Widget } from "./document_upload_widget.js";

// Starts the session and renders the upload into the element. `onLoad` gets the element that was
// rendered; `onSuccess(true)` is called when the session has ended. [guess] M
export async function initializeDocumentUploadSdk(config) {
  const { clientToken, documentUploadSessionId, documentUploadComponent, onError, onLoad, onSuccess } = config;
  const place = documentUploadComponent?.selector ? document.querySelector(documentUploadComponent.selector) : null;
  const lacks = findLack(clientToken, documentUploadSessionId, place);
  if (lacks) {
    onError?.({ name: "DocumentUploadConfigError", message: lacks });
    return { unmount() {}, endSession: async () => false };
  }
  const session = new Session(clientToken, documentUploadSessionId);
  const attempt = async (act) => {
    try {
      return await act();
    } catch (error) {
      onError?.(error.told ?? { name: "GenericDocumentUploadError", message: String(error.message) });
      return undefined;
    }
  };
  const end = async () => {
    const ended = (await attempt(() => session.end())) !== undefined;
    if (ended) {
      widget.finish();
      onSuccess?.(true);
    }
    return ended;
  };
  const upload = (type, file) => attempt(() => session.upload(type, file));
  const widget = new Widget(place, upload, end);
  const types = await attempt(() => session.start());
  if (types === undefined) {
    widget.fail();
  } else {
    widget.offer(types);
    onLoad?.(widget.element);
  }
  return { unmount: () => widget.remove(), endSession: end };
}

function findLack(token, session, place) {
  if (!token) return "A clientToken is required.";
  if (!session) return "A documentUploadSessionId is required.";
  return place ? "" : "No element matches documentUploadComponent.selector.";
}
