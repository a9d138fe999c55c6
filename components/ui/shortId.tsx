const head = 9;
const tail = 5;

/** `msg_2aXk…9QpZr` */
export const shortId = (id: string): string => (id.length <= head + tail + 1 ? id : `${id.slice(0, head)}…${id.slice(-tail)}`);

/** An id that is shortened in the middle, whole when pointed at. */
export const ShortId = ({ id }: { id: string }) => (
  <code className="font-mono text-xs whitespace-nowrap" title={id}>
    {shortId(id)}
  </code>
);
