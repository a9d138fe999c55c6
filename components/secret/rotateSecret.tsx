"use client";

import { useId, useState, type FormEvent } from "react";
import type { EndpointSignatureOut } from "../../lib/contract/signature.ts";
import type { EndpointKey } from "../endpoint/queries.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { Select } from "../ui/select.tsx";
import { toast } from "../ui/toast.tsx";
import { useRotateSecret } from "./queries.ts";

const daySeconds = 86_400;
const overlaps = [
  { value: String(daySeconds), label: "1 day" },
  { value: String(2 * daySeconds), label: "2 days" },
  { value: String(3 * daySeconds), label: "3 days" },
  { value: String(4 * daySeconds), label: "4 days" },
  { value: String(5 * daySeconds), label: "5 days" },
  { value: String(6 * daySeconds), label: "6 days" },
  { value: String(7 * daySeconds), label: "7 days" },
  { value: "0", label: "Not at all: it stops signing at once" },
];

type RotateProps = { endpoint: EndpointKey; style: Style; open: boolean; onOpenChange: (open: boolean) => void };
type Style = EndpointSignatureOut["style"];

export function RotateSecretDialog({ endpoint, style, open, onOpenChange }: RotateProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Rotate secret"
      lead={
        style === "github"
          ? "A new secret signs from now on, alone: GitHub’s header holds one signature. Give the receiver the new secret first, beside the old one."
          : "A new secret signs from now on. The old one signs beside it for a while, so that no message is refused during the change."
      }
    >
      <Rotate endpoint={endpoint} style={style} close={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Rotate({ endpoint, style, close }: { endpoint: EndpointKey; style: Style; close: () => void }) {
  const id = useId();
  const [overlap, setOverlap] = useState(String(daySeconds));
  const [own, setOwn] = useState("");
  const rotate = useRotateSecret(endpoint);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const key = own.trim() === "" ? {} : { key: own.trim() };
    rotate.mutate(
      { gracePeriodSeconds: Number(overlap), ...key },
      {
        onSuccess: () => {
          toast.good(
            overlap === "0" || style === "github" ? "Secret rotated; the old one no longer signs" : "Secret rotated; both sign for now",
          );
          close();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      {rotate.error && <Alert tone="bad" live title={rotate.error.message} />}
      {style !== "github" && (
        <div>
          <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
            The old secret goes on signing for
          </label>
          <Select id={id} options={overlaps} value={overlap} onChange={(event) => setOverlap(event.target.value)} />
        </div>
      )}
      {(overlap === "0" || style === "github") && (
        <Alert tone="warn" title="Receivers refuse messages until they have the new secret">
          {style === "github" ? "Messages that they refused are tried again." : "Choose this if the old secret has leaked."}
        </Alert>
      )}
      <Field
        label="New secret"
        placeholder="Made for you"
        help={
          style === "stripe" || style === "github"
            ? "Leave it empty unless you bring your own: 16 to 200 characters."
            : "Leave it empty unless you bring your own: whsec_ and 24 to 75 bytes in base64."
        }
        autoComplete="off"
        spellCheck={false}
        value={own}
        onChange={(event) => setOwn(event.target.value)}
      />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={rotate.isPending}>
          Rotate secret
        </Button>
      </DialogActions>
    </form>
  );
}
