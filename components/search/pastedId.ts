/** The kinds of ids that a line of a log tells of, what it is about first: a message rather than where it went. */
const told = ["msg", "atmpt", "ep", "app"];

/** An id of ours in a text that was pasted, such as a line of a log or a URL. Null: there is none, or there are several to choose from. */
export function pastedId(text: string): string | null {
  const ids = text.match(/(?<![0-9A-Za-z])[a-z]+_[0-9A-Za-z]{27}(?![0-9A-Za-z])/g) ?? [];
  for (const kind of told) {
    const [id, ...others] = new Set(ids.filter((one) => one.startsWith(`${kind}_`)));
    if (id !== undefined) return others.length === 0 ? id : null;
  }
  return null;
}

/** A text without the quotes, brackets and commas that are copied along with it. */
export const bare = (text: string): string => text.replace(/^[\s"'“”‘’`<({[]+|[\s"'“”‘’`>)}\],;]+$/g, "");
