import type { Metadata } from "next";
import { Environments } from "../../../../../../components/environment/environments.tsx";

export const metadata: Metadata = { title: "Environments" };

export default function EnvironmentsPage() {
  return <Environments />;
}
