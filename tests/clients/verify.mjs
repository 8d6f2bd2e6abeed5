// Verifies tokens as an application does: discovery from the issuer, then jose's remote key set.
import { createInterface } from "node:readline";
import { createRemoteJWKSet, jwtVerify } from "jose";

const [issuer, audience] = process.argv.slice(2);
const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
const { issuer: named, jwks_uri: uri } = await discovery.json();
if (named !== issuer) throw new Error(`discovery names ${named}`);
// No pause between two fetches: by default jose would not look again for 30 s.
const keys = createRemoteJWKSet(new URL(uri), { cooldownDuration: 0 });

for await (const line of createInterface({ input: process.stdin })) {
  const { token } = JSON.parse(line);
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ["RS256"],
      typ: "at+jwt",
    });
    console.log(JSON.stringify({ sub: payload.sub, kid: protectedHeader.kid }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.code }));
  }
}
