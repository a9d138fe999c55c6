"use client";

import type { ReactNode } from "react";
import { type Answer, Known } from "../known.tsx";
import { usePortal } from "../session/portalSession.tsx";

type KnownOfProps = { application: string; answers: Answer[]; children: ReactNode };

/** Answers about an application. Where its portal was opened in the browser since this page was, they are not what this page is about. */
export const KnownOf = ({ application, answers, children }: KnownOfProps) => (
  <Known answers={usePortal()?.application.id === application ? answers : []}>{children}</Known>
);
