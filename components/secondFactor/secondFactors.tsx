"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AppStartedOut, SecondFactorOut } from "../../lib/contract/secondFactor.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { AppDialog } from "./appDialog.tsx";
import { CodesDialog } from "./codesDialog.tsx";
import { AddPasskeyDialog, PasskeyTable } from "./passkeys.tsx";
import { useProof } from "./proof.tsx";
import { secondFactorQuery, startApp, useRemoveApp, useRenewCodes } from "./queries.ts";

const few = 3;

type Open = "addPasskey" | "removeApp" | "renewCodes" | null;

/** One's app, passkeys and recovery codes. `onSetUp`: a factor has been added, and its recovery codes were seen. */
export function SecondFactors({ onSetUp }: { onSetUp?: () => void }) {
  const { data, error, refetch } = useQuery(secondFactorQuery);
  const { prove, dialog } = useProof();
  const [started, setStarted] = useState<AppStartedOut | null>(null);
  const [open, setOpen] = useState<Open>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const removeApp = useRemoveApp();
  const renew = useRenewCodes();
  if (error !== null && data === undefined) return <ErrorState what="Your second factors" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-40 max-w-md" />;

  const close = () => setOpen(null);
  const begin = () => void prove(startApp).then(setStarted, (fault: Error) => toast.bad(fault.message));
  const added = (made: string[] | null) => {
    setStarted(null);
    close();
    if (made === null) onSetUp?.();
    else setCodes(made);
  };
  return (
    <div className="space-y-6">
      <App data={data} onSetUp={begin} onRemove={() => setOpen("removeApp")} />
      <div className="space-y-3">
        <h3 className="font-medium">Passkeys</h3>
        {data.passkeys.length > 0 && <PasskeyTable passkeys={data.passkeys} prove={prove} />}
        <PasskeyPlace origin={data.passkeysAt} none={data.passkeys.length === 0} onAdd={() => setOpen("addPasskey")} />
      </div>
      {(data.app !== null || data.passkeys.length > 0) && <Codes left={data.recoveryCodesLeft} onRenew={() => setOpen("renewCodes")} />}
      <AppDialog started={started} onClose={() => setStarted(null)} prove={prove} onDone={added} />
      <AddPasskeyDialog open={open === "addPasskey"} onClose={close} prove={prove} onDone={added} />
      <ConfirmDialog
        open={open === "removeApp"}
        onOpenChange={close}
        title="Remove authenticator app"
        onConfirm={async () => {
          await prove(() => removeApp.mutateAsync());
          toast.good("Authenticator app removed");
        }}
      >
        <p>
          Its codes stop working at once.{" "}
          {data.passkeys.length === 0 && "From then on you sign in with your password alone, and your recovery codes stop working, too."}
        </p>
      </ConfirmDialog>
      <ConfirmDialog
        open={open === "renewCodes"}
        onOpenChange={close}
        title="Make new recovery codes"
        onConfirm={async () => {
          const { recoveryCodes } = await prove(() => renew.mutateAsync());
          setCodes(recoveryCodes);
        }}
      >
        <p>The recovery codes that you have now stop working at once.</p>
      </ConfirmDialog>
      <CodesDialog
        codes={codes}
        onClose={() => {
          setCodes(null);
          onSetUp?.();
        }}
      />
      {dialog}
    </div>
  );
}

function App({ data: { app }, onSetUp, onRemove }: { data: SecondFactorOut; onSetUp: () => void; onRemove: () => void }) {
  return (
    <div className="space-y-3">
      <h3 className="font-medium">Authenticator app</h3>
      {app === null ? (
        <>
          <p className="max-w-prose text-sm text-ink-muted">
            An app on your phone, or your password manager, shows six digits that change every 30 seconds.
          </p>
          <Button variant="secondary" onClick={onSetUp}>
            Set up authenticator app
          </Button>
        </>
      ) : (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
          <p>
            Set up <Time at={app.createdAt} />
            {app.lastUsedAt !== null && (
              <>
                , last used <Time at={app.lastUsedAt} />
              </>
            )}
          </p>
          <Button variant="secondary" size="small" onClick={onRemove}>
            Remove app
          </Button>
        </div>
      )}
    </div>
  );
}

/** `origin`: where passkeys are made; null: nowhere. */
function PasskeyPlace({ origin, none, onAdd }: { origin: string | null; none: boolean; onAdd: () => void }) {
  if (origin === null)
    return (
      <p className="max-w-prose text-sm text-ink-muted">
        Browsers keep passkeys for names alone, and this Webster is reached by an IP address. Whoever runs it can give it a name with
        WEBSTER_URL.
      </p>
    );
  if (origin !== window.location.origin)
    return (
      <p className="max-w-prose text-sm text-ink-muted">
        Passkeys of this Webster are made at{" "}
        <a href={origin + window.location.pathname} className="text-accent underline underline-offset-2 wrap-anywhere">
          {origin}
        </a>
        , where you have to sign in.
      </p>
    );
  return (
    <>
      {none && (
        <p className="max-w-prose text-sm text-ink-muted">
          With your device, its finger or face, or a security key. One that asks you for a finger, face or PIN signs you in without a
          password too.
        </p>
      )}
      <Button variant="secondary" onClick={onAdd}>
        Add passkey
      </Button>
    </>
  );
}

function Codes({ left, onRenew }: { left: number; onRenew: () => void }) {
  return (
    <div className="space-y-3">
      <h3 className="font-medium">Recovery codes</h3>
      {left <= few ? (
        <Alert
          tone="warn"
          title={left === 0 ? "No recovery code is left" : left === 1 ? "One recovery code is left" : `${left} recovery codes are left`}
        >
          Make new ones, so that you get in when you have lost your second factor.
        </Alert>
      ) : (
        <p className="text-sm text-ink-muted">{left} are left. Each signs you in once, when you have lost your second factor.</p>
      )}
      <Button variant="secondary" size="small" onClick={onRenew}>
        Make new recovery codes
      </Button>
    </div>
  );
}
