"use client";

import { useEffect, useId, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from "react";
import { panelLook, type Placement, useFloating } from "./floating.ts";

const delayMs = 300;

/** Hides the tooltip that is shown: there is one at a time. */
let hideShown: () => void = () => undefined;

type TooltipProps = {
  content: ReactNode;
  children: ReactElement;
  side?: Placement["side"];
  /** Whether the anchor is pointed at as it is drawn first. */ isPointed?: () => boolean;
};

/** More about what is pointed at or focused; it can be pointed at too, and Esc hides it. Never the only way to learn something. */
export function Tooltip({ content, children, side = "top", isPointed }: TooltipProps) {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const panel = useRef<HTMLSpanElement>(null);
  const [wanted, setWanted] = useState(() => isPointed?.() ?? false);
  const [shown, setShown] = useState(false);

  useEffect(() => {
    if (wanted === shown) return;
    const timer = setTimeout(() => setShown(wanted), delayMs);
    return () => clearTimeout(timer);
  }, [wanted, shown]);

  // Before the pointer can have gone on.
  useLayoutEffect(() => {
    if (!wanted) return;
    // Where the pointer is counts: an element that is drawn anew under it, or goes, is never told that it was left.
    const look = ({ target }: Event) => {
      const isInside = [anchor.current, panel.current].some((element) => element?.contains(target as Node));
      if (!isInside) setWanted(false);
    };
    document.addEventListener("pointermove", look, { passive: true });
    return () => document.removeEventListener("pointermove", look);
  }, [wanted]);

  useEffect(() => {
    if (!shown) return;
    const hide = () => {
      setWanted(false);
      setShown(false);
    };
    hideShown();
    hideShown = hide;
    panel.current?.showPopover();
    const onKey = ({ key }: KeyboardEvent) => key === "Escape" && hide();
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
      if (hideShown === hide) hideShown = () => undefined;
    };
  }, [shown]);

  useFloating(panel, () => anchor.current?.firstElementChild ?? null, shown, { side, align: "center" });

  return (
    <span
      ref={anchor}
      aria-describedby={shown ? id : undefined}
      onPointerEnter={() => setWanted(true)}
      onPointerLeave={() => setWanted(false)}
      onFocus={() => setWanted(true)}
      onBlur={() => setWanted(false)}
    >
      {children}
      {shown && (
        <span ref={panel} id={id} popover="manual" role="tooltip" className={`${panelLook} px-2.5 py-1.5 text-xs`}>
          {content}
        </span>
      )}
    </span>
  );
}
