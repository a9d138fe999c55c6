import { Ban, Check, ChevronDown, ChevronLeft, ChevronRight, Send, X } from "lucide";
import { lineIcon } from "./lineIcon.tsx";

/** The icons of controls that many pages load at first. */
export const BanIcon = lineIcon(Ban);
export const CheckIcon = lineIcon(Check);
export const ChevronDownIcon = lineIcon(ChevronDown);
export const ChevronLeftIcon = lineIcon(ChevronLeft);
export const ChevronRightIcon = lineIcon(ChevronRight);
export const SendIcon = lineIcon(Send);
export const XIcon = lineIcon(X);
