/** Seconds in two units at the most: "45 s", "1 h 30 min", "2 d 4 h". */
export function exactDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const at = units.findIndex(([, size]) => whole >= size);
  const [name, size] = units[at] ?? ["s", 1];
  const next = units[at + 1];
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[1]);
  return `${Math.floor(whole / size)} ${name}${rest === 0 ? "" : ` ${rest} ${next?.[0] ?? ""}`}`;
}

const units: readonly [name: string, seconds: number][] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];
