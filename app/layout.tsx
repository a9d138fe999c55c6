import "./globals.css";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { cookies } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { chosenTheme, themeCookie } from "../components/ui/theme.ts";

// The font of geist/font/mono, but without the preload: not every page shows code.
const geistMono = localFont({
  src: "../node_modules/geist/dist/fonts/geist-mono/GeistMono-Variable.woff2",
  variable: "--font-geist-mono",
  adjustFontFallback: false,
  fallback: ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"],
  weight: "100 900",
  preload: false,
});

export const metadata: Metadata = {
  title: { default: "Webster", template: "%s · Webster" },
  description: "Webhooks, sent signed, retried and recorded.",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f7f7f6" },
    { media: "(prefers-color-scheme: dark)", color: "#121211" },
  ],
};

// Scripts carry the request's nonce, so there is no static shell to serve ahead of a request.
export const instant = false;

export default async function RootLayout({ children }: { children: ReactNode }) {
  await connection();
  // The theme is in a cookie, so that the first drawing has it already.
  const theme = chosenTheme((await cookies()).get(themeCookie)?.value);
  return (
    <html lang="en" data-theme={theme ?? undefined} className={`${GeistSans.variable} ${geistMono.variable}`}>
      <body className="flex min-h-dvh flex-col font-sans antialiased">{children}</body>
    </html>
  );
}
