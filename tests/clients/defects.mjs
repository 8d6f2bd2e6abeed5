// Verifies tokens with jose against a key set, and carries them to a server of Node's own.
import { createServer, request } from "node:http";
import { createInterface } from "node:readline";
import { createRemoteJWKSet, jwtVerify } from "jose";

const server = createServer((_, answer) => answer.end());
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));

async function verify({ token, jwks, issuer, audience, typ, required }) {
  const keys = createRemoteJWKSet(new URL(jwks));
  try {
    const options = { issuer, algorithms: ["RS256"], typ, requiredClaims: required };
    await jwtVerify(token, keys, audience ? { ...options, audience } : options);
    return {};
  } catch (error) {
    return { error: error.code, claim: error.claim };
  }
}

function carry({ token }) {
  return new Promise((told) => {
    const headers = { authorization: `Bearer ${token}` };
    const sent = request({ port: server.address().port, host: "127.0.0.1", headers });
    sent.on("response", (answer) => told({ status: answer.resume().statusCode })).end();
    sent.on("error", (error) => told({ error: error.code }));
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  console.log(JSON.stringify(await (question.jwks ? verify(question) : carry(question))));
}
server.close();
