"use client";

import { useQuery } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { leadsElsewhere, Link } from "../ui/link.tsx";
import type { DeliveryFilter } from "../../lib/contract/delivery.ts";
import type { SavedViewOut } from "../../lib/contract/savedView.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import type { Faults } from "../form/faults.ts";
import { CheckboxField, TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { useMembership } from "../session/queries.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/iconButton.tsx";
import { Dialog } from "../ui/overlay.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { toast } from "../ui/toast.tsx";
import { clockMs } from "../ui/clock.ts";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { duration } from "../delivery/format.ts";
import { isOpenView, searchOfView, withinOf } from "./openedView.ts";
import { savedViewsQuery, useChangeView, useDeleteView, useSaveView } from "./queries.ts";
import { lineIcon } from "../ui/lineIcon.tsx";

const PencilIcon = lineIcon(Pencil);
const Trash2Icon = lineIcon(Trash2);

type ViewsDialogProps = {
  /** Null: nothing is filtered, so there is nothing to save. */ filter: DeliveryFilter | null;
  onClose: () => void;
};

/** One's own filters by name, and those of the team: to open, to save, to share. */
export function ViewsDialog({ filter, onClose }: ViewsDialogProps) {
  const { data, error, refetch } = useQuery(savedViewsQuery);
  return (
    <Dialog open onOpenChange={onClose} title="Saved views" lead="Filters of the log under a name.">
      <div className="space-y-6">
        {filter !== null && <SaveForm filter={filter} onSaved={onClose} />}
        {data !== undefined ? (
          data.data.length === 0 ? (
            <p className="text-sm text-ink-muted">
              {filter === null ? "None yet. Filter the log, then save the filters here." : "No other view is saved yet."}
            </p>
          ) : (
            <ul className="divide-y divide-line border-y border-line" aria-label="Views">
              {data.data.map((view) => (
                <ViewRow key={view.id} view={view} current={filter !== null && isOpenView(view, filter)} onOpen={onClose} />
              ))}
            </ul>
          )
        ) : error !== null ? (
          <ErrorState what="The saved views" error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton className="h-20 w-full" />
        )}
      </div>
    </Dialog>
  );
}

const faultsOfName = ({ name }: { name: string }): Faults => (name.trim() === "" ? { name: "Give the view a name" } : {});

function SaveForm({ filter, onSaved }: { filter: DeliveryFilter; onSaved: () => void }) {
  const { may } = useMembership();
  const save = useSaveView();
  const [withinSeconds] = useState(() => withinOf(filter, clockMs()));
  const form = useApiForm({
    initial: { name: "", shared: false, relative: true },
    title: "The view was not saved",
    conflict: "name",
    check: faultsOfName,
    save: async ({ name, shared, relative }) => {
      await save.mutateAsync({ name: name.trim(), filter, shared, withinSeconds: relative ? withinSeconds : null });
      onSaved();
      toast.good(`View ${name.trim()} saved`);
    },
  });
  return (
    <Form form={form} className="space-y-3">
      <TextField name="name" label="Save these filters as" autoComplete="off" maxLength={60} />
      {withinSeconds !== null && (
        <CheckboxField name="relative" label={`Always the last ${duration(withinSeconds * 1000)}, whenever it is opened`} />
      )}
      {may("member") && <CheckboxField name="shared" label="Share with the team" />}
      <Button type="submit" pending={form.isSubmitting}>
        Save view
      </Button>
    </Form>
  );
}

type ViewRowProps = { view: SavedViewOut; /** Its filters are those of the log. */ current: boolean; onOpen: () => void };

function ViewRow({ view, current, onOpen }: ViewRowProps) {
  const router = useRouter();
  const [isRenaming, setRenaming] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const row = useFocus(isRenaming);
  const path = useEnvironmentPath();
  const { may } = useMembership();
  const change = useChangeView();
  const remove = useDeleteView();
  const hrefNow = () => path(`/deliveries${searchOfView(view, clockMs())}`);
  if (isRenaming)
    return (
      <li ref={row} className="py-3">
        <RenameForm view={view} close={() => setRenaming(false)} />
      </li>
    );
  return (
    <li ref={row} className="flex min-h-11 items-center gap-3 text-sm">
      <Link
        href={hrefNow()}
        aria-current={current ? "true" : undefined}
        onClick={(event) => {
          onOpen();
          // What is relative in time counts from the click, not from when the list was drawn.
          if (view.withinSeconds === null || leadsElsewhere(event)) return;
          event.preventDefault();
          router.push(hrefNow());
        }}
        className="min-w-0 flex-1 truncate rounded-sm font-medium underline-offset-4 hover:underline"
      >
        {view.name}
        {view.withinSeconds !== null && <span className="ml-2 font-normal text-ink-muted">last {duration(view.withinSeconds * 1000)}</span>}
      </Link>
      {current && <span className="text-accent">open now</span>}
      {view.own && may("member") ? (
        <label className="flex items-center gap-2 text-ink-muted">
          <input
            type="checkbox"
            className="size-4 accent-solid"
            checked={view.shared}
            onChange={(event) =>
              change.mutate({ id: view.id, shared: event.target.checked }, { onError: (fault) => toast.bad(fault.message) })
            }
          />
          shared<span className="sr-only">: {view.name}</span>
        </label>
      ) : (
        view.shared && <span className="text-ink-muted">shared</span>
      )}
      {view.own && (
        <IconButton data-rename="" label={`Rename ${view.name}`} onClick={() => setRenaming(true)}>
          <PencilIcon className="size-4" aria-hidden="true" />
        </IconButton>
      )}
      {(view.own || may("admin")) && (
        <IconButton label={`Delete ${view.name}`} onClick={() => setDeleting(true)}>
          <Trash2Icon className="size-4" aria-hidden="true" />
        </IconButton>
      )}
      <ConfirmDialog open={isDeleting} onOpenChange={setDeleting} title="Delete view" onConfirm={() => remove.mutateAsync(view.id)}>
        <p className="wrap-anywhere">
          {view.name} is gone{view.shared ? " for the whole team" : ""}. What it finds stays.
        </p>
      </ConfirmDialog>
    </li>
  );
}

/** Where a row turns into a form the focus goes into it, and back to what turned it. */
function useFocus(isRenaming: boolean) {
  const row = useRef<HTMLLIElement>(null);
  const shown = useRef(isRenaming);
  useEffect(() => {
    if (shown.current !== isRenaming) row.current?.querySelector<HTMLElement>(isRenaming ? "input" : "[data-rename]")?.focus();
    shown.current = isRenaming;
  }, [isRenaming]);
  return row;
}

function RenameForm({ view, close }: { view: SavedViewOut; close: () => void }) {
  const change = useChangeView();
  const form = useApiForm({
    initial: { name: view.name },
    title: "The view was not renamed",
    conflict: "name",
    check: faultsOfName,
    save: async ({ name }) => {
      if (name.trim() !== view.name) await change.mutateAsync({ id: view.id, name: name.trim() });
      close();
    },
  });
  return (
    <Form form={form} className="space-y-2">
      <TextField name="name" label={`New name of ${view.name}`} autoComplete="off" maxLength={60} />
      <div className="flex gap-2">
        <Button type="submit" size="small" pending={form.isSubmitting}>
          Rename view
        </Button>
        <Button variant="quiet" size="small" onClick={close}>
          Cancel
        </Button>
      </div>
    </Form>
  );
}
