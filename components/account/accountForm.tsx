import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { type ApiForm, Form } from "../ui/form.tsx";

/** The frame of a form outside the dashboard. `action` names its button. */
export const AccountForm = ({ form, action, children }: { form: ApiForm; action: string; children: ReactNode }) => (
  <div className="max-w-sm">
    <Form form={form}>
      {children}
      <Button type="submit" pending={form.isSubmitting} className="max-sm:w-full">
        {action}
      </Button>
    </Form>
  </div>
);
