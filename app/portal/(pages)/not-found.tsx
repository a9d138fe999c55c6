import { NothingHere } from "../../../components/shell/nothingHere.tsx";

export default function NotFound() {
  return <NothingHere />;
}
