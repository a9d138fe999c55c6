import type { Hono } from "hono";
import { createApi } from "../lib/api/app.ts";
import { singleton } from "../lib/singleton.ts";

/** The one API of this process: the same object that bin/server.ts puts in front of Next.js. */
export const api = (): Hono => singleton("api", createApi);
