"use client";

import type { SourceOut } from "../../lib/contract/source.ts";
import { Form } from "../form/form.tsx";
import { LabelledSelect } from "../form/labelledSelect.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { useRotateToken } from "./queries.ts";

const overlaps = [
  { value: "172800", label: "2 days" },
  { value: "86400", label: "1 day" },
  { value: "604800", label: "7 days" },
  { value: "3600", label: "1 hour" },
  { value: "0", label: "Not at all" },
];

type RotateTokenProps = { source: SourceOut; open: boolean; onOpenChange: (open: boolean) => void };

export function RotateToken({ source, open, onOpenChange }: RotateTokenProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Rotate URL"
      lead="The source gets a new URL. The old one goes on working for a while."
    >
      <Rotate source={source} close={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Rotate({ source, close }: { source: SourceOut; close: () => void }) {
  const rotate = useRotateToken(source.id);
  const form = useApiForm({
    initial: { overlap: "172800" },
    title: "The URL was not rotated",
    check: () => ({}),
    save: async (draft) => {
      await rotate.mutateAsync(Number(draft.overlap));
      toast.good("URL rotated: give the provider the new one");
      close();
    },
  });
  const { overlap } = form.draft;
  return (
    <Form form={form} className="space-y-4">
      <LabelledSelect
        label="The old URL goes on working for"
        options={overlaps}
        value={overlap}
        onChange={(next) => form.set({ overlap: next })}
      />
      {overlap === "0" && <Alert tone="warn" title="What the provider sends to the old URL is refused from now on" />}
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Rotate URL
        </Button>
      </DialogActions>
    </Form>
  );
}
