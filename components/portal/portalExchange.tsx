"use client";

import { useEffect, useRef, useState } from "react";
import { Alert } from "../ui/alert.tsx";
import { type Exchanged, exchangeCode } from "./exchangeCode.ts";
import { keepLook, lookOf } from "./look.ts";

type State = { step: "opening" } | { step: "noCode" } | { step: "ended" } | Exchanged;

const firstPage = "/portal/endpoints";

/** Turns the code of a portal link into a session, and takes the code out of the address. */
export function PortalExchange() {
  const [state, setState] = useState<State>({ step: "opening" });
  const started = useRef(false);

  useEffect(() => {
    const exchange = () => {
      const { hash, search, pathname } = window.location;
      window.history.replaceState(null, "", pathname);
      void open(hash.slice(1), search).then((found) => {
        setState(found);
        if (found.step === "open") window.location.replace(firstPage);
      });
    };
    // Effects run twice in development; a code may work once alone.
    if (!started.current) exchange();
    started.current = true;
    // Another link, followed from here, loads no page.
    window.addEventListener("hashchange", exchange);
    return () => window.removeEventListener("hashchange", exchange);
  }, []);

  switch (state.step) {
    case "opening":
    case "open":
      return <output className="text-ink-muted">Opening the portal…</output>;
    case "refused":
      return (
        <Alert tone="warn" live title="This link can't be used">
          It has expired, was taken back, or works once and has been used. Ask the product that sent you here for a new one.
        </Alert>
      );
    case "failed":
      return (
        <Alert tone="bad" live title="The portal could not be opened">
          {state.detail}
        </Alert>
      );
    case "ended":
      return (
        <Alert tone="warn" live title="Your access to the portal has ended">
          It has run out or was taken back. Open the portal again from the product that gave you its link.
        </Alert>
      );
    case "noCode":
      return (
        <Alert tone="info" live title="Open the portal from the product that uses it">
          It gives you a link. This address alone opens nothing.
        </Alert>
      );
    case "unkept":
      return (
        <Alert tone="warn" live title="Your browser keeps no session here">
          In a page of another site it does so over https alone, and only if cookies are not blocked. Whoever runs it can serve it over
          https; you can open the portal in a tab of its own.
        </Alert>
      );
  }
}

async function open(fragment: string, query: string): Promise<State> {
  const code = new URLSearchParams(fragment).get("key");
  if (code === null || code === "") return { step: new URLSearchParams(query).has("ended") ? "ended" : "noCode" };
  keepLook(lookOf(`${fragment}&${query.slice(1)}`));
  return exchangeCode(code);
}
