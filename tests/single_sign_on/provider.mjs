// A provider of OpenID Connect for the tests. Its argument is JSON: port, algorithm, clientId, clientSecret, redirectUri,
// and people, an object of claims by the name with which a person signs in. Any password is taken.

import { generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { folder, port, algorithm, clientId, clientSecret, redirectUri, people } = JSON.parse(process.argv[2]);
const path = createRequire(`${folder}/`).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(path));

const keyPairs = [generateKeyPairSync("rsa", { modulusLength: 2048 }), generateKeyPairSync("ec", { namedCurve: "P-256" })];
const keys = keyPairs.map(({ privateKey }) => ({ ...privateKey.export({ format: "jwk" }), use: "sig" }));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "client_secret_post",
      id_token_signed_response_alg: algorithm,
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  cookies: { keys: ["a-key-of-the-tests-alone"] },
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "HS256"] },
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ ...people[accountId], sub: accountId }) }),
  jwks: { keys },
  pkce: { required: () => true, methods: ["S256"] },
});
provider.listen(port, "127.0.0.1", () => console.log("ready"));
