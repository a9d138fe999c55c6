/** The cookie of `view.ts`: `compact&panel=480&deliveries=latency.tries`, of letters that need no escaping. */

export const viewCookie = "webster-view";

export type View = {
  compact: boolean;
  /** The width that was chosen for what stands beside a list. Null: none was. */
  panelPx: number | null;
  /** Of each list the columns that are not as they are at first: shown, or left out. */
  toggled: Readonly<Record<string, readonly string[]>>;
};

export const panelName = "panel";
export const compactName = "compact";

/** Whatever is not as `writeView` writes it counts for nothing. */
export function readView(text: string): View {
  const pairs = text.split("&").map((pair) => pair.split("="));
  const of = (name: string) => pairs.find(([key]) => key === name);
  const panelPx = Number(of(panelName)?.[1]);
  const lists = pairs.flatMap(([list = "", columns = ""]): [string, string[]][] =>
    list === panelName || !/^[a-zA-Z]+$/.test(list) || !/^[a-zA-Z.]+$/.test(columns) ? [] : [[list, columns.split(".").filter(Boolean)]],
  );
  return {
    compact: of(compactName) !== undefined,
    panelPx: Number.isInteger(panelPx) && panelPx > 0 ? panelPx : null,
    toggled: Object.fromEntries(lists),
  };
}
