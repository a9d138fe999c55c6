"use client";

import { useState } from "react";
import { type DeliveryPage, type ShownPage, asShown, mergePage } from "./page.ts";

/** What of a page is on the screen: it holds still while newer answers come in, until `key` changes or `showNew`. */
export function useShownPage(key: string, fresh: DeliveryPage | undefined): { page: ShownPage | undefined; showNew: () => void } {
  const [state, setState] = useState<{ key: string; fresh: DeliveryPage; page: ShownPage } | null>(null);
  let current = state;
  // Adjusted while rendering, so that no outdated row is ever drawn: https://react.dev/reference/react/useState
  if (fresh !== undefined && fresh !== state?.fresh) {
    const page = state?.key === key ? mergePage(state.page, fresh) : asShown(fresh);
    current = { key, fresh, page };
    setState(current);
  }
  const showNew = () => setState((before) => before && { ...before, page: asShown(before.fresh) });
  return { page: current?.page, showNew };
}
