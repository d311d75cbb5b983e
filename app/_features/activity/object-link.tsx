import { Link } from '../../_ui/link.tsx';

interface OperationObject {
  type: string;
  id?: string | undefined;
  name?: string | undefined;
}

/** Where the page of an object is; an image that was to be made has none before it is there. */
export function objectHref({ type, id, name }: OperationObject): string | undefined {
  if (type === 'image')
    return id === undefined ? undefined : `/images/${encodeURIComponent(id.replace('sha256:', ''))}`;
  const at = name ?? id;
  if (at === undefined || !['container', 'volume', 'network'].includes(type)) return undefined;
  return `/${type}s/${encodeURIComponent(at)}`;
}

export function ObjectLink({ object }: { object: OperationObject }) {
  const href = objectHref(object);
  const name = object.name ?? object.id ?? '';
  if (href === undefined) return <span translate="no">{name}</span>;
  return (
    <Link href={href} translate="no" className="font-medium text-accent hover:underline">
      {name}
    </Link>
  );
}
