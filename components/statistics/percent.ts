import { grouped } from "../ui/number.ts";

/** 0 to 1 as "99.2 %"; never rounded up to a hundred. Null: "–". */
export const percent = (share: number | null): string => (share === null ? "–" : `${grouped(Math.floor(share * 1000) / 10)} %`);
