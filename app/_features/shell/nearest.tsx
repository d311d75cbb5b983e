import { useTranslations } from 'next-intl';
import { Link } from '../../_ui/link.tsx';
import { nearestNames } from './nearest-names.ts';

interface Props {
  /** Parts of the address. */
  asked: readonly string[];
  /** Of what there is. */
  names: readonly string[];
  hrefOf: (name: string) => string;
}

/** What an address may have meant; nothing where nothing is near. */
export function Nearest({ asked, names, hrefOf }: Props) {
  const t = useTranslations('error');
  const near = nearestNames(asked, names);
  if (near.length === 0) return null;
  return (
    <div className="mb-2 w-full">
      <p>{t('nearest')}</p>
      <ul className="flex flex-wrap justify-center gap-x-4 gap-y-1">
        {near.map((name) => (
          <li key={name}>
            <Link href={hrefOf(name)} className="font-medium text-accent underline">
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
