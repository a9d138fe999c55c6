import {
  Activity,
  AppWindow,
  ChartColumn,
  FlaskConical,
  Gauge,
  Inbox,
  ListChecks,
  Plug,
  type LucideIcon,
  Settings,
  Shapes,
  SquareArrowOutUpRight,
  TriangleAlert,
  MessageSquareText,
} from "lucide-react";

export type NavigationPage = { path: string; label: string; Icon: LucideIcon };

/** The pages that the navigation leads to, in its order: what happens, what there is, and what is done now and then. */
export const pageGroups: { label: string; pages: NavigationPage[] }[] = [
  {
    label: "Activity",
    pages: [
      { path: "", label: "Overview", Icon: Gauge },
      { path: "/deliveries", label: "Deliveries", Icon: Activity },
      { path: "/messages", label: "Messages", Icon: MessageSquareText },
      { path: "/incidents", label: "Incidents", Icon: TriangleAlert },
    ],
  },
  {
    label: "Set up",
    pages: [
      { path: "/applications", label: "Applications", Icon: AppWindow },
      { path: "/endpoints", label: "Endpoints", Icon: SquareArrowOutUpRight },
      { path: "/sources", label: "Sources", Icon: Inbox },
      { path: "/event-types", label: "Event types", Icon: Shapes },
      { path: "/connectors", label: "Connectors", Icon: Plug },
    ],
  },
  {
    label: "Manage",
    pages: [
      { path: "/usage", label: "Usage", Icon: ChartColumn },
      { path: "/background-tasks", label: "Background tasks", Icon: ListChecks },
      { path: "/playground", label: "Playground", Icon: FlaskConical },
      { path: "/settings", label: "Settings", Icon: Settings },
    ],
  },
];

/** `path` stands behind the environment's. */
export const pages: NavigationPage[] = pageGroups.flatMap((group) => group.pages);

/** Whether `pathname` lies within the page at `base + path`. The overview is only itself. */
export const isWithin = (pathname: string, base: string, path: string): boolean =>
  pathname === base + path || (path !== "" && pathname.startsWith(`${base}${path}/`));
