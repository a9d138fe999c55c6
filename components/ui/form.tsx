"use client";

import { useState, type BaseSyntheticEvent, type ReactNode } from "react";
import {
  FormProvider,
  useForm,
  type DefaultValues,
  type FieldErrors,
  type FieldValues,
  type Resolver,
  type UseFormReturn,
} from "react-hook-form";
import type * as z from "zod/mini";
import "../zodInBrowser.ts";
import { Alert } from "./alert.tsx";

/*
 * Forms on the API's own schemas:
 *
 *   const form = useApiForm({ schema: ApplicationIn, defaultValues: { name: "" }, submit: (input) => create.mutateAsync(input) });
 *   <Form form={form}>
 *     <TextField name="name" label="Name" help="Your customer." />
 *     <Button type="submit" pending={form.isSubmitting}>Create application</Button>
 *   </Form>
 *
 * Faults stand beside their fields and in a summary above; what the API refuses (422) is put beside its field too.
 */

type Issue = { loc: string[]; msg: string };
type Refusal = { detail?: string; issues?: Issue[] };

export type ApiForm = {
  methods: UseFormReturn;
  onSubmit: (event: BaseSyntheticEvent) => void;
  isSubmitting: boolean;
  /** The fault that belongs to no single field. */
  fault: string | null;
  /** Empties the form, or fills it anew. */
  reset: (values?: FieldValues) => void;
};

type ApiFormOptions<S extends z.ZodMiniType> = {
  schema: S;
  defaultValues: DefaultValues<FieldValues>;
  /** Rejects with the API's error. */
  submit: (input: z.output<S>) => Promise<unknown>;
};

export function useApiForm<S extends z.ZodMiniType>({ schema, defaultValues, submit }: ApiFormOptions<S>): ApiForm {
  const [fault, setFault] = useState<string | null>(null);
  const methods = useForm({ resolver: resolverOf(schema), defaultValues });

  const send = async (values: FieldValues) => {
    setFault(null);
    try {
      // The values have been parsed by the resolver.
      await submit(values as z.output<S>);
    } catch (error) {
      const { detail, issues = [] } = error as Refusal;
      const known = new Set(Object.keys(methods.getValues()));
      const ofFields = issues.filter(({ loc }) => known.has(loc[1] ?? ""));
      for (const { loc, msg } of ofFields) methods.setError(loc.slice(1).join("."), { message: msg }, { shouldFocus: true });
      const others = issues.filter((issue) => !ofFields.includes(issue)).map(({ loc, msg }) => `${loc.slice(1).join(".")}: ${msg}`);
      if (ofFields.length === 0 || others.length > 0) setFault(others.join("; ") || (detail ?? (error as Error).message));
    }
  };

  return {
    methods,
    onSubmit: (event) => {
      // A form in a dialog in a form must not send the outer one.
      event.stopPropagation();
      void methods.handleSubmit(send, () => setFault(null))(event);
    },
    isSubmitting: methods.formState.isSubmitting,
    fault,
    reset: (values) => methods.reset(values),
  };
}

export function Form({ form, children, className = "space-y-5" }: { form: ApiForm; children: ReactNode; className?: string }) {
  const { errors } = form.methods.formState;
  const messages = messagesOf(errors);
  return (
    <FormProvider {...form.methods}>
      <form noValidate onSubmit={form.onSubmit} className={className}>
        {(form.fault !== null || messages.length > 0) && (
          <Alert
            tone="bad"
            live
            title={form.fault ?? (messages.length === 1 ? "One field needs a look" : `${messages.length} fields need a look`)}
          >
            {messages.length > 0 && (
              <ul className="list-disc pl-4">
                {messages.map(({ name, message }) => (
                  <li key={name}>{message}</li>
                ))}
              </ul>
            )}
          </Alert>
        )}
        {children}
      </form>
    </FormProvider>
  );
}

/** zod's issues as react-hook-form's errors; the first of each field. */
const resolverOf =
  (schema: z.ZodMiniType): Resolver =>
  (values) => {
    const parsed = schema.safeParse(values);
    if (parsed.success) return { values: parsed.data as FieldValues, errors: {} };
    const errors: Record<string, unknown> = {};
    for (const { path, message } of parsed.error.issues) put(errors, path.map(String), { type: "value", message });
    return { values: {}, errors: errors as FieldErrors };
  };

function put(target: Record<string, unknown>, path: string[], fault: object): void {
  const [name = "root", ...rest] = path;
  if (rest.length === 0) target[name] ??= fault;
  else put((target[name] ??= {}) as Record<string, unknown>, rest, fault);
}

function messagesOf(errors: object, prefix = ""): { name: string; message: string }[] {
  return Object.entries(errors).flatMap(([name, error]: [string, unknown]) => {
    if (typeof error !== "object" || error === null || name === "ref") return [];
    const { message } = error as { message?: unknown };
    return typeof message === "string"
      ? [{ name: prefix + name, message: `${prefix}${name}: ${message}` }]
      : messagesOf(error, `${prefix}${name}.`);
  });
}
