import type { LineIcon } from "../ui/lineIcon.tsx";
import {
  ActivityIcon,
  AppWindowIcon,
  ChartColumnIcon,
  FlaskConicalIcon,
  GaugeIcon,
  InboxIcon,
  ListChecksIcon,
  MessageSquareTextIcon,
  PlugIcon,
  SettingsIcon,
  ShapesIcon,
  SquareArrowOutUpRightIcon,
  TriangleAlertIcon,
} from "./icons.ts";

export type NavigationPage = { path: string; label: string; Icon: LineIcon };

/** The pages that the navigation leads to, in its order: what happens, what there is, and what is done now and then. */
export const pageGroups: { label: string; pages: NavigationPage[] }[] = [
  {
    label: "Activity",
    pages: [
      { path: "", label: "Overview", Icon: GaugeIcon },
      { path: "/deliveries", label: "Deliveries", Icon: ActivityIcon },
      { path: "/messages", label: "Messages", Icon: MessageSquareTextIcon },
      { path: "/incidents", label: "Incidents", Icon: TriangleAlertIcon },
    ],
  },
  {
    label: "Set up",
    pages: [
      { path: "/applications", label: "Applications", Icon: AppWindowIcon },
      { path: "/endpoints", label: "Endpoints", Icon: SquareArrowOutUpRightIcon },
      { path: "/sources", label: "Sources", Icon: InboxIcon },
      { path: "/event-types", label: "Event types", Icon: ShapesIcon },
      { path: "/connectors", label: "Connectors", Icon: PlugIcon },
    ],
  },
  {
    label: "Manage",
    pages: [
      { path: "/usage", label: "Usage", Icon: ChartColumnIcon },
      { path: "/background-tasks", label: "Background tasks", Icon: ListChecksIcon },
      { path: "/playground", label: "Playground", Icon: FlaskConicalIcon },
      { path: "/settings", label: "Settings", Icon: SettingsIcon },
    ],
  },
];

/** `path` stands behind the environment's. */
export const pages: NavigationPage[] = pageGroups.flatMap((group) => group.pages);

/** Whether `pathname` lies within the page at `base + path`. The overview is only itself. */
export const isWithin = (pathname: string, base: string, path: string): boolean =>
  pathname === base + path || (path !== "" && pathname.startsWith(`${base}${path}/`));
