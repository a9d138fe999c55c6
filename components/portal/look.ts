/**
 * How the product that gives out a portal link wants the portal to look. It says so in the link, behind the key:
 * `…/portal#key=…&title=Acme&accent=3b82f6`; or in the query, as Svix's React component does:
 * `?darkMode=true&fontFamily=Roboto&primaryColor=%233b82f6`. Kept in a cookie, so that the server draws it from the start.
 */
export type Look = {
  title: string | null;
  /** Six hexadecimal digits. */
  accent: string | null;
  /** Null: as the reader's system has it. */
  theme: "light" | "dark" | null;
  /** The font's name: of the reader's own, as none is fetched. */
  font: string | null;
};

export const lookCookie = "webster-portal-look";
const maximumTitleLength = 40;

/** The look that the link asks for, as far as it is understood. */
export function lookOf(text: string): Look {
  const given = new URLSearchParams(text);
  const accent = (given.get("accent") ?? given.get("primaryColor"))?.replace(/^#/, "").toLowerCase() ?? "";
  const theme = given.get("theme") ?? themes[given.get("darkMode") ?? ""] ?? "";
  const font = (given.get("font") ?? given.get("fontFamily"))?.trim() ?? "";
  const title = given.get("title")?.replaceAll(/\s+/g, " ").trim().slice(0, maximumTitleLength) ?? "";
  return {
    title: title === "" ? null : title,
    accent: /^[0-9a-f]{6}$/.test(accent) ? accent : null,
    theme: theme === "light" || theme === "dark" ? theme : null,
    font: /^[\p{L}\d][\p{L}\d _-]{0,39}$/u.test(font) ? font : null,
  };
}

const themes: Record<string, string> = { true: "dark", false: "light" };

export function keepLook(look: Look): void {
  const kept = new URLSearchParams(Object.entries(look).filter((entry): entry is [string, string] => entry[1] !== null));
  // A frame of another site gives back only such a cookie.
  const site = isFramed() && window.location.protocol === "https:" ? "samesite=none; secure; partitioned" : "samesite=lax";
  document.cookie = `${lookCookie}=${encodeURIComponent(kept.toString())}; path=/portal; ${site}`;
}

/** Whether a page of somebody's shows this one. */
export const isFramed = (): boolean => window.parent !== window;

/** The look's style; empty: nothing is wanted. It wins over the pages' own style sheet; the theme is that sheet's own matter. */
export function styleOf({ accent, font }: Omit<Look, "theme">): string {
  const declarations = [font === null ? "" : `--font-geist-sans:"${font}"`, accent === null ? "" : brandOf(accent)].filter(Boolean);
  return declarations.length === 0 ? "" : `html:root:root{${declarations.join(";")}}`;
}

/** The colour of the main buttons, with a text on them that can be read. Nothing else changes: its contrast is known. */
function brandOf(accent: string): string {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => channel(Number.parseInt(accent.slice(at, at + 2), 16) / 255));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const text = luminance > darkest ? "#000000" : "#ffffff";
  return `--brand:#${accent};--solid:#${accent};--solid-hover:#${accent};--on-solid:${text}`;
}

/** Black and white have the same contrast to it (WCAG 2.2, relative luminance). */
const darkest = 0.179;
const channel = (share: number): number => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
