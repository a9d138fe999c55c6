/** For whom something is done that waits for its turn: people of an application wait with what is sent for it. */
import type { Actor } from "../../actor.ts";
import type { Whose } from "../../names.ts";

export const whoseOf = ({ applicationId, environmentId, id }: Actor): Whose => ({ tenant: applicationId ?? environmentId, owner: id });
