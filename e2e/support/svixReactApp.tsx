/** A page of a product's own, with every hook of Svix's React package and its portal; built and served by svixReact.spec.ts. */
import { createRoot } from "react-dom/client";
import {
  AppPortal,
  SvixProvider,
  useAttemptedMessages,
  useEndpoint,
  useEndpointFunctions,
  useEndpointHeaders,
  useEndpointMessageAttempts,
  useEndpointSecret,
  useEndpointStats,
  useEndpoints,
  useEventTypes,
  useMessage,
  useMessageAttempts,
  useMessageEndpoints,
  useMessages,
  useNewEndpoint,
} from "svix-react";

type Given = { serverUrl: string; token: string; appId: string; endpointId: string; messageId: string; portalUrl: string };

const given = JSON.parse(decodeURIComponent(window.location.hash.slice(1))) as Given;

type Result = { data?: unknown; loading: boolean; error?: unknown };

/** A line that the test looks for: `name: ok`, or why not. */
function Line({ name, result: { data, loading, error } }: { name: string; result: Result }) {
  const text = error instanceof Error ? error.message : error !== undefined ? "failed" : loading || data === undefined ? "…" : "ok";
  return <li>{`${name}: ${text}`}</li>;
}

function Hooks({ endpointId, messageId }: Given) {
  const results: Record<string, Result> = {
    useAttemptedMessages: useAttemptedMessages(endpointId),
    useEndpoint: useEndpoint(endpointId),
    useEndpointHeaders: useEndpointHeaders(endpointId),
    useEndpointMessageAttempts: useEndpointMessageAttempts(endpointId),
    useEndpointSecret: useEndpointSecret(endpointId),
    useEndpointStats: useEndpointStats(endpointId),
    useEndpoints: useEndpoints(),
    useEventTypes: useEventTypes(),
    useMessage: useMessage(messageId),
    useMessageAttempts: useMessageAttempts(messageId),
    useMessageEndpoints: useMessageEndpoints(messageId),
    useMessages: useMessages(),
  };
  const made = useNewEndpoint();
  const { updateEndpoint } = useEndpointFunctions(endpointId);
  return (
    <>
      <ul>
        {Object.entries(results).map(([name, result]) => (
          <Line key={name} name={name} result={result} />
        ))}
      </ul>
      <button
        onClick={() => {
          made.url.setValue("https://example.com/made-elsewhere");
          made.eventTypes.setValue(["cup.filled"]);
          made.rateLimitPerSecond.setValue(5);
        }}
      >
        Fill
      </button>
      <button onClick={() => void made.createEndpoint().then((answer) => document.body.append(`made: ${String(answer.error ?? "ok")} `))}>
        Make
      </button>
      <button
        onClick={() =>
          void updateEndpoint({ url: "https://example.com/hook", description: "From elsewhere" }).then(
            () => document.body.append("updated: ok "),
            (error: unknown) => document.body.append(`updated: ${String(error)} `),
          )
        }
      >
        Update
      </button>
    </>
  );
}

createRoot(document.body.appendChild(document.createElement("main"))).render(
  <SvixProvider token={given.token} appId={given.appId} options={{ serverUrl: given.serverUrl }}>
    <Hooks {...given} />
    <AppPortal fullSize url={given.portalUrl} darkMode fontFamily="Roboto" primaryColor="#28bb93" />
  </SvixProvider>,
);
