/** "1,234,567". A browser's own `toLocaleString` took a hundred milliseconds for the first number of a page. */
export function grouped(value: number): string {
  const [whole = "", fraction] = String(value).split(".");
  const groups = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}
