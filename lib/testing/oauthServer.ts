/** A token server for client credentials that gives `token-1`, `token-2`, …, and answers as a test tells it. */
import { type Answer, type Receiver, startReceiver } from "./receiver.ts";

export type OAuthServer = Receiver & {
  /** How many tokens were given. */
  given: () => number;
  /** Sets the answer from now on; null: tokens again. */
  answer: (answer: Answer | null) => void;
};

export const oauthClient = { clientId: "webster client", clientSecret: "s3cr:t of the client" };

/** Starts the server. `expiresIn`: seconds. */
export async function startOAuthServer(expiresIn = 3600): Promise<OAuthServer> {
  let given = 0;
  const tokens: Answer = (request, response) => {
    const isForm = request.headers["content-type"] === "application/x-www-form-urlencoded";
    response.writeHead(isForm ? 200 : 415, { "content-type": "application/json" });
    response.end(JSON.stringify({ access_token: `token-${++given}-of-the-server`, token_type: "Bearer", expires_in: expiresIn }));
  };
  const receiver = await startReceiver(tokens);
  return { ...receiver, given: () => given, answer: (answer) => receiver.respond(answer ?? tokens) };
}
