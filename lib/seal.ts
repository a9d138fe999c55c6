/**
 * Secrets at rest: AES-256-GCM under a key derived from a master secret, bound to the row in which they stand. Each value
 * says which key sealed it, so that several open and the newest seals.
 * Layout: version (1 byte, 1) | key id (4) | nonce (12) | tag (16) | ciphertext.
 */
import { createCipheriv, createDecipheriv, createHash, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { env } from "./env.ts";
import { pooledRandom } from "./pooledRandom.ts";
import { singleton } from "./singleton.ts";

const version = 1;
const tagBytes = 16;
const headerBytes = 1 + 4 + 12 + tagBytes;

/** The sealer of this process, from WEBSTER_SECRET and the other secrets. */
export const sealer = (): Sealer =>
  singleton("sealer", () => {
    const { secret, otherSecrets } = env();
    if (secret === null) throw new Error("No master secret: the programs set it before anything is sealed");
    return new Sealer(secret, otherSecrets);
  });

export class Sealer {
  /** As objects: bytes are made one each time that something is sealed, which costs a third of it. */
  readonly #keys: ReadonlyMap<string, KeyObject>;
  /** Names the key that seals, without revealing it; a database remembers those that it was filled with. */
  readonly keyId: Buffer;
  readonly #sealing: { key: KeyObject; prefix: Buffer };
  /** All keys that open, the one that seals first. */
  readonly keyIds: readonly Buffer[];

  /** `others` open what they have sealed. Throws if two have one id, which happens to one pair in four billion. */
  constructor(masterSecret: string, others: readonly string[] = []) {
    const keys = [masterSecret, ...others].map(keyOf);
    this.keyIds = keys.map(idOf);
    this.keyId = idOf(keyOf(masterSecret));
    this.#keys = new Map(keys.map((key) => [idOf(key).toString("hex"), createSecretKey(key)]));
    this.#sealing = { key: createSecretKey(keyOf(masterSecret)), prefix: sealedPrefix(this.keyId) };
    if (this.#keys.size < keys.length) throw new Error("Two secrets have the same key id: make another one");
  }

  /** `rowId` is authenticated: a ciphertext moved to another row does not open. */
  seal(rowId: string, plaintext: string | Buffer): Buffer<ArrayBuffer> {
    const { key, prefix } = this.#sealing;
    const nonce = pooledRandom(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(rowId));
    const ciphertext = cipher.update(plaintext);
    // GCM is a stream: nothing is left to come out.
    cipher.final();
    const sealed = Buffer.allocUnsafe(headerBytes + ciphertext.length);
    sealed.set(prefix);
    sealed.set(nonce, prefix.length);
    sealed.set(cipher.getAuthTag(), headerBytes - tagBytes);
    sealed.set(ciphertext, headerBytes);
    return sealed;
  }

  /** Throws if the bytes were sealed with a secret that is not here, for another row, or were changed. */
  open(rowId: string, sealed: Uint8Array): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < headerBytes || bytes[0] !== version) throw new Error(`Sealed value of ${rowId} is not in a known format`);
    const decipher = createDecipheriv("aes-256-gcm", this.#keyOf(rowId, bytes.subarray(1, 5)), bytes.subarray(5, 17))
      .setAAD(Buffer.from(rowId))
      .setAuthTag(bytes.subarray(17, headerBytes));
    return Buffer.concat([decipher.update(bytes.subarray(headerBytes)), decipher.final()]);
  }

  #keyOf(rowId: string, keyId: Buffer): KeyObject {
    const key = this.#keys.get(keyId.toString("hex"));
    if (key === undefined) throw new Error(`Sealed value of ${rowId} was made with another WEBSTER_SECRET (key ${keyId.toString("hex")})`);
    return key;
  }
}

/** How everything begins that a key has sealed. */
export const sealedPrefix = (keyId: Buffer): Buffer => Buffer.concat([Buffer.from([version]), keyId]);

/** The id of a secret's key, as sealed values carry it. */
export const keyIdOf = (masterSecret: string): Buffer => idOf(keyOf(masterSecret));

const keyOf = (masterSecret: string): Buffer => Buffer.from(hkdfSync("sha256", masterSecret, "webster", "seal/1", 32));

const idOf = (key: Buffer): Buffer => createHash("sha256").update(key).digest().subarray(0, 4);
