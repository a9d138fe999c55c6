/** Whether JSON.parse takes a text. Apart from what lays JSON out, which most pages load later. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON beyond this length is shown as it stands: its lines, one below the other, would be higher than a browser can draw. */
const maximumLength = 3_000_000;

/** Whether it is JSON that can be shown line by line. */
export const isShownJson = (text: string): boolean => text.length <= maximumLength && isJson(text);

/** The same, of an object or a list. */
export const isStructured = (text: string): boolean => /^\s*[{[]/.test(text) && isShownJson(text);
