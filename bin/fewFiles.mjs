/**
 * What to say where a start fails because too few files may be open at a time; null: that is not why. It is loaded before anything else,
 * as nothing can be then, and by Node.js of any age.
 */
export function explainFewFiles(error) {
  if (!(error instanceof Error)) return null;
  if (error.code === "ENFILE") return told("the machine has too many files open", "End what has them open, or raise fs.file-max.");
  // esbuild tells it in words alone.
  if (error.code !== "EMFILE" && !/too many open files/i.test(error.message)) return null;
  return told(
    "this process may have too few files open at a time",
    "Raise the limit (ulimit -n; LimitNOFILE= of systemd, nofile of a container) to 1024 or more: each connection is a file too.",
  );
}

const told = (why, remedy) => `The start failed because ${why}.\n\nWhat to do: ${remedy}`;
