/** The runner of this process, if it has one (lib/background/taskRunner.ts): it is woken when there is something to do. */
import { singleton } from "../../singleton.ts";

type Runner = { wake(): void };
const running = () => singleton("backgroundTasks", () => ({ current: null as Runner | null }));

export const setRunner = (runner: Runner | null): void => void (running().current = runner);
export const wakeRunner = (): void => running().current?.wake();
