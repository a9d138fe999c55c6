"use client";

import { usePathname } from "next/navigation";
import { useEnvironmentPath } from "../environmentPath.ts";
import { usePortal } from "../session/portalSession.tsx";
import { NotThere, PageError } from "../ui/notThere.tsx";

type Subject = {
  /** Of the address, behind the environment's. */ pattern: RegExp;
  noun: string;
  /** From what the address names. */ back: (name: string) => string;
  label: string;
};

/** The pages about one thing: what it is called, and where it is looked for. */
const subjects: Subject[] = [
  { pattern: /^\/applications\/[^/]+$/, noun: "application", back: () => "/applications", label: "All applications" },
  { pattern: /^\/deliveries\/[^/]+\/[^/]+$/, noun: "delivery", back: () => "/deliveries", label: "All deliveries" },
  { pattern: /^\/endpoints\/[^/]+\/[^/]+$/, noun: "endpoint", back: () => "/endpoints", label: "All endpoints" },
  { pattern: /^\/event-types\/[^/]+$/, noun: "event type", back: () => "/event-types", label: "All event types" },
  { pattern: /^\/messages\/[^/]+$/, noun: "message", back: () => "/messages", label: "All messages" },
  {
    pattern: /^\/polling\/([^/]+)\/[^/]+$/,
    noun: "polling endpoint",
    back: (application) => `/applications/${application}`,
    label: "The application",
  },
  { pattern: /^\/sources\/[^/]+$/, noun: "source", back: () => "/sources", label: "All sources" },
  { pattern: /^\/sources\/[^/]+\/[^/]+$/, noun: "request", back: () => "/sources", label: "All sources" },
];

/** An address that leads to no page, or to one about a thing that isn't there, inside the frame. */
export function NothingHere() {
  const path = useEnvironmentPath();
  const isPortal = usePortal() !== null;
  const address = usePathname().slice(path("").length);
  for (const { pattern, noun, back, label } of subjects) {
    const named = pattern.exec(address);
    if (named === null) continue;
    return (
      <PageError
        noun={noun}
        error={{ status: 404, message: "" }}
        onRetry={() => undefined}
        back={{ href: path(back(named[1] ?? "")), label }}
      />
    );
  }
  return (
    <NotThere
      title="There is no such page"
      lead="The address may be mistyped, or the page has moved."
      back={isPortal ? { href: path("/endpoints"), label: "Your endpoints" } : { href: path(""), label: "Overview" }}
    />
  );
}
