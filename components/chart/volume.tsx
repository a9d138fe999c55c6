"use client";

import { laterWhenIdle } from "../ui/later.tsx";
import type { ChartWords } from "./volumeChart.tsx";
import type { VolumePlace, VolumeRange } from "./queries.ts";

type VolumeProps = {
  place: VolumePlace;
  range: VolumeRange;
  /** "Deliveries, last 24 hours" */
  title: string;
  onChoose?: (range: { after: string; before: string }) => void;
  low?: boolean;
  words?: ChartWords;
};

// The rows of a page come first: what draws it is loaded after them, into the place that is held for it.
const LoadedVolume = laterWhenIdle(() => import("./loadedVolume.tsx").then((module) => module.LoadedVolume));

/** The volume of a place over a range, as a chart. */
export const Volume = (props: VolumeProps) => (
  <div className={props.low === true ? "min-h-28.25 max-md:min-h-34.25" : "min-h-48"}>
    <LoadedVolume {...props} />
  </div>
);
