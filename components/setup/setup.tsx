"use client";

import { useEffect, useState } from "react";
import { useFragmentToken } from "../account/useFragmentToken.ts";
import { isSpent } from "./createOwner.ts";
import { LinkSpent } from "./linkSpent.tsx";
import { SetupForm } from "./setupForm.tsx";

/** The form, if the link behind which it stands still creates an owner. */
export function Setup({ url }: { url: string }) {
  const fragment = useFragmentToken();
  // The address loses the token once the owner is created; what is shown then stays.
  const [token, setToken] = useState<string | null | undefined>(undefined);
  const [spent, setSpent] = useState<boolean | null>(null);

  useEffect(() => {
    if (typeof fragment !== "string") return;
    let current = true;
    void isSpent(fragment).then((answer) => {
      if (!current) return;
      setToken(fragment);
      setSpent(answer);
    });
    return () => {
      current = false;
    };
  }, [fragment]);

  if (fragment === undefined) return null;
  if (fragment === null && typeof token !== "string") return <LinkSpent />;
  if (spent === null || typeof token !== "string") return null;
  return spent ? <LinkSpent /> : <SetupForm token={token} url={url} />;
}
