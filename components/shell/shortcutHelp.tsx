"use client";

import { useState } from "react";
import { Kbd } from "../ui/kbd.tsx";
import { useModifier } from "../ui/modifier.ts";
import { Dialog } from "../ui/overlay.tsx";
import { activeShortcuts, useSingleKeys } from "../ui/shortcuts.ts";

type ShortcutHelpProps = { open: boolean; onOpenChange: (open: boolean) => void };

/** The keys that do something here, and the switch that turns single ones off. */
export default function ShortcutHelp(props: ShortcutHelpProps) {
  return (
    <Dialog {...props} title="Keys" lead="They do nothing while you type in a field.">
      <Keys />
    </Dialog>
  );
}

function Keys() {
  const [shortcuts] = useState(activeShortcuts);
  const modifier = useModifier();
  const [singleKeys, setSingleKeys] = useSingleKeys();
  const always = [
    { keys: "Enter", does: "Open the row" },
    { keys: "Esc", does: "Close what is open" },
  ];
  return (
    <>
      <dl className="divide-y divide-line border-y border-line text-sm">
        {[...shortcuts, ...always].map(({ keys, does }) => (
          <div key={keys} className="flex h-9 items-center justify-between gap-4">
            <dt>{does}</dt>
            <dd className="flex gap-1">
              {keys.split("+").map((key) => (
                <Kbd key={key}>{key === "mod" ? modifier : key.length === 1 && keys.includes("+") ? key.toUpperCase() : key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="mt-4 flex items-center gap-2 text-sm max-sm:min-h-11">
        <input
          type="checkbox"
          className="size-4 accent-solid"
          checked={singleKeys}
          onChange={(event) => setSingleKeys(event.target.checked)}
        />
        Single keys do something
      </label>
    </>
  );
}
