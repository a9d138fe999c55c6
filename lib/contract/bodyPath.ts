/** What paths into bodies mean, for the descriptions of what takes one. lib/webhooks/body/path.ts carries it out. */
export const bodyPaths =
  "A body is read unpacked and decoded, as JSON whatever its content type says, as NDJSON's list of lines, a form's fields (of files " +
  "`name`, `type` and `size`) or XML's elements. In a path `a.b` is `b` in `a` or, where there is none, the name `a.b`; numbers go " +
  "into lists. Where that finds nothing, a path goes on into texts that hold JSON, as they stand or in base64 (`payload.action`, " +
  "`message.data.id`), and of a form with one such field alone begins in it. Numbers keep all their digits.";
