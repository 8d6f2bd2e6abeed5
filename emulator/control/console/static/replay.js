// A call of the journal as a curl line that works: what the journal masks is put in anew, or named.
import { get } from "./api.js";
import { curl, highnoteHeaders, hyperswitchHeaders, sign, usegrantHeaders } from "./samples.js";

const LEFT_OUT = new Set(["host", "content-length", "connection", "accept-encoding", "authorization"]);
const HEADERS = { highnote: highnoteHeaders, usegrant: usegrantHeaders, hyperswitch: hyperswitchHeaders };
const BASES = { zerohash: "base_url", highnote: "graphql_url", usegrant: "base_url", hyperswitch: "http_url" };

export async function replay(app, call) {
  const credentials = (await get(app.path("credentials")))[call.provider];
  const { method, target, headers, body } = call.request;
  if (!method || !credentials) return `# ${call.operation} came over gRPC: its request was\n${JSON.stringify(body, null, 2)}`;
  const base = credentials[BASES[call.provider]].replace(/\/graphql$/, "");
  const text = body === null || body === undefined || method === "GET" ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !LEFT_OUT.has(name.toLowerCase()) && !/^x-(scx|emulator)-/i.test(name)));
  const own = call.provider === "zerohash"
    ? { "content-type": "application/json", ...(await sign(app, method, target, text)) }
    : HEADERS[call.provider](credentials);
  const masked = text.includes('"***"') ? "# *** stands for what the journal masks\n" : "";
  const line = curl({ method, url: base + target, headers: { ...kept, ...own }, body: text });
  return masked + line;
}
