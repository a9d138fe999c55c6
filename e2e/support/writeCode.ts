import type { Locator } from "@playwright/test";

/**
 * In place of all that stands in a code editor. What replaces a selection the browser gives the selection's style, inline,
 * which the page's policy refuses: so it is emptied first.
 */
export async function writeCode(editor: Locator, code: string): Promise<void> {
  await editor.press("ControlOrMeta+a");
  await editor.press("Delete");
  await editor.page().keyboard.insertText(code);
}
