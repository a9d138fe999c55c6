import { BookOpen, ChevronUp, Keyboard, LogOut, MoreHorizontal, Plus } from "lucide";
import { lineIcon } from "./lineIcon.tsx";

/** Icons that several places have, and few pages load at first; those that many do are in lineIcons.ts. */
export const BookOpenIcon = lineIcon(BookOpen);
export const ChevronUpIcon = lineIcon(ChevronUp);
export const KeyboardIcon = lineIcon(Keyboard);
export const LogOutIcon = lineIcon(LogOut);
export const MoreHorizontalIcon = lineIcon(MoreHorizontal);
export const PlusIcon = lineIcon(Plus);
