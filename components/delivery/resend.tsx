"use client";

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { later } from "../ui/later.tsx";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { patiently } from "../ui/patiently.ts";
import { toast } from "../ui/toast.tsx";
import type { DeliveryKey } from "./pageQueries.ts";

const ResendQuestion = later(() => import("./resendQuestion.tsx").then((module) => module.ResendQuestion));
const load = () => import("./resending.ts");
const send = (client: QueryClient, rows: readonly DeliveryOut[]): void =>
  void load().then(
    ({ resendAll }) => resendAll(client, rows),
    () => toast.bad("Not sent: Webster could not be reached."),
  );

/** Takes back what is still planned of a delivery. */
export function useCancel(): (key: DeliveryKey) => void {
  const client = useQueryClient();
  return useCallback(
    (key) =>
      void load().then(
        ({ cancelRetry }) => cancelRetry(client, key),
        () => toast.bad("Not cancelled: Webster could not be reached."),
      ),
    [client],
  );
}

/**
 * Resends deliveries. Each row says at once that it is being sent, and how it ended; where one succeeded already, that is asked
 * about first: `question` is to be drawn.
 */
export function useResend(): { resend: (rows: readonly DeliveryOut[]) => void; question: ReactNode } {
  const client = useQueryClient();
  const [asked, setAsked] = useState<readonly DeliveryOut[]>([]);
  const resend = useCallback(
    (rows: readonly DeliveryOut[]) => (rows.some(({ status }) => status === "succeeded") ? setAsked(rows) : send(client, rows)),
    [client],
  );
  // Loaded before it is needed: without Webster there is no loading it.
  useEffect(() => void patiently(load), []);
  const confirm = () => send(client, asked);
  return { resend, question: asked.length > 0 && <ResendQuestion rows={asked} onClose={() => setAsked([])} onConfirm={confirm} /> };
}
