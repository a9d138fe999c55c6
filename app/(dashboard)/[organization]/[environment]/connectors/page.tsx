import type { Metadata } from "next";
import { ConnectorList } from "../../../../../components/connector/connectorList.tsx";

export const metadata: Metadata = { title: "Connectors" };
export const instant = false;

export default function ConnectorsPage() {
  return <ConnectorList />;
}
