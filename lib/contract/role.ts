/** What members of an organization may do. */
import * as z from "zod/mini";
import { roles } from "../words/role.ts";

export const role = z
  .enum(roles)
  .check(
    z.meta({ description: "viewer reads; member changes what is sent and where; admin also secrets, keys and people; owner everything." }),
  );
