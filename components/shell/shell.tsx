"use client";

import { MenuIcon, SearchIcon } from "./icons.ts";
import { later } from "../ui/later.tsx";
import { Link } from "../ui/link.tsx";
import { useEffect, useState, type ReactNode } from "react";
import type { SessionOut } from "../../lib/contract/session.ts";
import { Wordmark } from "../brand/wordmark.tsx";
import { type Drawn, Providers } from "../providers.tsx";
import { useRollingSession } from "../session/useRollingSession.ts";
import { IconButton } from "../ui/iconButton.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { useModifier } from "../ui/modifier.ts";
import { useShortcut } from "../ui/shortcuts.ts";
import { Navigation } from "./navigation.tsx";
import { Switcher } from "./switcher.tsx";
import { UserMenu } from "./userMenu.tsx";

// These parts are loaded when they are first opened.
const Palette = later(() => import("./palette.tsx").then((module) => module.default));
const Drawer = later(() => import("./drawer.tsx").then((module) => module.Drawer));
const ShortcutHelp = later(() => import("./shortcutHelp.tsx").then((module) => module.default));

export type ShellProps = {
  session: SessionOut;
  organization: SessionOut["organizations"][number];
  environment: { id: string; name: string };
};

type Open = "nothing" | "palette" | "help" | "drawer";

/** The frame of the dashboard: where one is, where one can go, who one is. */
export function Shell({ children, drawn, ...where }: ShellProps & { drawn: Drawn; children: ReactNode }) {
  const { organization, environment } = where;
  const base = `/${organization.id}/${environment.id}`;
  const [open, setOpen] = useState<Open>("nothing");
  const openOf = (what: Open) => ({ open: open === what, onOpenChange: (opens: boolean) => setOpen(opens ? what : "nothing") });
  const [wasOpened, setWasOpened] = useState<ReadonlySet<Open>>(new Set());
  const show = (what: Open) => {
    setWasOpened((before) => new Set([...before, what]));
    setOpen(what);
  };
  useShortcut("mod+k", "Go to a page, or to an id", () => show("palette"));
  useShortcut("?", "Show the keys", () => show("help"));
  useRemembered(environment.id);
  useRollingSession();
  const modifier = useModifier();

  const sidebar = (
    <>
      <div className="px-3 pt-3 pb-2">
        <Switcher {...where} />
      </div>
      <Navigation base={base} onGo={() => setOpen("nothing")} />
      <div className="mt-auto border-t border-line p-2">
        <UserMenu {...where} onHelp={() => show("help")} />
      </div>
    </>
  );

  return (
    <Providers session={where.session} drawn={drawn}>
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-solid px-3 py-2 text-on-solid focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <div className="flex min-h-dvh flex-1 flex-col sm:flex-row">
        <header className="sticky top-0 z-20 flex h-13 shrink-0 items-center gap-1 border-b border-line bg-surface px-2 sm:hidden print:hidden">
          <IconButton label="Open navigation" aria-haspopup="dialog" onClick={() => show("drawer")}>
            <MenuIcon className="size-5" aria-hidden="true" />
          </IconButton>
          <Home base={base} />
          <span className="ml-auto max-w-32 truncate text-sm text-ink-muted">{environment.name}</span>
          <IconButton label="Search" onClick={() => show("palette")}>
            <SearchIcon className="size-5" aria-hidden="true" />
          </IconButton>
        </header>
        <div className="sticky top-0 flex h-dvh w-54 shrink-0 flex-col border-r border-line bg-surface max-sm:hidden print:hidden">
          <header className="flex h-13 items-center px-4">
            <Home base={base} />
          </header>
          <div className="px-3">
            <button
              type="button"
              onClick={() => show("palette")}
              className="flex h-8 w-full items-center gap-2 rounded-md border border-line px-2 text-sm text-ink-muted transition-colors hover:border-line-strong hover:text-ink"
            >
              <SearchIcon className="size-3.5" aria-hidden="true" />
              Search
              <span className="ml-auto" aria-hidden="true">
                <Kbd>{modifier === "⌘" ? "⌘K" : `${modifier} K`}</Kbd>
              </span>
            </button>
          </div>
          {sidebar}
        </div>
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 px-4 py-5 outline-none sm:px-6">
          <div className="mx-auto max-w-7xl">{children}</div>
        </main>
      </div>
      {wasOpened.has("drawer") && <Drawer {...openOf("drawer")}>{sidebar}</Drawer>}
      {wasOpened.has("palette") && <Palette {...openOf("palette")} base={base} session={where.session} onHelp={() => show("help")} />}
      {wasOpened.has("help") && <ShortcutHelp {...openOf("help")} />}
    </Providers>
  );
}

const Home = ({ base }: { base: string }) => (
  <Link href={base} className="-mx-1 rounded-sm px-1" aria-label="Webster, overview">
    <Wordmark />
  </Link>
);

/** The start page leads to the environment that was open last. */
function useRemembered(environmentId: string): void {
  useEffect(() => {
    document.cookie = `webster-environment=${environmentId}; path=/; max-age=${365 * 24 * 3600}; samesite=lax`;
  }, [environmentId]);
}
