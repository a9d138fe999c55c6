"use client";

import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import type { TestSendOut } from "../../lib/contract/testSend.ts";
import { PairRows } from "../form/pairRows.tsx";
import { TextArea } from "../form/textArea.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { Status } from "../ui/status.tsx";
import { duration } from "./format.ts";
import { inboxesQuery, useSendEdited } from "./queries.ts";
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
  const [url, setUrl] = useState("");
  const [payload, setPayload] = useState(delivery.message.payload ?? "{}");
  const [headers, setHeaders] = useState<{ name: string; value: string }[]>([]);
  const { data: inboxes } = useQuery(inboxesQuery);
  const send = useSendEdited(delivery);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const named = headers.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), value]);
    if (url.trim() !== "" && !send.isPending) send.mutate({ url: url.trim(), payload, headers: Object.fromEntries(named) });
  };
  return (
    <form onSubmit={submit} className="space-y-5" noValidate>
      {send.error && <Alert tone="bad" live title={send.error.message} />}
      <div>
        <Field
          label="URL of the test receiver"
          type="url"
          placeholder="https://example.com/webhooks"
          autoComplete="off"
          spellCheck={false}
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <p className="mt-1.5 flex flex-wrap gap-2">
          {inboxes?.data.map((inbox) => (
            <Button key={inbox.id} variant="secondary" size="small" onClick={() => setUrl(inbox.url)}>
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
      <TextArea label="Payload" rows={10} value={payload} onChange={(event) => setPayload(event.target.value)} />
      <PairRows
        legend="Headers"
        noun="header"
        help="The endpoint's own headers and credentials are not sent."
        rows={headers}
        onChange={(rows) => setHeaders(rows)}
        empty={{ name: "", value: "" }}
      />
      <div aria-live="polite">{send.data && <Answer answer={send.data} />}</div>
      <DialogActions>
        <Button variant="secondary" onClick={onClose}>
          Close
        </Button>
        <Button type="submit" pending={send.isPending} disabled={url.trim() === "" || payload === ""}>
          Send test
        </Button>
      </DialogActions>
    </form>
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
