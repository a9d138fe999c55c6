import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { Text } from "./text.tsx";
import { grouped } from "../ui/number.ts";

export function Payload({ message }: { message: DeliveryDetailOut["message"] }) {
  return (
    <section aria-labelledby="payload">
      <h2 id="payload" className="mb-2 font-semibold">
        Payload
      </h2>
      <Text
        label={message.contentType}
        note={`${grouped(message.payloadBytes)} bytes`}
        text={message.payload}
        none="The payload was deleted: it can't be sent again."
      />
    </section>
  );
}
