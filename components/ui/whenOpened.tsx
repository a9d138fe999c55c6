"use client";

import { type ComponentType, Suspense, useEffect, useState } from "react";
import { whereShown } from "./later.tsx";
import { whenIdleLoad } from "./whenIdle.ts";

/**
 * A dialog that a page doesn't wait for: it is loaded when the browser is idle, or opened before. Once opened it stays, with what
 * it knows. `isOpen`: by its props.
 *
 *   const InviteDialog = whenOpened(() => import("./inviteDialog.tsx").then((module) => module.InviteDialog), ({ open }) => open);
 */
export function whenOpened<P extends object>(load: () => Promise<ComponentType<P>>, isOpen: (props: P) => boolean): ComponentType<P> {
  const Part = whereShown(load);
  return function WhenOpened(props: P) {
    const opens = isOpen(props);
    const [wasOpened, setWasOpened] = useState(opens);
    if (opens && !wasOpened) setWasOpened(true);
    useEffect(() => void whenIdleLoad(load).catch(() => undefined), []);
    if (!opens && !wasOpened) return null;
    return (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    );
  };
}
