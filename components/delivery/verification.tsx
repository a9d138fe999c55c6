"use client";

import { useId, useState } from "react";
import { later } from "../ui/later.tsx";
import type { EndpointSignatureOut } from "../../lib/contract/signature.ts";
import { Skeleton } from "../ui/states.tsx";

const Snippet = later(() => import("./snippet.tsx").then((module) => module.Snippet), <Skeleton className="h-80 w-full" />);

/** How a receiver checks the signature, in its language. */
export function Verification({ signature }: { signature: EndpointSignatureOut }) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <section aria-labelledby={id}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="rounded-sm">
          <h2 id={id} className="inline font-semibold">
            Verify the signature
          </h2>
          <span className="ml-2 text-sm text-ink-muted">code for the receiver, in eight languages</span>
        </summary>
        <div className="mt-3">{isOpen && <Snippet signature={signature} />}</div>
      </details>
    </section>
  );
}
