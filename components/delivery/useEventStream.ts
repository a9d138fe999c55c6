"use client";

import { useEffect, useRef, useState } from "react";
import type { DeliveryChanged, ReceivedRequestChanged } from "../../lib/contract/eventStream.ts";
import { apiUrl, isPortal } from "../api.ts";

const againAfterMs = 5_000;

type Changes = { "delivery.changed": DeliveryChanged; "received-request.changed": ReceivedRequestChanged };

/**
 * Follows what changes in the environment; whether it is connected: in the portal never. A stream that breaks is opened again.
 * `onOpen`: what has changed until then, nobody has told.
 */
export function useEventStream<Name extends keyof Changes>(
  name: Name,
  onChange: (changed: Changes[Name]) => void,
  onOpen: () => void,
): boolean {
  const [isOpen, setOpen] = useState(false);
  const latest = useRef({ onChange, onOpen });
  useEffect(() => {
    latest.current = { onChange, onOpen };
  });
  useEffect(() => {
    // An EventSource can't set the header that says which cookie it means.
    if (isPortal(window.location.pathname)) return;
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(apiUrl("/event-stream"));
      source.addEventListener("ready", () => {
        setOpen(true);
        latest.current.onOpen();
      });
      source.addEventListener(name, (event: MessageEvent<string>) => latest.current.onChange(JSON.parse(event.data) as Changes[Name]));
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
  }, [name]);
  return isOpen;
}
