import { Ban, Check, ChevronDown, ChevronLeft, ChevronRight, Pause, Radio, Send, TriangleAlert, X } from "lucide";
import { lineIcon } from "./lineIcon.tsx";

/** The icons of controls that many pages load at first. */
export const BanIcon = lineIcon(Ban);
export const CheckIcon = lineIcon(Check);
export const ChevronDownIcon = lineIcon(ChevronDown);
export const ChevronLeftIcon = lineIcon(ChevronLeft);
export const ChevronRightIcon = lineIcon(ChevronRight);
export const PauseIcon = lineIcon(Pause);
export const RadioIcon = lineIcon(Radio);
export const SendIcon = lineIcon(Send);
export const TriangleAlertIcon = lineIcon(TriangleAlert);
export const XIcon = lineIcon(X);
