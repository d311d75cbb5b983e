import { toFailure, useFailureText } from '../_lib/errors.ts';
import { Link } from './link.tsx';
import { Note } from './states.tsx';

/** What could not be removed, and why; nothing while all went well. */
export function FailureNote({ title, failed }: { title: string; failed: readonly { name: string; error: unknown }[] }) {
  const failureText = useFailureText();
  if (failed.length === 0) return null;
  return (
    <Note tone="danger" role="alert">
      <p className="font-medium">{title}</p>
      <ul>
        {failed.map(({ name, error }) => (
          <li key={name}>
            <span className="font-medium">{name}</span> {failureText(toFailure(error))}
          </li>
        ))}
      </ul>
    </Note>
  );
}

/** The containers that stand in the way, or that will miss what goes. */
export function HolderNote({
  text,
  containers,
}: {
  text: string;
  containers: readonly { id: string; name: string }[];
}) {
  return (
    <Note tone="warning" role="alert">
      <p>{text}</p>
      <ul className="mt-1 flex flex-wrap gap-x-3">
        {containers.map(({ id, name }) => (
          <li key={id}>
            <Link href={`/containers/${encodeURIComponent(name)}`} className="font-medium underline">
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </Note>
  );
}
