import type { Locator } from "@playwright/test";

/**
 * Writes over all that stands in a code editor. The browser gives a replacement its selection's style, inline,
 * which the page's policy refuses: so the editor is emptied first.
 */
export async function writeCode(editor: Locator, code: string): Promise<void> {
  await editor.press("ControlOrMeta+a");
  await editor.press("Delete");
  await editor.page().keyboard.insertText(code);
}
