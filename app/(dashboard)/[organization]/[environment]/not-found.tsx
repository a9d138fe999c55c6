import { NothingHereLater } from "../../../../components/shell/nothingHereLater.tsx";

export default function NotFound() {
  return <NothingHereLater />;
}
