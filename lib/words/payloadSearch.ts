/** The type of the fault of a search in an environment that keeps no words of payloads: by it the log leads to the setting. */
export const payloadSearchOff = "payload_search_off";
