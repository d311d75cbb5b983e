import { useLocale, useTranslations } from 'next-intl';
import { bulkMisfits } from './bulk-misfits.ts';
import type { ListedContainer } from './listed-containers.ts';
import type { Verb } from './use-container-verbs.ts';

const NAMES = 3;

/** In words which of the chosen a verb leaves out. */
export function BulkMisfitNote({
  chosen,
  verbs,
}: {
  chosen: readonly ListedContainer[];
  verbs: readonly Exclude<Verb, 'remove'>[];
}) {
  const t = useTranslations('containers');
  const list = new Intl.ListFormat(useLocale());
  const misfits = bulkMisfits(chosen, verbs);
  if (misfits.length === 0) return null;
  return (
    <ul className="pt-0.5 pr-2 text-caption text-muted">
      {misfits.map((misfit) => {
        const words = misfit.verbs.map((verb) => t(`bulk_${verb}`, { count: 0 }));
        const rest = misfit.names.length - NAMES;
        const names = rest > 0 ? [...misfit.names.slice(0, NAMES), t('moreNames', { count: rest })] : misfit.names;
        return (
          <li key={misfit.names.join()} className="[overflow-wrap:anywhere]">
            {t('misfit', { verbs: list.format(words), names: list.format(names) })}
          </li>
        );
      })}
    </ul>
  );
}
