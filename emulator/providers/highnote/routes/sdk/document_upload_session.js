// A document upload session, driven as documented: start, a link for each document, PUT, end. [doc] H

const API = new URL("../../graphql", import.meta.url);

const REFUSED = "... on UserError { errors { description } } ... on AccessDeniedError { message }";
const MOVE = { start: "startDocumentUploadSession", end: "endDocumentUploadSession" };

const STARTED = `... on USAccountHolderApplicationDocumentUploadSession {
    primaryDocumentTypes secondaryDocumentTypes supportingDocumentTypes }
  ... on IdentityVerificationDocumentUploadSession { requestedDocuments }
  ... on ManualDocumentRequestUploadSession { documentRequests { documentType } }`;

// What is offered when a session asks for nothing in particular [guess].
const USUAL = ["DRIVERS_LICENSE", "PASSPORT", "UTILITY_BILL", "BANK_STATEMENT"];

// `told`: the error as the SDK's `onError` has it. [sdk] H
class Refused extends Error {
  constructor(told) {
    super(told.name);
    this.told = told;
  }
}

const failed = (message) => new Refused({ name: "DocumentUploadRequestError", message });

export class Session {
  constructor(token, id) {
    this.token = token;
    this.id = id;
  }

  // The types of documents that the session takes.
  async start() {
    const told = await this.#mutate(MOVE.start, { documentUploadSessionId: this.id }, STARTED);
    const lists = [told.primaryDocumentTypes, told.secondaryDocumentTypes, told.supportingDocumentTypes, told.requestedDocuments];
    const requested = (told.documentRequests ?? []).map((one) => one.documentType);
    const types = [...lists.flatMap((list) => list ?? []), ...requested];
    return types.length ? [...new Set(types)] : USUAL;
  }

  async upload(documentType, file) {
    const asked = { documentUploadSessionId: this.id, documentType };
    const link = await this.#mutate("createDocumentUploadLink", asked, "... on DocumentUploadLink { uploadUrl }");
    const put = { method: "PUT", headers: { "Content-Type": file.type || "application/octet-stream" }, body: file };
    const answer = await fetch(link.uploadUrl, put).catch(() => null);
    if (!answer?.ok) throw failed(`The file was not taken (${answer?.status ?? "no answer"}).`);
    return true;
  }

  async end() {
    await this.#mutate(MOVE.end, { documentUploadSessionId: this.id }, "");
    return true;
  }

  async #mutate(name, input, selection) {
    const kind = `${name[0].toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation M($input: ${kind}!) { ${name}(input: $input) { __typename ${selection} ${REFUSED} } }`;
    const answer = await fetch(API, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const told = await answer.json();
    const context = { requestId: told.extensions?.requestId };
    if (answer.status === 401) throw new Refused({ name: "InvalidCredentialError", context });
    const reply = told.data?.[name];
    if (!reply) throw failed(told.errors?.[0]?.message ?? `The API answered ${answer.status}.`);
    if (reply.errors || reply.message) throw failed(reply.message ?? reply.errors[0].description);
    return reply;
  }
}
