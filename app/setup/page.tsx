import type { Metadata } from "next";
import { connection } from "next/server";
import { Page } from "../../components/brand/page.tsx";
import { Setup } from "../../components/setup/setup.tsx";
import { publicUrl } from "../publicUrl.ts";

export const metadata: Metadata = { title: "Set up" };

// The page shows the address by which it was asked for.
export const instant = false;

export default async function SetupPage() {
  await connection();
  return (
    <Page title="Set up Webster">
      <Setup url={await publicUrl()} />
    </Page>
  );
}
