/** What is said over a page, whatever it is. */
import { AwayBanner } from "./awayBanner.tsx";
import { OutdatedBanner } from "./outdatedBanner.tsx";

export { ToastRegion } from "./ui/toastRegion.tsx";

export const Banners = () => (
  <>
    <AwayBanner />
    <OutdatedBanner />
  </>
);
