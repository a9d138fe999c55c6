/** A process that takes in requests at sources and delivers, to be killed. It prints where it listens. */
import { startEngine } from "../delivery/engine.ts";
import { openDoor } from "./sources.ts";

startEngine();
const door = await openDoor();
process.stdout.write(`listening ${door.url}\n`);
