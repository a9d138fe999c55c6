/** The few calls that the browser tests need of the API. */
export type Api = ReturnType<typeof apiClient>;

export function apiClient(url: string, apiKey: string) {
  const call = async (method: string, path: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const answer: unknown = text === "" ? {} : JSON.parse(text);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer as Record<string, unknown>;
  };
  const post = (path: string, body: object) => call("POST", path, body);
  const text = (answer: Record<string, unknown>, name: string): string => {
    const value = answer[name];
    if (typeof value !== "string") throw new Error(`No ${name} in ${JSON.stringify(answer)}`);
    return value;
  };
  return {
    createApplication: async (name: string) => text(await post("/app", { name }), "id"),
    deleteApplication: (applicationId: string) => call("DELETE", `/app/${applicationId}`, {}),
    patchApplication: (applicationId: string, body: object) => call("PATCH", `/app/${applicationId}`, body),
    createEndpoint: async (applicationId: string, endpointUrl: string) =>
      text(await post(`/app/${applicationId}/endpoint`, { url: endpointUrl }), "id"),
    patchEndpoint: (applicationId: string, endpointId: string, body: object) =>
      call("PATCH", `/app/${applicationId}/endpoint/${endpointId}`, body),
    deleteEndpoint: (applicationId: string, endpointId: string) => call("DELETE", `/app/${applicationId}/endpoint/${endpointId}`, {}),
    patchHeaders: (applicationId: string, endpointId: string, headers: object) =>
      call("PATCH", `/app/${applicationId}/endpoint/${endpointId}/headers`, { headers }),
    patchTransformation: (applicationId: string, endpointId: string, body: object) =>
      call("PATCH", `/app/${applicationId}/endpoint/${endpointId}/transformation`, body),
    createSource: async (body: object) => {
      const made = await post("/source", body);
      const application = made["application"] as Record<string, unknown>;
      return { id: text(made, "id"), url: text(made, "url"), applicationId: text(application, "id") };
    },
    endpointSecret: async (applicationId: string, endpointId: string) => {
      const response = await fetch(`${url}/api/v1/app/${applicationId}/endpoint/${endpointId}/secret`, {
        headers: { authorization: `Bearer ${apiKey}` },
      });
      return text((await response.json()) as Record<string, unknown>, "key");
    },
    sendMessage: async (applicationId: string, eventType: string, payload: object, more: object = {}) =>
      text(await post(`/app/${applicationId}/msg`, { eventType, payload, ...more }), "id"),
    createEventType: (name: string) => post("/event-type", { name, description: "" }),
    patchEventType: (name: string, body: object) => call("PATCH", `/event-type/${name}`, body),
    patchSettings: (body: object) => call("PATCH", "/environment/settings", body),
    portalAccess: async (applicationId: string) => {
      const made = await post(`/auth/app-portal-access/${applicationId}`, {});
      return { url: text(made, "url"), token: text(made, "token") };
    },
    endPortalAccess: (applicationId: string) => post(`/auth/app/${applicationId}/expire-all`, {}),
    portalLink: async (applicationId: string, access: { readOnly?: boolean } = {}) =>
      text(await post(`/auth/app-portal-access/${applicationId}`, access), "url"),
  };
}
