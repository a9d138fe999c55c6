"use client";

import type { ComponentProps } from "react";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { useVolume } from "./queries.ts";
import type { Volume } from "./volume.tsx";
import { VolumeChart } from "./volumeChart.tsx";
import { wallText } from "../ui/wallClock.ts";

export function LoadedVolume({ place, range, title, onChoose, low = false, words }: ComponentProps<typeof Volume>) {
  const { volume, isZoomed, error, refetch } = useVolume(place, range);
  if (volume === undefined && error !== null) return <ErrorState what="The chart" error={error} onRetry={() => void refetch()} />;
  if (volume === undefined) return <Skeleton className={`${low ? "h-28" : "h-48"} w-full`} />;
  return (
    <VolumeChart
      volume={volume}
      title={title}
      note={isZoomed ? `Nothing before ${wallText(Date.parse(volume.since), { dateStyle: "medium", timeStyle: "short" })}` : null}
      low={low}
      {...(onChoose === undefined ? {} : { onChoose })}
      {...(words === undefined ? {} : { words })}
    />
  );
}
