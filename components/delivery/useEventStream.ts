"use client";

import { useEffect, useRef, useState } from "react";
import type { DeliveryChanged } from "../../lib/contract/eventStream.ts";
import { apiUrl, isPortal } from "../api.ts";

const againAfterMs = 5_000;

/** Follows the environment's deliveries; whether it is connected: in the portal never. A stream that breaks is opened again. */
export function useEventStream(onChange: (changed: DeliveryChanged) => void): boolean {
  const [isOpen, setOpen] = useState(false);
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    // It can't say which cookie it means.
    if (isPortal(window.location.pathname)) return;
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(apiUrl("/event-stream"));
      source.addEventListener("ready", () => setOpen(true));
      source.addEventListener("delivery.changed", (event: MessageEvent<string>) =>
        latest.current(JSON.parse(event.data) as DeliveryChanged),
      );
      source.addEventListener("error", () => {
        setOpen(false);
        // The browser tries again by itself after a broken connection, not after a refusal.
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, againAfterMs);
      });
    };
    open();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, []);
  return isOpen;
}
