/** What is asked of a request: Hono's Context answers it, and so does what the express lane makes of node's own request. */
export type Asked = {
  req: {
    method: string;
    /** As standard requests have it: scheme, host, path and query. */
    url: string;
    header(name: string): string | undefined;
    param(name: string): string | undefined;
    query(name: string): string | undefined;
    raw: Pick<Request, "url" | "method" | "body"> & { headers: Iterable<[string, string]>; arrayBuffer(): Promise<ArrayBufferLike> };
  };
  /** Node's request under `incoming`, where there is one. */
  env: unknown;
  /** The body in one piece, where that is cheaper than through `req.raw`. To be called once. */
  wholeBody?: () => Promise<Buffer>;
};
