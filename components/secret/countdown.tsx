"use client";

import { useEffect, useRef, useState } from "react";
import { clockMs } from "../ui/clock.ts";

/** Counts down by the second: "6 d 23 h", "4 h 05 min", "59 s". `onOver` is called once. */
export function Countdown({ until, onOver }: { until: string; onOver: () => void }) {
  const [leftMs, setLeftMs] = useState<number | null>(null);
  const over = useRef(onOver);
  useEffect(() => {
    over.current = onOver;
  });
  useEffect(() => {
    const endMs = new Date(until).getTime();
    const tick = () => {
      const left = endMs - clockMs();
      setLeftMs(Math.max(left, 0));
      if (left > 0) return;
      clearInterval(timer);
      over.current();
    };
    const timer = setInterval(tick, 1000);
    tick();
    return () => clearInterval(timer);
  }, [until]);
  return (
    <span role="timer" aria-live="off" className="whitespace-nowrap text-warn">
      {leftMs === null ? "Expiring" : leftMs === 0 ? "Expired" : `Expires in ${countdownText(leftMs)}`}
    </span>
  );
}

export function countdownText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, "0")} min`;
  return minutes > 0 ? `${minutes} min ${String(seconds % 60).padStart(2, "0")} s` : `${seconds} s`;
}
