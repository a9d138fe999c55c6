/** 0 to 1 as "99.2 %"; never rounded up to a hundred. Null: "–". */
export const percent = (share: number | null): string =>
  share === null ? "–" : `${(Math.floor(share * 1000) / 10).toLocaleString("en", { maximumFractionDigits: 1 })} %`;
