/** docs/settings.md and .env.example, written from the table of settings. */
import { faultOf, sections, type Setting } from "./settings.ts";

const widthCharacters = 120;

/** docs/settings.md: each setting with its kind, default, meaning, and the error of a bad value. */
export function settingsTable(): string {
  const head = `# Settings

All are optional on one machine. They are read from the environment and from the file \`.env\`, over which the environment wins; what is empty counts as unset. A secret (marked ●) may stand in a file instead: \`WEBSTER_SECRET_FILE=/run/secrets/webster\`. A bad value ends the start, which names every fault at once; a variable that begins with \`WEBSTER_\` and is no setting is told in the log.

\`npm run docs:settings\` writes this page and [.env.example](../.env.example) from lib/settings.ts.
`;
  const tables = sections.map(([title, settings]) => {
    const rows = Object.entries<Setting>(settings).map(([name, setting]) => {
      const fault = setting.bad === null ? "–" : `\`${faultOf(name, setting, setting.bad).slice(name.length + 2)}\``;
      return `| \`${name}\`${setting.secret === null ? "" : " ●"} | ${setting.kind.type} | ${fallbackOf(setting)} | ${setting.meaning} | ${fault} |`;
    });
    return `\n## ${title}\n\n| variable | type | default | meaning | a bad one: \`NAME: …\` |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  const together = `\n## Together\n\n${rules.map((rule) => `- ${rule}`).join("\n")}\n`;
  return head + tables.join("") + together;
}

/** .env.example: every setting, commented out, with its default or an example. */
export function envExample(): string {
  const head = `# Webster's settings. Every line is optional on a single machine: \`npm start\` with none of them runs everything on an
# embedded PostgreSQL. Copy to .env (read at start) or set in the environment. docs/settings.md has types and errors.
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
  "`DATABASE_URL` needs `WEBSTER_SECRET`: it must outlive the machine.",
  "Mail needs `WEBSTER_URL` where `HOST` is 0.0.0.0: the links in mails lead there. A worker of its own needs it with `DATABASE_URL`.",
  "Both or neither: `WEBSTER_BOOTSTRAP_EMAIL` and `_PASSWORD`, `WEBSTER_SMTP_URL` and `WEBSTER_MAIL_FROM`, `_ID` and `_SECRET` of each sign-in, `WEBSTER_OIDC_ISSUER` and `_ID`.",
  "A setting and its `_FILE`: one of them.",
];

const fallbackOf = ({ fallback, unset }: Setting): string => (fallback === null ? unset : `\`${fallback}\``);

const plain = (text: string): string => text.replaceAll("`", "");

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
