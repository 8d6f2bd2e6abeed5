// Calls the connector service with @grpc/grpc-js and prints what came back as JSON.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [target, home] = process.argv.slice(2);
const require = createRequire(join(home, "package.json"));
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const folder = "emulator/providers/hyperswitch/proto";

function load(file) {
  const definition = loader.loadSync(join(root, folder, file), {
    includeDirs: [root],
    enums: String,
    longs: String,
  });
  return grpc.loadPackageDefinition(definition);
}

function call(client, method, request, metadata) {
  return new Promise((resolve) => {
    let initial = null;
    const made = client[method](request, metadata, (error, reply) =>
      resolve({ error, reply, initial }),
    );
    made.on("metadata", (received) => (initial = received));
  });
}

const credentials = grpc.credentials.createInsecure();
const ucs = new (load("ucs/service.proto").ucs.v2.MerchantAuthenticationService)(target, credentials);
const types = new (load("service.proto").types.MerchantAuthenticationService)(target, credentials);

const metadata = new grpc.Metadata();
metadata.set("x-connector", "stripe");
metadata.set("x-connector-auth", '{"Stripe":{"api_key":"any"}}');
metadata.set("x-request-id", "from-js");
const request = { merchantAccessTokenId: "token_js", connector: "STRIPE", testMode: true };
const minted = await call(ucs, "createAccessToken", request, metadata);
const refused = await call(types, "createServerAuthenticationToken", {}, new grpc.Metadata());

console.log(
  JSON.stringify({
    reply: minted.reply,
    requestId: minted.initial.get("x-request-id")[0],
    refusal: {
      code: refused.error.code,
      details: refused.error.details,
      hint: refused.error.metadata.get("x-emulator-hint").length > 0,
      trailer: refused.error.metadata.get("grpc-status-details-bin").length > 0,
    },
  }),
);
ucs.close();
types.close();
