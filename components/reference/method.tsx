const looks: Record<string, string> = {
  get: "text-good",
  post: "text-accent",
  put: "text-warn",
  patch: "text-warn",
  delete: "text-bad",
};

/** An operation's HTTP method. */
export const Method = ({ method, className = "" }: { method: string; className?: string }) => (
  <span className={`font-mono text-xs font-medium uppercase ${looks[method] ?? ""} ${className}`}>{method}</span>
);
