"use client";

import { useState } from "react";
import { type DeliveryPage, type RowPage, type ShownPage, type ShownRows, asShown, keyOf, mergeRows } from "./page.ts";

/** `isCurrent`: what is shown is of the asked place; else of the one before, whose rows nothing may be done with. */
type Shown<Page> = { page: Page | undefined; isCurrent: boolean; showNew: () => void };

/**
 * What of a page is on the screen: it holds still while newer answers come in, until `key` changes or `showNew`. `fresh`
 * undefined: there is no answer for the key yet.
 */
export const useShownPage = (key: string, fresh: DeliveryPage | undefined): Shown<ShownPage> => useShownRows(key, fresh, keyOf);

/** `useShownPage` for any rows. */
export function useShownRows<Row>(key: string, fresh: RowPage<Row> | undefined, idOf: (row: Row) => string): Shown<ShownRows<Row>> {
  const [state, setState] = useState<{ key: string; fresh: RowPage<Row>; page: ShownRows<Row> } | null>(null);
  let current = state;
  // Adjusted while rendering, so that no outdated row is ever drawn: https://react.dev/reference/react/useState
  if (fresh !== undefined && (fresh !== state?.fresh || key !== state.key)) {
    const page = state?.key === key ? mergeRows(state.page, fresh, idOf) : asShown(fresh);
    current = { key, fresh, page };
    setState(current);
  }
  const showNew = () => setState((before) => before && { ...before, page: asShown(before.fresh) });
  return { page: current?.page, isCurrent: current?.key === key, showNew };
}
