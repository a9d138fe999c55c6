/** What a handler gives back when the operation's usual answer is not what it means. */
import { stringify } from "../services/rawJson.ts";

export class Reply {
  readonly status: number;
  /** Null: no content. */
  readonly text: string | null;
  readonly contentType: string;

  constructor(status: number, text: string | null, contentType = "application/json") {
    this.status = status;
    this.text = text;
    this.contentType = contentType;
  }
}

/** JSON, with raw payloads put in as they stand. */
export const reply = (status: number, value: unknown): Reply => new Reply(status, value === undefined ? null : stringify(value));
