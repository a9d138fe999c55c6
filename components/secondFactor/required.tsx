"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { signOut } from "../session/signIn.ts";
import { Button } from "../ui/button.tsx";
import { leave } from "../ui/leaving.ts";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { toast } from "../ui/toast.tsx";
import { Providers } from "../providers.tsx";
import { ProofForms } from "./proof.tsx";
import { secondFactorQuery } from "./queries.ts";
import { SecondFactors } from "./secondFactors.tsx";

type Elsewhere = { name: string; path: string };

/** All that an organization shows which requires a second factor, to a session that has shown none. `elsewhere`: those that are open. */
export function SecondFactorRequired({ elsewhere }: { elsewhere: readonly Elsewhere[] }) {
  return (
    <Providers>
      <SetUpOrShow />
      <div className="mt-8 flex flex-wrap items-center gap-x-4 gap-y-3 border-t border-line pt-5 text-sm">
        {elsewhere.map(({ name, path }) => (
          <a key={path} href={path} className="text-accent underline underline-offset-2">
            Go to {name}
          </a>
        ))}
        <Button variant="secondary" size="small" onClick={() => leave(() => void signOutHere())}>
          Sign out
        </Button>
      </div>
    </Providers>
  );
}

async function signOutHere(): Promise<void> {
  if (await signOut()) window.location.assign("/login");
  else toast.bad("Webster could not be reached. Try again.");
}

// A new document: the layout asks anew.
const goOn = () => window.location.reload();

function SetUpOrShow() {
  const { data, error, refetch } = useQuery(secondFactorQuery);
  // Whoever is setting one up has one in the middle of it, and has yet to see its recovery codes.
  const [isShowing, setShowing] = useState<boolean | null>(null);
  if (error !== null && data === undefined) return <ErrorState what="Your second factors" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-40 max-w-md" />;
  if (isShowing === null) setShowing((data.app !== null || data.passkeys.length > 0) && !data.shown);
  if (isShowing !== true)
    return (
      <>
        <h2 className="sr-only">Ways to show one</h2>
        <SecondFactors onSetUp={goOn} />
      </>
    );
  return (
    <div className="max-w-sm space-y-4">
      <p className="text-ink-muted">You have one: show it, for this browser.</p>
      <ProofForms onlyFactors onProven={goOn} />
    </div>
  );
}
