"use client";

import { LaterItems, MenuCheck, MenuChoice, MenuLabel, MenuSeparator } from "./menuItems.tsx";
import { isShown } from "./shownColumns.ts";
import { changeView } from "./changeView.ts";
import { useView } from "./view.ts";

export type ChoosableColumn = { key: string; header: string; extra?: boolean };

/** What identifies a row stays, and so does what can be done with it. */
const choosable = (columns: readonly ChoosableColumn[]) => columns.filter(({ key }, at) => at > 0 && key !== "actions");

export function ColumnsMenuItems({ list, columns }: { list: string; columns: readonly ChoosableColumn[] }) {
  const { compact, toggled } = useView();
  const own = toggled[list] ?? [];
  const toggle = (key: string) => {
    const next = own.includes(key) ? own.filter((one) => one !== key) : [...own, key];
    changeView((view) => ({ toggled: { ...view.toggled, [list]: next } }));
  };
  return (
    <LaterItems>
      <MenuLabel>Where there is room for them</MenuLabel>
      {choosable(columns).map((column) => (
        <MenuCheck key={column.key} checked={isShown(column, own)} onChange={() => toggle(column.key)}>
          {column.header}
        </MenuCheck>
      ))}
      <MenuSeparator />
      <MenuLabel>Rows of all lists</MenuLabel>
      {[false, true].map((isCompact) => (
        <MenuChoice key={String(isCompact)} chosen={compact === isCompact} onChoose={() => changeView(() => ({ compact: isCompact }))}>
          {isCompact ? "Compact" : "Comfortable"}
        </MenuChoice>
      ))}
    </LaterItems>
  );
}
