"use client";

import { useEffect, useRef, useState, type FormEvent } from "react";
import { ApiError } from "../api.ts";
import { type Faults, type FieldOf, faultsOfIssues, hasFaults } from "./faults.ts";
import { focusFirstFault } from "./faultSummary.tsx";

/**
 * A form's way to the API: checked, sent once at a time, and told what is wrong with the focus on it. `save` throws what the
 * API refuses with. `fieldOf`: which field shows what the API says of a place. `form` is for the element.
 */
export function useSaving(check: () => Faults, save: () => Promise<unknown>, fieldOf?: FieldOf) {
  const [faults, setFaults] = useState<Faults>({});
  const [pending, setPending] = useState(false);
  const ref = useRef<HTMLFormElement>(null);

  // The faults get the focus when they have been drawn: a frame may come before that.
  useEffect(() => {
    if (hasFaults(faults)) focusFirstFault(ref);
  }, [faults]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    const found = check();
    if (hasFaults(found)) return setFaults(found);
    setFaults({});
    setPending(true);
    try {
      await save();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFaults(error.issues.length > 0 ? faultsOfIssues(error.issues, fieldOf) : { "": error.detail });
    } finally {
      setPending(false);
    }
  };

  return { faults, pending, form: { ref, onSubmit: (event: FormEvent) => void submit(event), noValidate: true } };
}
