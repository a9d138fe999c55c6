import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { Content } from "./content.tsx";
import { grouped } from "../ui/number.ts";

export function Payload({ message }: { message: DeliveryDetailOut["message"] }) {
  const { contentType, contentEncoding, payload, payloadBase64 } = message;
  return (
    <section aria-labelledby="payload">
      <h2 id="payload" className="mb-2 font-semibold">
        Payload
      </h2>
      <Content
        label={contentType}
        note={`${contentEncoding === null ? "" : `${contentEncoding}, `}${grouped(message.payloadBytes)} bytes`}
        text={payload}
        base64={payloadBase64}
        none="The payload was deleted: it can't be sent again."
        fileName={message.id}
      />
    </section>
  );
}
