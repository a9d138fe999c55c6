/** Kinds of settings: how the text of a variable is read, and the words for what it takes. */
import ipaddr from "ipaddr.js";
import { parseDatabaseUrl } from "./databaseUrl.ts";
import { parseUrl } from "./words/url.ts";

export type Kind<T> = {
  /** For the table of settings: `whole number`. */
  type: string;
  /** What it takes, to follow "is not": `a whole number from 0 to 65535`. */
  takes: string;
  /** The value; undefined if the text is none of this kind. */
  read: (text: string) => T | undefined;
};

export const anyText: Kind<string> = { type: "text", takes: "a text", read: (text) => text };

export const whole = (minimum: number, maximum: number): Kind<number> => ({
  type: "whole number",
  takes: `a whole number from ${minimum} to ${maximum}`,
  read: (text) => (/^\d+$/.test(text) ? within(Number(text), minimum, maximum) : undefined),
});

/** A whole number, or a word. */
export const wholeOr = <const Word extends string>(word: Word, minimum: number, maximum: number): Kind<number | Word> => ({
  type: `whole number, or ${word}`,
  takes: `a whole number from ${minimum} to ${maximum}, or ${word}`,
  read: (text) => (text === word ? word : whole(minimum, maximum).read(text)),
});

export const decimal = (minimum: number, maximum: number): Kind<number> => ({
  type: "number",
  takes: `a number from ${minimum} to ${maximum}`,
  read: (text) => (/^\d+(\.\d+)?$/.test(text) ? within(Number(text), minimum, maximum) : undefined),
});

export const flag: Kind<boolean> = {
  type: "true or false",
  takes: "true or false",
  read: (text) => (text === "true" ? true : text === "false" ? false : undefined),
};

export const oneOf = <const Word extends string>(...words: Word[]): Kind<Word> => ({
  type: words.join(", "),
  takes: `one of ${words.join(", ")}`,
  read: (text) => words.find((word) => word === text),
});

/** A list with commas. The word "none" is an empty list: not even the default. */
export const listOf = <T>({ type, takes, read }: Kind<T>, most = 1_000): Kind<T[]> => ({
  type: `list of ${type}`,
  takes: `a list with commas, each ${takes}`,
  read: (text) => {
    const values = text === "none" ? [] : text.split(",").map((part) => read(part.trim()));
    return values.length > most || values.includes(undefined) ? undefined : (values as T[]);
  },
});

/** Names and values as OpenTelemetry writes them: `one=1,other=2`, percent-encoded where need be. */
export const namedValues: Kind<Record<string, string>> = {
  type: "list of name=value",
  takes: "a list with commas, each name=value",
  read: (text) => {
    const pairs = text.split(",").map((part) => /^\s*([^\s=,;]+)\s*=(.*)$/.exec(part));
    if (pairs.includes(null)) return undefined;
    try {
      return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", decodeURIComponent((pair?.[2] ?? "").trim())]));
    } catch {
      return undefined;
    }
  },
};

/** A URL of one of these schemes, without slashes at its end. */
export const urlOf = (takes: string, ...schemes: string[]): Kind<string> => ({
  type: "URL",
  takes,
  read: (text) => {
    const isOne = schemes.some((scheme) => text.startsWith(`${scheme}://`)) && parseUrl(text) !== null && /^\w+:\/\/[^/]/.test(text);
    return isOne ? text.replace(/\/+$/, "") : undefined;
  },
});

/** A URL of PostgreSQL, with one host or several. */
export const databaseUrl: Kind<string> = {
  type: "URL",
  takes: "a URL such as postgresql://user:password@host:5432/database (special characters in it percent-encoded)",
  read: (text) => (parseDatabaseUrl(text) === null ? undefined : text),
};

export const httpUrl = urlOf("an http(s) URL", "https", "http");

/**
 * The address under which people reach a server: not "every network", at which a server listens but nobody can open it; and
 * nothing that a path put behind it would become a part of.
 */
export const publicUrl: Kind<string> = {
  type: "URL",
  takes: "an http(s) URL that people can open, such as https://webhooks.example.com",
  read: (text) => {
    const url = httpUrl.read(text);
    return url === undefined || /[?#@]/.test(url) || isEveryNetwork(new URL(url).hostname) ? undefined : url;
  },
};

export const origin: Kind<string> = {
  type: "origin",
  takes: "an origin such as https://app.example.com",
  read: (text) => (/^https?:/.test(text) && parseUrl(text)?.origin === text ? text : undefined),
};

export const network: Kind<string> = {
  type: "network",
  takes: "a network such as 10.0.0.0/8",
  read: (text) => (ipaddr.isValidCIDR(text) ? text : undefined),
};

/** A domain, which stands for itself and all below it, in lower case: `internal.example.com`, also with a dot or `*.` in front. */
export const domain: Kind<string> = {
  type: "domain",
  takes: "a domain such as internal.example.com",
  read: (text) => {
    const name = text
      .toLowerCase()
      .replace(/^(\*?\.)?/, "")
      .replace(/\.$/, "");
    return /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(name) && !ipaddr.isValid(name) ? name : undefined;
  },
};

export const domainOrNetwork: Kind<string> = {
  type: "domain or network",
  takes: "a domain such as internal.example.com or a network such as 10.0.0.0/8",
  read: (text) => network.read(text) ?? domain.read(text),
};

export const addressOrNetwork: Kind<string> = {
  type: "address or network",
  takes: "an address or a network such as 203.0.113.0/28",
  read: (text) => (ipaddr.isValid(text) || ipaddr.isValidCIDR(text) ? text : undefined),
};

/** ASCII without blanks, as a header can carry it. */
export const token = (shortest: number, longest: number): Kind<string> => ({
  type: "text",
  takes: `${shortest} to ${longest} ASCII characters without spaces`,
  read: (text) => (/^[\u0021-\u007e]+$/.test(text) && text.length >= shortest && text.length <= longest ? text : undefined),
});

export const longText = (shortest: number): Kind<string> => ({
  type: "text",
  takes: `a text of at least ${shortest} characters`,
  read: (text) => (text.length >= shortest ? text : undefined),
});

/** Secrets with commas between them; where one holds a comma itself, a JSON array. */
export const secretsOf = (shortest: number): Kind<string[]> => ({
  type: "list of texts",
  takes: `a list with commas (a JSON array, if one holds a comma), each a text of at least ${shortest} characters`,
  read: (text) => {
    const parts = text.startsWith("[") ? textsOf(text) : text.split(",").map((part) => part.trim());
    return parts?.every((part) => part.length >= shortest) === true ? parts : undefined;
  },
});

function textsOf(json: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every((part) => typeof part === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a host means every network: a server can listen at it, but nobody can open it. */
export function isEveryNetwork(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "");
  return name === "*" || (ipaddr.isValid(name) && ipaddr.process(name).range() === "unspecified");
}

const within = (value: number, minimum: number, maximum: number): number | undefined =>
  value >= minimum && value <= maximum ? value : undefined;
