// A call of the journal as a line for curl or grpcurl that works: what is masked is put in anew, or named.
import { get } from "./api.js";
import { curl, grpcurl, highnoteHeaders, hyperswitchHeaders, quote, sign, usegrantHeaders } from "./samples.js";

const LEFT_OUT = new Set(["host", "content-length", "connection", "accept-encoding", "authorization"]);
const HEADERS = { highnote: highnoteHeaders, usegrant: usegrantHeaders, hyperswitch: hyperswitchHeaders };
const BASES = { zerohash: "base_url", highnote: "graphql_url", usegrant: "base_url", hyperswitch: "http_url" };

export async function replay(app, call) {
  const credentials = (await get(app.path("credentials")))[call.provider];
  const { method, target, headers, body } = call.request;
  if (!credentials) return `echo ${quote(`${call.operation}: no such provider is served here`)}`;
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !LEFT_OUT.has(name.toLowerCase()) && !/^x-(scx|emulator)-/i.test(name)));
  if ("grpc-status" in (call.response?.headers ?? {})) {
    const metadata = { ...kept, ...HEADERS[call.provider](credentials), "x-emulator-sandbox": app.route.sandbox };
    return grpcurl(credentials.grpc_target, target.slice(1), metadata, JSON.stringify(body ?? {}));
  }
  if (call.direction === "out") return curl({ method, url: target, headers: kept, body: read(body, method) });
  const base = credentials[BASES[call.provider]].replace(/\/graphql$/, "");
  const text = read(body, method);
  const own = call.provider === "zerohash"
    ? { "content-type": "application/json", ...(await sign(app, method, target, text)) }
    : HEADERS[call.provider](credentials);
  const masked = text.includes('"***"') ? "# *** stands for what the journal masks\n" : "";
  const line = curl({ method, url: base + target, headers: { ...kept, ...own }, body: text });
  return masked + line;
}

function read(body, method) {
  if (body === null || body === undefined || method === "GET") return "";
  return typeof body === "string" ? body : JSON.stringify(body);
}
