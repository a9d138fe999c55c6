"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EndpointAuthenticationOut } from "../../lib/contract/authentication.ts";
import type { EndpointKey } from "../endpoint/queries.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { AuthenticationForm } from "./authenticationForm.tsx";
import { authenticationQuery, useSetAuthentication } from "./queries.ts";
import { dayMs } from "../../lib/words/duration.ts";
import { clockMs } from "../ui/clock.ts";

/** How Webster proves to the receiver who is sending, and the form that changes it. */
export function Authentication(endpoint: EndpointKey) {
  const { data, error, refetch } = useQuery(authenticationQuery(endpoint));
  const [isEditing, setEditing] = useState(false);
  return (
    <section aria-labelledby="authentication" className="max-w-2xl border-t border-line pt-4">
      <h2 id="authentication" className="font-semibold">
        Authentication
      </h2>
      <p className="mt-0.5 mb-3 text-sm text-ink-muted">
        For receivers that ask who is sending before they look at a signature. What is secret in it is not shown again.
      </p>
      {error !== null && data === undefined && <ErrorState what="The authentication" error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Skeleton className="h-16 w-full" />}
      {data !== undefined && isEditing && <AuthenticationForm endpoint={endpoint} shown={data} onDone={() => setEditing(false)} />}
      {data !== undefined && !isEditing && <Shown endpoint={endpoint} shown={data} onEdit={() => setEditing(true)} />}
    </section>
  );
}

type ShownProps = { endpoint: EndpointKey; shown: EndpointAuthenticationOut; onEdit: () => void };

function Shown({ endpoint, shown, onEdit }: ShownProps) {
  const [removing, setRemoving] = useState(false);
  const change = useSetAuthentication(endpoint);
  return (
    <div className="space-y-3">
      {shown.kind === "none" ? <p className="text-sm">None: requests carry their signature only.</p> : <KeyValues facts={factsOf(shown)} />}
      <div className="flex flex-wrap gap-2">
        <Button variant="secondary" size="small" onClick={onEdit}>
          {shown.kind === "none" ? "Set authentication" : "Change authentication"}
        </Button>
        {shown.kind !== "none" && (
          <Button variant="quiet" size="small" onClick={() => setRemoving(true)}>
            Remove authentication
          </Button>
        )}
      </div>
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title="Remove authentication"
        onConfirm={async () => {
          await change.mutateAsync(null);
          toast.good("Authentication removed");
        }}
      >
        <p>Requests carry their signature only. The credentials are deleted.</p>
      </ConfirmDialog>
    </div>
  );
}

const hidden = <span className="text-ink-muted">hidden</span>;

function factsOf(shown: Exclude<EndpointAuthenticationOut, { kind: "none" }>) {
  switch (shown.kind) {
    case "basic":
      return { Kind: "Basic", "User name": shown.username, Password: hidden };
    case "bearer":
      return { Kind: "Bearer token", Token: hidden };
    case "header":
      return { Kind: "API key in a header", Header: shown.name, Value: hidden };
    case "oauth2":
      return {
        Kind: "OAuth2 client credentials",
        "Token URL": <span className="font-mono text-xs">{shown.tokenUrl}</span>,
        "Client id": shown.clientId,
        "Client secret": hidden,
        "Secret sent": shown.clientAuthentication === "client_secret_basic" ? "in the Authorization header" : "in the form",
        Scope: shown.scope,
        Audience: shown.audience,
      };
    case "mtls":
      return {
        Kind: "Client certificate",
        Subject: shown.subject,
        Issuer: shown.issuer,
        Expires: <Expiry at={shown.expiresAt} />,
        "SHA-256": <span className="font-mono text-xs">{shown.fingerprint}</span>,
        "Private key": hidden,
      };
  }
}

const soonMs = 30 * dayMs;

function Expiry({ at }: { at: string }) {
  const [nowMs] = useState(() => clockMs());
  const leftMs = Date.parse(at) - nowMs;
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <Time at={at} ahead interactive />
      {leftMs <= 0 && <Badge tone="bad">Expired</Badge>}
      {leftMs > 0 && leftMs < soonMs && <Badge tone="warn">Soon</Badge>}
    </span>
  );
}
