"use client";

import { Link } from "../ui/link.tsx";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import type { PortalSessionOut } from "../../lib/contract/portalAccess.ts";
import { api, type ApiError } from "../api.ts";
import { type Drawn, Providers } from "../providers.tsx";
import { PortalSession } from "../session/portalSession.tsx";
import { Button } from "../ui/button.tsx";
import { leave } from "../ui/leaving.ts";
import { toast } from "../ui/toast.tsx";
import { FrameHeight } from "./frameHeight.tsx";
import { LogOutIcon } from "../ui/moreIcons.ts";

const pages = [
  { href: "/portal/endpoints", label: "Endpoints" },
  { href: "/portal/deliveries", label: "Deliveries" },
  { href: "/portal/event-types", label: "Event types" },
];

type PortalShellProps = {
  session: PortalSessionOut;
  drawn: Drawn;
  children: ReactNode;
};

/** The frame of the portal: whose it is, and its three pages. Also inside a frame of the product that gave the link. */
export function PortalShell({ session, drawn, children }: PortalShellProps) {
  const pathname = usePathname();
  return (
    <Providers drawn={drawn}>
      <PortalSession session={session}>
        <FrameHeight />
        <a
          href="#main"
          className="sr-only z-50 rounded-md bg-solid px-3 py-2 text-on-solid focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        >
          Skip to the page
        </a>
        <header className="border-b border-line bg-surface" data-portal={session.application.id}>
          <div className="mx-auto flex max-w-5xl flex-wrap items-center gap-x-6 px-4 sm:px-6">
            <div className="flex h-13 min-w-0 items-center gap-3">
              <span className="truncate text-lg font-semibold tracking-tight">{session.organizationName}</span>
              <span className="truncate text-sm text-ink-muted">{session.application.name}</span>
            </div>
            <nav aria-label="Portal" className="order-last flex gap-1 max-sm:w-full sm:order-none">
              {pages.map(({ href, label }) => {
                const current = pathname === href || pathname.startsWith(`${href}/`);
                return (
                  <Link
                    key={href}
                    href={href}
                    aria-current={current ? "page" : undefined}
                    className={`flex h-9 items-center rounded-md px-2.5 text-sm max-sm:h-11 ${current ? "bg-accent-wash font-medium text-accent" : "text-ink-muted hover:bg-sunken hover:text-ink"}`}
                  >
                    {label}
                  </Link>
                );
              })}
            </nav>
            <span className="ml-auto">
              <Button variant="quiet" size="small" onClick={() => leave(() => void endSession())}>
                <LogOutIcon className="size-4" aria-hidden="true" />
                Leave
              </Button>
            </span>
          </div>
        </header>
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-5xl min-w-0 flex-1 px-4 py-5 outline-none sm:px-6">
          {children}
        </main>
      </PortalSession>
    </Providers>
  );
}

/** The token is refused from then on; a new link opens a new session. */
async function endSession(): Promise<void> {
  try {
    await api.post("/auth/logout");
  } catch (error) {
    // 401: it has ended already.
    if ((error as ApiError).status !== 401) return toast.bad((error as ApiError).message);
  }
  window.location.assign("/portal");
}
