// A request for each provider that works as it is: with this sandbox's credentials, signed now.
import { post } from "./api.js";

export const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const js = (value) => JSON.stringify(value);

// `request`: { method, url, headers, body }.
export function curl({ method, url, headers, body }) {
  const lines = [`curl -sS -i -X ${method} ${quote(url)}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body) lines.push(`--data-raw ${quote(body)}`);
  return lines.join(" \\\n  ");
}

// gRPC's own metadata is not told: grpcurl sends its own.
export function grpcurl(target, method, metadata, body) {
  const told = Object.entries(metadata).filter(([name]) => !/^(content-type|user-agent|te|grpc-.*)$/i.test(name));
  const lines = ["grpcurl -plaintext", ...told.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)];
  return [...lines, `-d ${quote(body)}`, `${target} ${quote(method)}`].join(" \\\n  ");
}

function node({ method, url, headers, body }) {
  const more = body ? `,\n  body: ${js(body)}` : "";
  return `const answer = await fetch(${js(url)}, {\n  method: ${js(method)},\n  headers: ${JSON.stringify(headers, null, 2).replaceAll("\n", "\n  ")}${more},\n});\nconsole.log(answer.status, await answer.text());\n`;
}

function python({ method, url, headers, body }) {
  const more = body ? `\n    data=${js(body)}.encode(),` : "";
  return `import urllib.request\n\nrequest = urllib.request.Request(\n    ${js(url)},\n    method=${js(method)},${more}\n    headers=${JSON.stringify(headers, null, 4).replaceAll("\n", "\n    ")},\n)\nwith urllib.request.urlopen(request) as answer:\n    print(answer.status, answer.read().decode())\n`;
}

// Code: names with functions that make the text, some of them now and anew.
const plain = (request) => ({ curl: () => curl(request), Node: () => node(request), Python: () => python(request) });

const JSON_TYPE = { "content-type": "application/json" };

export function zerohashBody(credentials) {
  return JSON.stringify({ participant_code: credentials.participant_code, permissions: ["crypto-buy"] });
}

export async function sign(app, method, route, body = "", clock = "sandbox") {
  return (await post(app.path("sign", "zerohash"), { method, route, body, clock })).headers;
}

function zerohash(app, c) {
  const [method, route, body] = ["POST", "/client_auth_token", zerohashBody(c)];
  const url = c.base_url + route;
  return {
    about: "Mints a client token. Its signature holds for a minute: copying signs anew.",
    code: {
      curl: async () => curl({ method, url, headers: { ...JSON_TYPE, ...(await sign(app, method, route, body)) }, body }),
      Node: () => `import { createHmac } from "node:crypto";

const body = ${js(body)};
const timestamp = String(Math.floor(Date.now() / 1000));
const signed = createHmac("sha256", Buffer.from(${js(c.secret)}, "base64"))
  .update(\`\${timestamp}${method}${route}\${body}\`)
  .digest("base64");
const answer = await fetch(${js(url)}, {
  method: ${js(method)},
  headers: {
    "content-type": "application/json",
    "X-SCX-API-KEY": ${js(c.api_key)},
    "X-SCX-PASSPHRASE": ${js(c.passphrase)},
    "X-SCX-SIGNED": signed,
    "X-SCX-TIMESTAMP": timestamp,
  },
  body,
});
console.log(answer.status, await answer.text());
`,
      Python: () => `import base64, hashlib, hmac, time, urllib.request

body = ${js(body)}.encode()
timestamp = str(int(time.time()))
key = base64.b64decode(${js(c.secret)})
message = f"{timestamp}${method}${route}".encode() + body
request = urllib.request.Request(
    ${js(url)},
    method=${js(method)},
    data=body,
    headers={
        "content-type": "application/json",
        "X-SCX-API-KEY": ${js(c.api_key)},
        "X-SCX-PASSPHRASE": ${js(c.passphrase)},
        "X-SCX-SIGNED": base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode(),
        "X-SCX-TIMESTAMP": timestamp,
    },
)
with urllib.request.urlopen(request) as answer:
    print(answer.status, answer.read().decode())
`,
    },
  };
}

export const highnoteHeaders = (c) => ({ ...JSON_TYPE, authorization: `Basic ${btoa(`${c.api_key}:`)}` });

function highnote(app, c) {
  const query = "mutation M($input: GeneratePaymentCardClientTokenInput!) { generatePaymentCardClientToken(input: $input) { __typename ... on ClientToken { value expirationDate usage } ... on UserError { errors { code errorPath } } ... on AccessDeniedError { message } } }";
  const variables = { input: { paymentCardId: c.payment_card_id, permissions: ["READ_RESTRICTED_DETAILS"] } };
  const body = JSON.stringify({ query, variables });
  return { about: "Mints a client token for a card.", code: plain({ method: "POST", url: c.graphql_url, headers: highnoteHeaders(c), body }) };
}

export const usegrantHeaders = (c) => ({ ...JSON_TYPE, authorization: `Bearer ${c.api_key}` });

function usegrant(app, c) {
  const url = `${c.base_url}/v1/providers/${c.provider_id}/clients/${c.client_id}/tokens`;
  return { about: "Creates an access token for a client.", code: plain({ method: "POST", url, headers: usegrantHeaders(c), body: "{}" }) };
}

export function hyperswitchHeaders(c) {
  const [name, config] = Object.entries(c.connector_config)[0] || [];
  return { ...JSON_TYPE, "x-connector-config": JSON.stringify({ config: { [name]: config } }) };
}

function hyperswitch(app, c) {
  const headers = hyperswitchHeaders(c);
  const url = `${c.http_url}/payments/server_authentication_token`;
  const code = plain({ method: "POST", url, headers, body: "{}" });
  if (c.grpc_target) {
    const metadata = { "x-connector-config": headers["x-connector-config"], "x-emulator-sandbox": app.route.sandbox };
    code.grpcurl = () => grpcurl(c.grpc_target, "types.MerchantAuthenticationService/CreateServerAuthenticationToken", metadata, "{}");
  }
  return { about: "Gets a connector's access token, in the HTTP mode or over gRPC.", code };
}

export const SAMPLES = { zerohash, highnote, usegrant, hyperswitch };
