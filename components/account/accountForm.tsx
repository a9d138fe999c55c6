import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Form } from "../form/form.tsx";
import type { ApiForm } from "../form/useApiForm.ts";

/** The frame of a form outside the dashboard. `action` names its button. */
export const AccountForm = <D extends object>({ form, action, children }: { form: ApiForm<D>; action: string; children: ReactNode }) => (
  <div className="max-w-sm">
    <Form form={form}>
      {children}
      <Button type="submit" pending={form.isSubmitting} className="max-sm:w-full">
        {action}
      </Button>
    </Form>
  </div>
);
