import type { IconNode } from 'lucide';
import { useTranslations } from 'next-intl';
import { LinkButton } from '../../_ui/button.tsx';
import { Empty } from '../../_ui/states.tsx';
import { Nearest } from './nearest.tsx';

interface Props {
  icon: IconNode;
  name: string;
  /** It was there while the page was open. */
  wasThere: boolean;
  /** Of the others of its kind. */
  names: readonly string[];
  hrefOf: (name: string) => string;
  list: { href: string; label: string };
}

/** Instead of what is not there: that it was removed, or what else may have been meant. */
export function Missing({ icon, name, wasThere, names, hrefOf, list }: Props) {
  const t = useTranslations('error');
  return (
    <Empty
      icon={icon}
      title={wasThere ? t('removedTitle', { name }) : t('notFoundTitle')}
      text={wasThere ? t('removedText') : t('notFoundText')}
    >
      {!wasThere && <Nearest asked={[name]} names={names} hrefOf={hrefOf} />}
      <LinkButton href={list.href}>{list.label}</LinkButton>
      {wasThere && <LinkButton href="/activity/events">{t('toEvents')}</LinkButton>}
    </Empty>
  );
}
