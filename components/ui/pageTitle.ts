"use client";

import { useLayoutEffect } from "react";

/**
 * Names the tab by what the page shows, once that is loaded; null: not yet. Next.js writes the page's own title at a moment of
 * its choosing, also after the page was drawn: what comes in between is overwritten, and stands again when the page is left.
 */
export function usePageTitle(name: string | null): void {
  useLayoutEffect(() => {
    if (name === null) return;
    let before = document.title;
    let ours: string | null = null;
    const write = () => {
      if (document.title === ours) return;
      before = document.title;
      document.title = titleOf(name, before);
      // As the browser tells it, without spaces at its ends or two in a row: compared with anything else it would be written for ever.
      ours = document.title;
    };
    write();
    const observer = new MutationObserver(write);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      if (document.title === ours) document.title = before;
    };
  }, [name]);
}

/** What stands behind the page's own name stays: "Endpoint · Webster" → "https://… · Webster". */
export function titleOf(name: string, title: string): string {
  const at = title.lastIndexOf(" · ");
  return at < 0 ? name : name + title.slice(at);
}
