"use client";

import { useQuery } from "@tanstack/react-query";
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import type { TestSendOut } from "../../lib/contract/testSend.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { PairRows } from "../form/pairRows.tsx";
import { type Pair, recordOf } from "../form/pairs.ts";
import { TextArea } from "../form/textArea.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { Status } from "../ui/status.tsx";
import { duration } from "./format.ts";
import { inboxesQuery, useSendEdited } from "./changeQueries.ts";
import { Text } from "./text.tsx";
import { errorWords } from "../../lib/words/errorClass.ts";

/** Sends the payload, edited, to an inbox or to any receiver; the delivery itself stays as it is. */
export const TestSendDialog = ({ delivery, onClose }: { delivery: DeliveryDetailOut; onClose: () => void }) => (
  <Dialog
    open
    wide
    onOpenChange={onClose}
    title="Edit and send to a test receiver"
    lead="Signed with the endpoint's secret, sent once, and not recorded as this delivery's attempt."
  >
    <TestSendForm delivery={delivery} onClose={onClose} />
  </Dialog>
);

function TestSendForm({ delivery, onClose }: { delivery: DeliveryDetailOut; onClose: () => void }) {
  const { data: inboxes } = useQuery(inboxesQuery);
  const send = useSendEdited(delivery);
  const form = useApiForm({
    initial: { url: "", payload: delivery.message.payload ?? "{}", headers: [] as Pair[] },
    title: "Nothing was sent",
    check: ({ url }) => (url.trim() === "" ? { url: "Enter the URL of the receiver" } : {}),
    save: ({ url, payload, headers }) => send.mutateAsync({ url: url.trim(), payload, headers: recordOf(headers) }),
  });
  return (
    <Form form={form}>
      <div>
        <TextField
          name="url"
          label="URL of the test receiver"
          type="url"
          placeholder="https://example.com/webhooks"
          autoComplete="off"
          spellCheck={false}
        />
        <p className="mt-1.5 flex flex-wrap gap-2">
          {inboxes?.data.map((inbox) => (
            <Button key={inbox.id} variant="secondary" size="small" onClick={() => form.set({ url: inbox.url })}>
              To inbox {inbox.name}
            </Button>
          ))}
        </p>
      </div>
      {delivery.message.payloadBase64 !== null && (
        <Alert
          tone="info"
          title={delivery.message.payload === null ? "The payload is no text" : "The payload is sent otherwise than it is shown"}
        >
          {delivery.message.payload === null
            ? "What you write here is sent in place of it."
            : "What is sent from here is this text, as UTF-8 and unpacked."}
        </Alert>
      )}
      <TextArea
        label="Payload"
        rows={10}
        value={form.draft.payload}
        error={form.faults["payload"]}
        onChange={(event) => form.set({ payload: event.target.value })}
      />
      <PairRows
        legend="Headers"
        noun="header"
        error={form.faults["headers"]}
        help="The endpoint's own headers and credentials are not sent."
        rows={form.draft.headers}
        onChange={(headers) => form.set({ headers })}
        empty={{ name: "", value: "" }}
      />
      <div aria-live="polite">{send.data && <Answer answer={send.data} />}</div>
      <DialogActions>
        <Button variant="secondary" onClick={onClose}>
          Close
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Send test
        </Button>
      </DialogActions>
    </Form>
  );
}

const Answer = ({ answer: { statusCode, errorClass, durationMs, response } }: { answer: TestSendOut }) => (
  <div className="space-y-2">
    <Status tone={errorClass === null ? "good" : "bad"}>
      {statusCode > 0 ? `Answered ${statusCode}` : errorClass === null ? "No answer" : errorWords[errorClass]} after {duration(durationMs)}
    </Status>
    <Text label={statusCode > 0 ? "Response body" : "Why there is no answer"} text={response} none="The body is empty." />
  </div>
);
