"use client";

import { type ComponentType, useEffect, useState } from "react";
import { inBrowser } from "./later.tsx";
import { patiently } from "./patiently.ts";
import { whenIdle } from "./whenIdle.ts";

/**
 * A dialog that a page doesn't wait for: it is loaded when the browser is idle, or opened before. Once opened it stays, with what
 * it knows. `isOpen`: by its props.
 *
 *   const InviteDialog = whenOpened(() => import("./inviteDialog.tsx").then((module) => module.InviteDialog), ({ open }) => open);
 */
export function whenOpened<P extends object>(load: () => Promise<ComponentType<P>>, isOpen: (props: P) => boolean): ComponentType<P> {
  const { Part, begin } = inBrowser<P>(() => patiently(load), null);
  return function WhenOpened(props: P) {
    const opens = isOpen(props);
    const [wasOpened, setWasOpened] = useState(opens);
    if (opens && !wasOpened) setWasOpened(true);
    useEffect(() => void whenIdle().then(begin), []);
    return opens || wasOpened ? <Part {...props} /> : null;
  };
}
