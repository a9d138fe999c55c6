"use client";

import { useEffect } from "react";
import { isFramed } from "./look.ts";

/** Tells the page around the portal how high it is, as Svix's React component wants to know for its full size. */
export function FrameHeight() {
  useEffect(() => {
    if (!isFramed()) return;
    const tell = (): void =>
      window.parent.postMessage({ type: "svix.iframe-resizer-height", payload: { height: document.body.scrollHeight } }, "*");
    const observer = new ResizeObserver(tell);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  return null;
}
