const longestMs = 10_000;

/**
 * Notes where `opener` is. What it answers is to be called when its dialog has closed: once `opener` is gone, as the row of what was
 * deleted is, and the focus with it, that goes to the row that has come into its place, or else to the page, so that the keys go on.
 */
export function focusNear(opener: Element | null): () => void {
  const row = opener?.closest("tr, li");
  const list = row?.parentElement;
  const at = row && list ? [...list.children].indexOf(row) : 0;
  return () => {
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => observer.disconnect(), longestMs);
    look();

    function look(): void {
      const { activeElement: focused, body } = document;
      // The dialog is still closing.
      if (opener?.isConnected || focused?.closest("dialog")) return;
      observer.disconnect();
      if (focused !== body) return;
      const next = list?.isConnected ? list.children[Math.min(at, list.children.length - 1)] : null;
      const target = next?.querySelector<HTMLElement>("a[href],button,input") ?? document.getElementById("main");
      target?.focus({ preventScroll: target.id === "main" });
    }
  };
}
