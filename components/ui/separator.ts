"use client";

import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { panelWidth, widest, narrowestPx } from "./panelWidth.ts";
import { changeView } from "./changeView.ts";
import { useView } from "./view.ts";

const stepPx = 24;

/** Where the pointer took hold of the line, and how wide the panel was then. */
type Drag = { px: number; fromPx: number; atPx: number };

/**
 * The line between a page and the panel at its right: it is dragged, or moved by the arrow keys, Home and End (WAI-ARIA
 * Authoring Practices, window splitter); a double click takes back what was chosen.
 */
export function useSeparator(windowPx: number) {
  const { panelPx } = useView();
  const [drag, setDrag] = useState<Drag | null>(null);
  const widthPx = panelWidth(drag?.px ?? panelPx, windowPx);
  const choose = (px: number | null) => changeView(() => ({ panelPx: px === null ? null : panelWidth(px, windowPx) }));
  const onKeyDown = (event: KeyboardEvent) => {
    const next = {
      ArrowLeft: widthPx + stepPx,
      ArrowRight: widthPx - stepPx,
      Home: widest(windowPx),
      End: narrowestPx,
    }[event.key];
    if (next === undefined) return;
    // The panel's own arrow keys go to another row.
    event.preventDefault();
    choose(next);
  };
  return {
    widthPx,
    separator: {
      role: "separator",
      tabIndex: 0,
      "aria-label": "Width of the panel",
      "aria-orientation": "vertical" as const,
      "aria-valuenow": widthPx,
      "aria-valuemin": narrowestPx,
      "aria-valuemax": widest(windowPx),
      "aria-valuetext": `${widthPx} pixels`,
      onKeyDown,
      onDoubleClick: () => choose(null),
      onPointerDown: (event: PointerEvent) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ px: widthPx, fromPx: widthPx, atPx: event.clientX });
      },
      onPointerMove: ({ clientX }: PointerEvent) =>
        drag !== null && setDrag({ ...drag, px: panelWidth(drag.fromPx + drag.atPx - clientX, windowPx) }),
      onPointerUp: () => {
        // A click alone chooses nothing.
        if (drag !== null && drag.px !== drag.fromPx) choose(drag.px);
        setDrag(null);
      },
      onPointerCancel: () => setDrag(null),
    },
  };
}
