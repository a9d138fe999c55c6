"use client";

import { type ComponentType, lazy, Suspense, useState } from "react";
import { patiently } from "./patiently.ts";

/**
 * A dialog that is loaded when it is opened first; from then on it stays, with what it knows. `isOpen`: by its props.
 *
 *   const InviteDialog = whenOpened(() => import("./inviteDialog.tsx").then((module) => module.InviteDialog), ({ open }) => open);
 */
export function whenOpened<P extends object>(load: () => Promise<ComponentType<P>>, isOpen: (props: P) => boolean): ComponentType<P> {
  const Part = lazy(async () => ({ default: await patiently(load) })) as unknown as ComponentType<P>;
  return function WhenOpened(props: P) {
    const opens = isOpen(props);
    const [wasOpened, setWasOpened] = useState(opens);
    if (opens && !wasOpened) setWasOpened(true);
    if (!opens && !wasOpened) return null;
    return (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    );
  };
}
