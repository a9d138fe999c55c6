/** What is said over a page, whatever it is. */
export { AwayBanner } from "./awayBanner.tsx";
export { OutdatedBanner } from "./outdatedBanner.tsx";
export { ToastRegion } from "./ui/toastRegion.tsx";
