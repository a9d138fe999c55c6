import {
  Activity,
  AppWindow,
  ChartColumn,
  ChevronsUpDown,
  FlaskConical,
  Gauge,
  Inbox,
  ListChecks,
  Menu,
  MessageSquareText,
  Plug,
  Search,
  Settings,
  Shapes,
  SquareArrowOutUpRight,
  TriangleAlert,
  UserRound,
} from "lucide";
import { lineIcon } from "../ui/lineIcon.tsx";

/** The icons that the shell has on every page. */
export const ActivityIcon = lineIcon(Activity);
export const AppWindowIcon = lineIcon(AppWindow);
export const ChartColumnIcon = lineIcon(ChartColumn);
export const ChevronsUpDownIcon = lineIcon(ChevronsUpDown);
export const FlaskConicalIcon = lineIcon(FlaskConical);
export const GaugeIcon = lineIcon(Gauge);
export const InboxIcon = lineIcon(Inbox);
export const ListChecksIcon = lineIcon(ListChecks);
export const MenuIcon = lineIcon(Menu);
export const MessageSquareTextIcon = lineIcon(MessageSquareText);
export const PlugIcon = lineIcon(Plug);
export const SearchIcon = lineIcon(Search);
export const SettingsIcon = lineIcon(Settings);
export const ShapesIcon = lineIcon(Shapes);
export const SquareArrowOutUpRightIcon = lineIcon(SquareArrowOutUpRight);
export const TriangleAlertIcon = lineIcon(TriangleAlert);
export const UserRoundIcon = lineIcon(UserRound);
