"use client";

import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { ReceivedRequestDetail, VerifyAgainOut } from "../../lib/contract/receivedRequest.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { toast } from "../ui/toast.tsx";
import { May } from "../session/may.tsx";
import { diagnosisQuery, useRelease, useVerifyAgain } from "./queries.ts";

const wordsOf = {
  rejected: {
    again: "Verify again",
    good: "It verifies now: release it",
    bad: "It still does not verify",
    force: "Release unverified",
    why: "Nothing proves who sent it.",
  },
  filtered: {
    again: "Check again",
    good: "It passes now: release it",
    bad: "It still does not pass",
    force: "Release unfiltered",
    why: "The source’s filter holds it back.",
  },
} as const;

/** Verifies a request again and releases it if it holds; else only by who vouches for it. A duplicate has held already. */
export function ReleaseOne({ request: { id, verdict } }: { request: ReceivedRequestDetail }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const verify = useVerifyAgain();
  const release = useRelease();
  const words = wordsOf[verdict === "filtered" ? "filtered" : "rejected"];
  const told = ({ ok, detail }: VerifyAgainOut) => {
    if (ok) toast.good(words.good);
    else toast.bad(`${words.bad}: ${detail ?? "no reason was given"}`);
    void client.invalidateQueries(diagnosisQuery(id));
  };
  const failed = (error: Error) => toast.bad(error.message);
  const isDuplicate = verdict === "duplicate";
  const releasing = (
    <Button
      variant={isDuplicate ? "secondary" : "primary"}
      pending={release.isPending}
      onClick={() => release.mutate({ id, force: false }, { onSuccess: () => toast.good("Released"), onError: failed })}
    >
      {isDuplicate ? "Release as its own message" : "Release request"}
    </Button>
  );
  if (isDuplicate) return releasing;
  return (
    <>
      <Button variant="secondary" pending={verify.isPending} onClick={() => verify.mutate(id, { onSuccess: told, onError: failed })}>
        {words.again}
      </Button>
      {releasing}
      <May least="admin">
        <Button variant="quiet" onClick={() => setAsking(true)}>
          {words.force}
        </Button>
        <ConfirmDialog
          open={asking}
          onOpenChange={setAsking}
          title={words.force}
          typed="release"
          onConfirm={async () => {
            await release.mutateAsync({ id, force: true });
            toast.good("Released");
          }}
        >
          <p>{words.why} It goes to the endpoints all the same, and you vouch for it; that is noted in the audit log.</p>
        </ConfirmDialog>
      </May>
    </>
  );
}
