/** Large libraries of providers that sign tokens, and of others that were added with them. */
import type { Oracle } from "./oracle.ts";
import { headerIn, hmacOf, textOf } from "./oracle.ts";

type Load = (name: string) => unknown;

type Pusher = new (options: { appId: string; key: string; secret: string }) => {
  webhook: (request: { headers: object; rawBody: string }) => { isValid: () => boolean };
};
type Vonage = { verifySignature: (token: string, secret: string) => boolean };
type Wix = {
  AppStrategy: (options: { appId: string; publicKey: string }) => { decodeJWT: (token: string) => Promise<{ valid: boolean }> };
};

export const otherHeavyOracles = (load: Load): Oracle[] => [
  {
    kind: "pusher",
    library: "pusher",
    takes: (request, secret) => {
      const headers = { ...request.headers, "x-pusher-key": "key" };
      return new (load("pusher") as Pusher)({ appId: "1", key: "key", secret }).webhook({ headers, rawBody: textOf(request) }).isValid();
    },
    signs: ({ body }, secret) => ({ headers: { "x-pusher-signature": hmacOf("sha256", "hex", secret, body) } }),
  },
  {
    kind: "vonage",
    library: "@vonage/jwt",
    // The library looks at the token alone.
    coversBody: false,
    takes: (request, secret) =>
      (load("@vonage/jwt") as Vonage).verifySignature(headerIn(request, "authorization").replace("Bearer ", ""), secret),
  },
  {
    kind: "wix",
    library: "@wix/sdk",
    takes: async (request, publicKey) =>
      (await (load("@wix/sdk") as Wix).AppStrategy({ appId: "app", publicKey }).decodeJWT(textOf(request))).valid,
  },
];
