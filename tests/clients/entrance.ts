// How an app in TypeScript lets somebody log in: OAuth 2 with PKCE and no secret, the answer on a port of its own
// machine (RFC 8252).

import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const PATIENCE_MS = 60_000; // for the person to answer
const REDIRECT_PATH = "/done";

export type Tokens = { access_token: string; refresh_token: string; expires_in: number; scope: string };
export type App = { origin: string; clientId: string; scopes: readonly string[] };
type Endpoint = "authorization_endpoint" | "token_endpoint" | "revocation_endpoint";

// The tokens of the person, whom somebody has to lead to the address that is printed.
export async function logIn(app: App, person: string): Promise<Tokens> {
  const state = randomBytes(16).toString("base64url");
  const verifier = randomBytes(48).toString("base64url");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}${REDIRECT_PATH}`;
  const question = new URLSearchParams({
    response_type: "code",
    client_id: app.clientId,
    redirect_uri: redirectUri,
    scope: app.scopes.join(" "),
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  say({ open: `${await endpoint(app, "authorization_endpoint")}?${question}`, person });
  const answer = await broughtBack(server);
  if (answer.get("state") !== state || answer.get("iss") !== app.origin) {
    throw new Error(`Somebody else answered: ${answer}`);
  }
  const fields = { code: answer.get("code") ?? "", redirect_uri: redirectUri, code_verifier: verifier };
  return askForTokens(app, { grant_type: "authorization_code", ...fields });
}

export function refresh(app: App, tokens: Tokens): Promise<Tokens> {
  return askForTokens(app, { grant_type: "refresh_token", refresh_token: tokens.refresh_token });
}

export async function revoke(app: App, token: string): Promise<void> {
  await post(app, "revocation_endpoint", { token });
}

// One line of JSON for whoever started this program.
export function say(words: object): void {
  process.stdout.write(`${JSON.stringify(words)}\n`);
}

async function askForTokens(app: App, fields: Record<string, string>): Promise<Tokens> {
  return (await (await post(app, "token_endpoint", fields)).json()) as Tokens;
}

async function post(app: App, name: Endpoint, fields: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams({ ...fields, client_id: app.clientId });
  const response = await fetch(await endpoint(app, name), { method: "POST", body });
  if (!response.ok) {
    throw new Error(`${name} answered ${response.status}: ${await response.text()}`);
  }
  return response;
}

async function endpoint(app: App, name: Endpoint): Promise<string> {
  const response = await fetch(`${app.origin}/.well-known/oauth-authorization-server`);
  return ((await response.json()) as Record<Endpoint, string>)[name];
}

// What the browser brings from the site. It may ask for an icon first.
function broughtBack(server: Server): Promise<URLSearchParams> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("Nobody came back from the site.")), PATIENCE_MS);
    server.on("request", (request, response) => {
      const address = new URL(request.url ?? "/", "http://127.0.0.1");
      const isIt = address.pathname === REDIRECT_PATH;
      response.writeHead(isIt ? 200 : 404, { "Content-Type": "text/plain", Connection: "close" });
      response.end("You are logged in.");
      if (isIt) {
        clearTimeout(timer);
        server.close();
        resolve(address.searchParams);
      }
    });
  });
}
