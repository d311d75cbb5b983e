import { NothingHere } from '../_features/shell/nothing-here.tsx';

export default function NotFound() {
  return <NothingHere />;
}
