/** The offer that a developer's machine makes to take requests through a websocket. */
export const listenOffer = { path: "/api/v1/listen", protocol: "websocket" } as const;
