// Asks the connector service for faults with @grpc/grpc-js and prints each call's status as JSON.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [target, home, ...faults] = process.argv.slice(2);
const require = createRequire(join(home, "package.json"));
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const file = "emulator/providers/hyperswitch/proto/ucs/service.proto";
const { ucs } = grpc.loadPackageDefinition(
  loader.loadSync(join(root, file), { includeDirs: [root], enums: String, longs: String }),
);
const client = new ucs.v2.MerchantAuthenticationService(target, grpc.credentials.createInsecure());

function call(fault) {
  const metadata = new grpc.Metadata();
  metadata.set("x-connector", "stripe");
  metadata.set("x-connector-auth", '{"Stripe":{"api_key":"any"}}');
  if (fault) metadata.set("x-emulator-fault", fault);
  const deadline = Date.now() + (fault === "transport=deadline" ? 300 : 20000);
  return new Promise((resolve) =>
    client.createAccessToken({}, metadata, { deadline }, (error, reply) =>
      resolve({ code: error?.code ?? 0, token: Boolean(reply?.accessToken?.value) }),
    ),
  );
}

const seen = {};
for (const fault of faults) seen[fault] = [await call(fault), await call("")];
console.log(JSON.stringify(seen));
client.close();
