/** Requests may come compressed: RFC 9110, sections 8.4 and 12.5.3. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AppError, invalid } from "../errors.ts";

const inflate = promisify(gunzip);

/**
 * The body without its coding, inflated on another thread. Throws AppError for what is coded otherwise, broken, or more than
 * `maximumBytes` when inflated.
 */
export async function decoded(bytes: Buffer, coding: string, maximumBytes: number): Promise<Buffer> {
  if (isPlain(coding)) return bytes;
  try {
    return await inflate(bytes, { maxOutputLength: maximumBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new AppError("payload_too_large", `The request is larger than ${maximumBytes} bytes when it is inflated`);
    throw invalid(["body"], "The body is not what gzip makes, though Content-Encoding says so", "content_encoding");
  }
}

/** Throws `unsupported_media_type` for other codings than gzip, before anything is read; the answer says what is understood. */
export function requireKnownCoding(coding: string): void {
  if (!isPlain(coding) && !/^(x-)?gzip$/i.test(coding.trim()))
    throw new AppError("unsupported_media_type", "Of content codings only gzip is understood: leave Content-Encoding out, or send gzip");
}

const isPlain = (coding: string): boolean => /^\s*(identity)?\s*$/i.test(coding);
