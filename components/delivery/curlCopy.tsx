"use client";

import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { CopyButton } from "../ui/copyButton.tsx";
import { curlBodyOf, curlOf } from "./curl.ts";
import type { Attempt } from "./difference.ts";

type CurlCopyProps = { attempt: Attempt; message: Pick<DeliveryDetailOut["message"], "payload" | "payloadBase64"> };

/** Copies an attempt's request as a command. */
export const CurlCopy = ({ attempt, message }: CurlCopyProps) => (
  <CopyButton
    text={() => curlOf({ url: attempt.url, headers: attempt.requestHeaders, body: curlBodyOf(message.payload, message.payloadBase64) })}
    label="request as cURL"
  />
);
