/** Whose pages may show the portal in a frame: what the environment is set to, and WEBSTER_PORTAL_ORIGINS for all of them. */
import { pool } from "../db/client.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { isId } from "../ids.ts";
import { log } from "../log.ts";
import { accessOf } from "./authenticate.ts";
import { portalTokenIn } from "./portalCookie.ts";

/** Origins for the page that takes a link's key from the URL's fragment: it shows nobody's data, so the address may name the environment. */
export const frameOriginsOf = (environmentId: string | null): Promise<string[]> =>
  withEverywhere(async () => (environmentId !== null && isId("environment", environmentId) ? environmentId : null));

/** Origins for the portal's other pages: those of the environment that the portal's cookie opens. */
export const frameOriginsFor = (cookies: string): Promise<string[]> => withEverywhere(() => environmentOf(cookies));

/** The environment's origins and those for all. Never throws: a page must come without the database too. */
async function withEverywhere(find: () => Promise<string | null>): Promise<string[]> {
  const everywhere = env().portalOrigins;
  try {
    const id = await find();
    return id === null ? everywhere : [...everywhere, ...(await originsOf(id))];
  } catch (error) {
    log.warn({ error: (error as Error).message }, "portal.frames_unknown");
    return everywhere;
  }
}

async function environmentOf(cookies: string): Promise<string | null> {
  const token = portalTokenIn(cookies);
  if (token === undefined) return null;
  try {
    return (await accessOf(`Bearer ${token}`, null)).actor.environmentId;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

async function originsOf(environmentId: string): Promise<string[]> {
  const { rows } = await pool().query<{ portalOrigins: string[] }>({
    name: "portal_origins",
    text: `select "portalOrigins" from environment where id = $1`,
    values: [environmentId],
  });
  return rows[0]?.portalOrigins ?? [];
}
