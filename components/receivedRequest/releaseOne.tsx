"use client";

import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { ReceivedRequestDetail, VerifyAgainOut } from "../../lib/contract/receivedRequest.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { toast } from "../ui/toast.tsx";
import { May } from "../session/may.tsx";
import { diagnosisQuery, useRelease, useVerifyAgain } from "./queries.ts";

/** Verifies it again; what holds is released, what does not only by who vouches for it. */
export function ReleaseOne({ request: { id, verdict } }: { request: ReceivedRequestDetail }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const verify = useVerifyAgain();
  const release = useRelease();
  const isFiltered = verdict === "filtered";
  const forcing = isFiltered ? "Release unfiltered" : "Release unverified";
  const told = ({ ok, detail }: VerifyAgainOut) => {
    if (ok) toast.good(isFiltered ? "It passes now: release it" : "It verifies now: release it");
    else toast.bad(`It still does not ${isFiltered ? "pass" : "verify"}: ${detail ?? "no reason was given"}`);
    void client.invalidateQueries(diagnosisQuery(id));
  };
  const failed = (error: Error) => toast.bad(error.message);
  return (
    <>
      <Button variant="secondary" pending={verify.isPending} onClick={() => verify.mutate(id, { onSuccess: told, onError: failed })}>
        {isFiltered ? "Check again" : "Verify again"}
      </Button>
      <Button
        pending={release.isPending}
        onClick={() => release.mutate({ id, force: false }, { onSuccess: () => toast.good("Released"), onError: failed })}
      >
        Release request
      </Button>
      <May least="admin">
        <Button variant="quiet" onClick={() => setAsking(true)}>
          {forcing}
        </Button>
        <ConfirmDialog
          open={asking}
          onOpenChange={setAsking}
          title={forcing}
          typed="release"
          onConfirm={async () => {
            await release.mutateAsync({ id, force: true });
            toast.good("Released");
          }}
        >
          <p>
            {isFiltered ? "The source’s filter holds it back." : "Nothing proves who sent it."} It goes to the endpoints all the same, and
            you vouch for it; that is noted in the audit log.
          </p>
        </ConfirmDialog>
      </May>
    </>
  );
}
