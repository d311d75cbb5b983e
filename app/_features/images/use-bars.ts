import { useTranslations } from 'next-intl';
import type { ImageSummary } from '../../_lib/trpc.ts';
import { useMe } from '../shell/use-me.ts';

type Action = ImageSummary['allowedActions'][number];

/** Whether something cannot be done to this image by who is signed in, and why: by the server's word, which decides again. */
export function useBars(image: Pick<ImageSummary, 'allowedActions'>) {
  const t = useTranslations('images');
  const grants = useMe()?.grants;
  return (action: Action) => {
    const disabled = !image.allowedActions.includes(action);
    return {
      disabled,
      reason: disabled ? t(grants?.[`image:${action}`] === 'unused' ? 'onlyUnused' : 'notYours') : undefined,
    };
  };
}
