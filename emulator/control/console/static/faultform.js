// A form for a fault that offers only what the chosen operation can do.
import { Refusal } from "./api.js";
import { fill, h } from "./dom.js";
import { check, choice, field } from "./parts.js";

const NUMBERS = new Set(["after", "times", "every", "probability", "retry_after"]);
const WHEN = [["after", "After (calls let through)", "0"], ["times", "Times", "no end"], ["every", "Every nth", "1"], ["probability", "Probability", "1"], ["for", "For (sandbox time)", "30s"]];

export class FaultForm {
  #inputs = {}; // by where its value goes: "then.error"

  constructor({ items: providers, unanswered, grpc_codes: codes }, wanted) {
    Object.assign(this, { providers, unanswered, codes });
    this.operation = h("select", { onchange: () => this.#offer() }, providers.map((p) => h("optgroup", { label: p.title },
      p.operations.map((o) => h("option", { value: `${p.provider}.${o.name}` }, o.name === "*" ? `each of ${p.title}'s` : o.name)))));
    const first = providers.find((p) => p.provider === wanted) || providers[0];
    const all = [...this.operation.options].map((o) => o.value);
    this.operation.value = all.includes(wanted) ? wanted : `${first.provider}.${first.operations[0].name}`;
    this.then = h("div.fields");
    this.match = h("div.stack.tight");
    this.raw = h("textarea", { rows: 10, spellcheck: "false", "aria-label": "The rule as JSON" });
    this.asJson = check("Edit as JSON", { onchange: (e) => this.#swap(e.target.checked) });
    this.ruled = h("div.stack", {}, h("fieldset.stack.tight", {}, h("legend", {}, "What happens"), this.then),
      h("fieldset.stack.tight", {}, h("legend", {}, "Which calls"), h("div.fields", {}, WHEN.map(([name, label, hint]) => this.#input(`when.${name}`, label, h("input", { placeholder: hint })))),
        this.match, h("div.acts", {}, h("button", { type: "button", onclick: () => this.#addMatch() }, "Match a field"))));
    this.written = h("div", { hidden: true }, this.raw);
    this.element = h("div.form", {}, h("div.fields", {}, field("Operation", this.operation)), this.ruled, this.written, h("div.acts", {}, this.asJson));
    this.#offer();
  }

  #find() {
    const [name, ...rest] = this.operation.value.split(".");
    const provider = this.providers.find((p) => p.provider === name);
    return [provider, provider.operations.find((o) => o.name === rest.join("."))];
  }

  // The fields that this operation has a use for. What was written before stays where it fits.
  #offer() {
    const [provider, operation] = this.#find();
    const before = this.#values();
    for (const path of Object.keys(this.#inputs)) if (path.startsWith("then.")) delete this.#inputs[path];
    const aliases = provider.errors.flatMap((e) => e.aliases.map((a) => [a, `${a} (${e.name}, ${e.status})`]));
    const error = h("select", {}, h("option", { value: "" }, "none"),
      h("optgroup", { label: "Common names" }, aliases.map(([value, text]) => h("option", { value }, text))),
      h("optgroup", { label: `${provider.title}'s own` }, provider.errors.map((e) => h("option", { value: e.name }, `${e.name} (${e.status})`))));
    const none = (list) => [["", "none"], ...list.map((one) => [one, one])];
    fill(this.then,
      this.#input("then.error", "Error", error),
      this.#input("then.retry_after", "Retry-After (s)", h("input", { inputmode: "numeric" })),
      this.#input("then.delay", "Delay", h("input", { placeholder: "250ms" })),
      this.#input("then.transport", "Transport", choice(none(operation.transports), "")),
      this.#input("then.effect", "Effect, if unanswered", choice(none(["before", "after"]), "")),
      operation.lifetime !== null && this.#input("then.lifetime", "Lifetime", h("input", { placeholder: `${operation.lifetime} s` })),
      operation.defects.length > 0 && this.#input("then.token", "Token defect", choice(none(operation.defects), "")),
      operation.grpc && this.#input("then.grpc.code", "gRPC status", choice(none(this.codes), "")),
      operation.grpc && this.#input("then.grpc.message", "gRPC message", h("input")),
      operation.graphql && this.#input("then.graphql.message", "GraphQL error", h("input", { placeholder: "message" })),
      operation.graphql && this.#input("then.graphql.null", "GraphQL null at", h("input", { placeholder: "path, path" })));
    for (const [path, input] of Object.entries(this.#inputs)) if (before[path] && path.startsWith("then.")) input.value = before[path];
    if (this.#isRaw) this.raw.value = JSON.stringify(this.#read(), null, 2);
  }

  #input(path, label, control) {
    this.#inputs[path] = control;
    control.dataset.path = path;
    return field(label, control);
  }

  #values() {
    return Object.fromEntries(Object.entries(this.#inputs).map(([path, input]) => [path, input.value.trim()]));
  }

  #addMatch() {
    const path = h("input", { placeholder: "participant_code, header:x, caller", "aria-label": "Path to match" });
    const value = h("input", { placeholder: "value, or text with *", "aria-label": "Value to match" });
    const row = h("div.acts", {}, path, value, h("button", { type: "button", onclick: () => row.remove() }, "Leave out"));
    this.match.append(row);
    path.focus();
  }

  #swap(isRaw) {
    this.raw.value = JSON.stringify(this.#read(), null, 2);
    this.ruled.hidden = isRaw;
    this.written.hidden = !isRaw;
  }

  get #isRaw() {
    return !this.written.hidden;
  }

  #read() {
    const rule = { operation: this.operation.value, match: {}, when: {}, then: {} };
    for (const [path, text] of Object.entries(this.#values())) {
      const [part, name, inner] = path.split(".");
      if (!text || inner) continue;
      rule[part][name] = NUMBERS.has(name) || (name === "lifetime" && /^\d+$/.test(text)) ? Number(text) : text;
    }
    const { "then.grpc.code": code, "then.grpc.message": said, "then.graphql.message": message, "then.graphql.null": nulls } = this.#values();
    if (code) rule.then.grpc = { code, ...(said && { message: said }) };
    if (message || nulls) rule.then.graphql = { ...(message && { errors: [{ message }] }), ...(nulls && { null: nulls.split(/[\s,]+/) }) };
    for (const row of this.match.children) {
      const [path, value] = [...row.querySelectorAll("input")].map((input) => input.value.trim());
      if (path) rule.match[path] = value;
    }
    for (const part of ["match", "when"]) if (!Object.keys(rule[part]).length) delete rule[part];
    return rule;
  }

  get rule() {
    if (!this.#isRaw) return this.#read();
    try {
      return JSON.parse(this.raw.value);
    } catch (error) {
      throw new Refusal(0, { detail: `That is no JSON: ${error.message}` });
    }
  }

  // What is wrong, at the fields that it is about.
  blame(errors) {
    this.element.querySelectorAll(".wrong").forEach((one) => one.remove());
    this.element.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
    for (const { path, message } of errors) {
      const input = this.#inputs[path.slice(1).replaceAll("/", ".")];
      if (!input) continue;
      input.setAttribute("aria-invalid", "true");
      input.closest(".field").append(h("span.wrong", {}, message));
    }
  }
}
