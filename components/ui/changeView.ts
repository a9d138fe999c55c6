"use client";

import { keptView, tellView } from "./view.ts";
import { type View, compactName, panelName, readView, viewCookie } from "./viewCookie.ts";

const yearSeconds = 365 * 24 * 3600;

export function changeView(change: (view: View) => Partial<View>): void {
  const view = readView(keptView());
  document.cookie = `${viewCookie}=${writeView({ ...view, ...change(view) })}; path=/; max-age=${yearSeconds}; samesite=lax`;
  tellView();
}

export function writeView({ compact, panelPx, toggled }: View): string {
  const lists = Object.entries(toggled).filter(([, columns]) => columns.length > 0);
  const parts = [
    compact && compactName,
    panelPx !== null && `${panelName}=${Math.round(panelPx)}`,
    ...lists.map(([list, columns]) => `${list}=${columns.join(".")}`),
  ];
  return parts.filter(Boolean).join("&");
}
