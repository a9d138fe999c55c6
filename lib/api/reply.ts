/** An answer: what a handler gives back when it is not the usual one of its operation, and what each becomes before it is sent. */
import type { Answered } from "../contract/answer.ts";
import { stringify } from "../services/shared/rawJson.ts";

/** `Answer`: what it says, for the types alone; `never` for text that is already written, of which they know nothing and which any operation may answer. */
export class Reply<out Answer = unknown> {
  declare readonly answer?: Answer;
  readonly status: number;
  /** The body. Null: no content. */
  readonly text: string | null;
  readonly contentType: string;
  readonly headers: Record<string, string>;
  /** The text's UTF-8, where several are sent it. */
  readonly bytes: Buffer | null;

  constructor(
    status: number,
    text: string | null,
    contentType = "application/json",
    headers: Record<string, string> = {},
    bytes: Buffer | null = null,
  ) {
    this.status = status;
    this.text = text;
    this.contentType = contentType;
    this.headers = headers;
    this.bytes = bytes;
  }

  /** The reply with the headers of every answer. `shared`: these, in an object of this request alone, which is changed. */
  with(shared: Record<string, string>): Reply {
    return new Reply(this.status, this.text, this.contentType, Object.assign(shared, this.headers), this.bytes);
  }

  /** The same, to be sent to several. */
  forSeveral(): Reply {
    if (this.text === null || this.text.length < longText) return this;
    return new Reply(this.status, this.text, this.contentType, this.headers, Buffer.from(this.text));
  }

  toResponse(): Response {
    const headers = this.text === null ? this.headers : { "content-type": this.contentType, ...this.headers };
    return new Response(this.text, { status: this.status, headers });
  }
}

/** Shorter texts are sent in one piece with their headers, which is cheaper than to have their bytes. */
const longText = 2_000;

type ReplyOf<Status, Value> = Status extends number ? Reply<Answered<Status, Value>> : never;

/** JSON, with raw payloads put in as they stand. */
export const reply = <const Status extends number, Value>(status: Status, value: Value): ReplyOf<Status, Value> =>
  new Reply(status, value === undefined ? null : stringify(value)) as ReplyOf<Status, Value>;

/** JSON that is already written. */
export const written = (text: string): Reply<never> => new Reply<never>(200, text);

/** An answer that comes bit by bit. Nothing is opened for a HEAD. */
export class StreamReply {
  readonly status = 200;
  readonly contentType: string;
  readonly headers: Record<string, string>;
  readonly open: () => ReadableStream<Uint8Array>;

  constructor(contentType: string, headers: Record<string, string>, open: () => ReadableStream<Uint8Array>) {
    this.contentType = contentType;
    this.headers = headers;
    this.open = open;
  }

  with(shared: Record<string, string>): StreamReply {
    return new StreamReply(this.contentType, Object.assign(shared, this.headers), this.open);
  }

  toResponse(method: string): Response {
    return new Response(method === "HEAD" ? null : this.open(), { headers: { "content-type": this.contentType, ...this.headers } });
  }
}
