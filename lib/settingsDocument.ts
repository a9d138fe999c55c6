/** docs/settings.md and .env.example, written from the table of settings. */
import { faultOf, sections, type Setting } from "./settings.ts";

const widthCharacters = 120;

/** docs/settings.md: each setting with its kind, default, meaning, and the error of a bad value. */
export function settingsTable(): string {
  const head = `# Settings

On a single machine every setting is optional. They are read from the environment and from the file \`.env\`; the environment wins, and an empty value counts as unset. A secret (marked ●) may be kept in a file instead: \`WEBSTER_SECRET_FILE=/run/secrets/webster\`. With a bad value Webster does not start, and lists all faults at once. A variable that begins with \`WEBSTER_\` but is no setting is named in the log.

\`npm run docs:settings\` writes this page and [.env.example](../.env.example) from lib/settings.ts.
`;
  const tables = sections.map(([title, settings]) => {
    const rows = Object.entries<Setting>(settings).map(([name, setting]) => {
      const fault = setting.bad === null ? "–" : `\`${faultOf(name, setting, setting.bad).slice(name.length + 2)}\``;
      return `| \`${name}\`${setting.secret === null ? "" : " ●"} | ${setting.kind.type} | ${fallbackOf(setting)} | ${setting.meaning} | ${fault} |`;
    });
    return `\n## ${title}\n\n| variable | type | default | meaning | error for a bad value: \`NAME: …\` |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  const together = `\n## Together\n\n${rules.map((rule) => `- ${rule}`).join("\n")}\n`;
  return head + tables.join("") + together;
}

/** .env.example: every setting, commented out, with its default or an example. */
export function envExample(): string {
  const head = `# Webster's settings. On a single machine all are optional: without any, \`npm start\` runs everything on an
# embedded PostgreSQL. Copy this file to .env (read at start) or set variables in the environment. docs/settings.md lists
# types and errors.
`;
  const parts = sections.map(([title, settings]) => {
    const lines = Object.entries<Setting>(settings).map(([name, setting]) => {
      const unset = setting.fallback === null ? ` Unset: ${plain(setting.unset)}.` : "";
      return `${comment(`${plain(setting.meaning)}${unset}`)}\n# ${name}=${setting.example}\n`;
    });
    return `\n# —— ${title} ——\n\n${lines.join("\n")}`;
  });
  return head + parts.join("");
}

/** What no single setting says; lib/env.ts refuses what breaks them. */
const rules = [
  "`DATABASE_URL` needs `WEBSTER_SECRET`, because the key must outlive the machine.",
  "Mail needs `WEBSTER_URL` if `HOST` is 0.0.0.0, because links in mails lead there. A separate worker needs it with `DATABASE_URL`.",
  "Set both or neither of each pair: `WEBSTER_BOOTSTRAP_EMAIL` and `_PASSWORD`, `WEBSTER_SMTP_URL` and `WEBSTER_MAIL_FROM`, `_ID` and `_SECRET` of each sign-in, `WEBSTER_OIDC_ISSUER` and `_ID`.",
  "Set a secret or its `_FILE`, not both.",
];

const fallbackOf = ({ fallback, unset }: Setting): string => (fallback === null ? unset : `\`${fallback}\``);

/** Markdown as a comment shows it: links lead from docs/settings.md, .env.example stands above it. */
const plain = (text: string): string => text.replaceAll("`", "").replaceAll(/\[([^\]]+)\]\(([^)]+)\)/g, "$1: docs/$2");

/** Lines of a comment, broken between words. */
function comment(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last.length + word.length + 3 > widthCharacters) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.map((line) => `# ${line}`).join("\n");
}
