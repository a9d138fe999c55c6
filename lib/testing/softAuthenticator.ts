/** An authenticator in software, as browsers drive one (WebAuthn, section 6): it makes passkeys of ES256, and answers challenges. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

type Options = { challenge: string; rp?: { id: string }; rpId?: string; user?: { id: string } };

export class SoftAuthenticator {
  readonly origin: string;
  readonly credentialId = randomBytes(32);
  readonly #key: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  /** Times it was used; 0 for ever in those that don't count. */
  signCount = 0;
  /** Whether its person shows a finger or PIN. */
  verifies = true;
  userHandle = "";

  constructor(origin: string) {
    this.origin = origin;
  }

  /** RegistrationResponseJSON. */
  make(options: Record<string, unknown>) {
    const { challenge, rp, user } = options as Options;
    this.userHandle = user?.id ?? "";
    const { x = "", y = "" } = this.#key.publicKey.export({ format: "jwk" });
    const cose = Buffer.concat([
      Buffer.from("a5010203262001215820", "hex"),
      Buffer.from(x, "base64url"),
      Buffer.from("225820", "hex"),
      Buffer.from(y, "base64url"),
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.credentialId.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.credentialId, cose]);
    const authData = Buffer.concat([this.#head(rp?.id ?? "", 0x40), attested]);
    // {"fmt": "none", "attStmt": {}, "authData": bytes}
    const sized = Buffer.from([0x58, authData.length]);
    const attestationObject = Buffer.concat([
      Buffer.from("a363666d74646e6f6e656761747453746d74a0686175746844617461", "hex"),
      sized,
      authData,
    ]);
    const response = {
      clientDataJSON: this.#clientData("webauthn.create", challenge),
      attestationObject: attestationObject.toString("base64url"),
      transports: ["internal"],
    };
    return { ...this.#named(), response };
  }

  /** AuthenticationResponseJSON. `more`: members of clientData. */
  answer(options: Record<string, unknown>, more: object = {}) {
    const { challenge, rpId } = options as Options;
    const authenticatorData = this.#head(rpId ?? "", 0);
    const clientDataJSON = this.#clientData("webauthn.get", challenge, more);
    const signed = Buffer.concat([authenticatorData, createHash("sha256").update(Buffer.from(clientDataJSON, "base64url")).digest()]);
    const response = {
      clientDataJSON,
      authenticatorData: authenticatorData.toString("base64url"),
      signature: sign("sha256", signed, this.#key.privateKey).toString("base64url"),
      userHandle: this.userHandle,
    };
    return { ...this.#named(), response };
  }

  #named() {
    const id = this.credentialId.toString("base64url");
    return { id, rawId: id, type: "public-key", clientExtensionResults: {} } as const;
  }

  #head(rpId: string, more: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.signCount);
    const flags = 0x01 | (this.verifies ? 0x04 : 0) | more;
    return Buffer.concat([createHash("sha256").update(rpId).digest(), Buffer.from([flags]), counter]);
  }

  #clientData(type: string, challenge: string, more: object = {}): string {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false, ...more })).toString("base64url");
  }
}
