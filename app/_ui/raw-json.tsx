import { Card } from './card.tsx';
import { CopyButton } from './copy-field.tsx';

/** Everything that is known of an object, as it is written for programs. */
export function RawJson({ title, value }: { title: string; value: unknown }) {
  const json = JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? String(one) : one), 2);
  return (
    <Card title={title} aside={<CopyButton text={json} />} flush>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
        tabIndex={0}
        className="max-h-[70vh] overflow-auto bg-sunken p-3 text-mono focus-visible:-outline-offset-2"
      >
        {json}
      </pre>
    </Card>
  );
}
