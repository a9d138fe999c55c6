import { later } from "../ui/later.tsx";

/** A moment that a filter of the address names. */
export const ShownMoment = later(() => import("../ui/moment.tsx").then((module) => module.Moment));
