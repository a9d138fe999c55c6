"use client";

import { useState } from "react";
import { type DeliveryPage, type RowPage, type ShownPage, type ShownRows, asShown, keyOf, mergeRows } from "./page.ts";

/** What of a page is on the screen: it holds still while newer answers come in, until `key` changes or `showNew`. */
export const useShownPage = (key: string, fresh: DeliveryPage | undefined): { page: ShownPage | undefined; showNew: () => void } =>
  useShownRows(key, fresh, keyOf);

/** `useShownPage` for any rows. */
export function useShownRows<Row>(
  key: string,
  fresh: RowPage<Row> | undefined,
  idOf: (row: Row) => string,
): { page: ShownRows<Row> | undefined; showNew: () => void } {
  const [state, setState] = useState<{ key: string; fresh: RowPage<Row>; page: ShownRows<Row> } | null>(null);
  let current = state;
  // Adjusted while rendering, so that no outdated row is ever drawn: https://react.dev/reference/react/useState
  if (fresh !== undefined && fresh !== state?.fresh) {
    const page = state?.key === key ? mergeRows(state.page, fresh, idOf) : asShown(fresh);
    current = { key, fresh, page };
    setState(current);
  }
  const showNew = () => setState((before) => before && { ...before, page: asShown(before.fresh) });
  return { page: current?.page, showNew };
}
