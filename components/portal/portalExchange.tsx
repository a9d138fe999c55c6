"use client";

import { useEffect, useRef, useState } from "react";
import { Alert } from "../ui/alert.tsx";
import { exchangeCode, type PortalAccess } from "./exchangeCode.ts";

type State =
  | { step: "opening" }
  | { step: "open"; access: PortalAccess }
  | { step: "refused" }
  | { step: "failed"; detail: string }
  | { step: "noCode" };

/** Turns the one-time code of a portal link into access, and takes the code out of the address. */
export function PortalExchange() {
  const [state, setState] = useState<State>({ step: "opening" });
  const started = useRef(false);

  useEffect(() => {
    // Effects run twice in development; a code works once.
    if (started.current) return;
    started.current = true;
    const { hash, pathname } = window.location;
    window.history.replaceState(null, "", pathname);
    void open(hash).then(setState);
  }, []);

  switch (state.step) {
    case "opening":
      return <output className="text-ink-muted">Opening the portal…</output>;
    case "open":
      return (
        <Alert tone="good" live title={`You have access to ${state.access.applicationName}`}>
          It lasts until {state.access.expiresAt.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}; the link itself is
          used up now. Pages to manage endpoints and to see deliveries are not part of this version of Webster yet.
        </Alert>
      );
    case "refused":
      return (
        <Alert tone="warn" live title="This link can't be used">
          It has been used already, or has expired. Ask the product that sent you here for a new one.
        </Alert>
      );
    case "failed":
      return (
        <Alert tone="bad" live title="The portal could not be opened">
          {state.detail}
        </Alert>
      );
    case "noCode":
      return (
        <Alert tone="info" live title="Open the portal from the product that uses it">
          It gives you a link that works once. This address alone opens nothing.
        </Alert>
      );
  }
}

async function open(fragment: string): Promise<State> {
  const code = new URLSearchParams(fragment.slice(1)).get("key");
  return code ? exchangeCode(code) : { step: "noCode" };
}
