/** What a handler gives back when the operation's usual answer is not what it means. */
import { stringify } from "../services/shared/rawJson.ts";

export class Reply {
  readonly status: number;
  /** Null: no content. */
  readonly text: string | null;
  readonly contentType: string;
  readonly headers: Record<string, string>;

  constructor(status: number, text: string | null, contentType = "application/json", headers: Record<string, string> = {}) {
    this.status = status;
    this.text = text;
    this.contentType = contentType;
    this.headers = headers;
  }
}

/** JSON, with raw payloads put in as they stand. */
export const reply = (status: number, value: unknown): Reply => new Reply(status, value === undefined ? null : stringify(value));

/** An answer that comes bit by bit. Nothing is opened for a HEAD. */
export class StreamReply {
  readonly contentType: string;
  readonly headers: Record<string, string>;
  readonly open: () => ReadableStream<Uint8Array>;

  constructor(contentType: string, headers: Record<string, string>, open: () => ReadableStream<Uint8Array>) {
    this.contentType = contentType;
    this.headers = headers;
    this.open = open;
  }
}
