export { GET, HEAD } from "../../mount.ts";
