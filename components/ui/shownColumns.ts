"use client";

import { useMemo } from "react";
import { useView } from "./view.ts";

type Choosable = { key: string; extra?: boolean };

/** The columns that a person wants to see of the list of that name. */
export function useShownColumns<C extends Choosable>(list: string | undefined, columns: readonly C[]): readonly C[] {
  const { toggled } = useView();
  const own = list === undefined ? undefined : toggled[list];
  return useMemo(() => columns.filter((column) => isShown(column, own)), [columns, own]);
}

export const isShown = ({ key, extra = false }: Choosable, toggled: readonly string[] | undefined): boolean =>
  (toggled?.includes(key) ?? false) === extra;
