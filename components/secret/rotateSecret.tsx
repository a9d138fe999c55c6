"use client";

import type { EndpointSignatureOut } from "../../lib/contract/signature.ts";
import type { EndpointKey } from "../endpoint/queries.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { LabelledSelect } from "../form/labelledSelect.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
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
  const rotate = useRotateSecret(endpoint);
  const form = useApiForm({
    initial: { overlap: String(daySeconds), key: "" },
    title: "The secret was not rotated",
    check: () => ({}),
    save: async (draft) => {
      const key = draft.key.trim() === "" ? {} : { key: draft.key.trim() };
      await rotate.mutateAsync({ gracePeriodSeconds: Number(draft.overlap), ...key });
      toast.good(
        draft.overlap === "0" || style === "github" ? "Secret rotated; the old one no longer signs" : "Secret rotated; both sign for now",
      );
      close();
    },
  });
  const { overlap } = form.draft;
  return (
    <Form form={form} className="space-y-4">
      {style !== "github" && (
        <LabelledSelect
          label="The old secret goes on signing for"
          options={overlaps}
          value={overlap}
          onChange={(next) => form.set({ overlap: next })}
        />
      )}
      {(overlap === "0" || style === "github") && (
        <Alert tone="warn" title="Receivers refuse messages until they have the new secret">
          {style === "github" ? "Messages that they refused are tried again." : "Choose this if the old secret has leaked."}
        </Alert>
      )}
      <TextField
        name="key"
        label="New secret"
        placeholder="Made for you"
        help={
          style === "stripe" || style === "github"
            ? "Leave it empty unless you bring your own: 16 to 200 characters."
            : "Leave it empty unless you bring your own: whsec_ and 24 to 75 bytes in base64."
        }
        autoComplete="off"
        spellCheck={false}
      />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Rotate secret
        </Button>
      </DialogActions>
    </Form>
  );
}
