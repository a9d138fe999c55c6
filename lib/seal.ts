/**
 * Secrets at rest: AES-256-GCM under a key derived from the master secret, bound to the row in which they stand.
 * Layout: version (1 byte, 1) | key id (4) | nonce (12) | tag (16) | ciphertext.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { env } from "./env.ts";
import { singleton } from "./singleton.ts";

const version = 1;
const headerBytes = 1 + 4 + 12 + 16;

/** The sealer of this process, from WEBSTER_SECRET. */
export const sealer = (): Sealer =>
  singleton("sealer", () => {
    const { secret } = env();
    if (secret === null) throw new Error("No master secret: the programs set it before anything is sealed");
    return new Sealer(secret);
  });

export class Sealer {
  readonly #key: Buffer;
  /** Names the key without revealing it; a database remembers the one that it was filled with. */
  readonly keyId: Buffer;

  constructor(masterSecret: string) {
    this.#key = Buffer.from(hkdfSync("sha256", masterSecret, "webster", "seal/1", 32));
    this.keyId = createHash("sha256").update(this.#key).digest().subarray(0, 4);
  }

  /** `rowId` is authenticated: a ciphertext moved to another row does not open. */
  seal(rowId: string, plaintext: string | Buffer): Buffer<ArrayBuffer> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce).setAAD(Buffer.from(rowId));
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([Buffer.from([version]), this.keyId, nonce, cipher.getAuthTag(), ciphertext]);
  }

  /** Throws if the bytes were sealed with another master secret, for another row, or were changed. */
  open(rowId: string, sealed: Uint8Array): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < headerBytes || bytes[0] !== version) throw new Error(`Sealed value of ${rowId} is not in a known format`);
    if (!bytes.subarray(1, 5).equals(this.keyId)) throw new Error(`Sealed value of ${rowId} was made with another WEBSTER_SECRET`);
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(5, 17))
      .setAAD(Buffer.from(rowId))
      .setAuthTag(bytes.subarray(17, headerBytes));
    return Buffer.concat([decipher.update(bytes.subarray(headerBytes)), decipher.final()]);
  }
}
