import { useTranslations } from 'next-intl';
import { toast, UNDO_MS } from '../_ui/toast.ts';
import { toFailure, useFailureText } from './errors.ts';

/** Says that something quick is done, and for a moment takes it back with one press; why that could not be is told as well. */
export function useOfferUndo(): (done: string, takeBack: () => Promise<unknown>) => void {
  const t = useTranslations('ui');
  const failureText = useFailureText();
  return (done, takeBack) => {
    const tell = (error: unknown) => toast.error(t('notUndone', { why: failureText(toFailure(error)) }));
    const action = { label: t('undo'), onClick: () => void takeBack().catch(tell) };
    toast.success(done, { duration: UNDO_MS, action });
  };
}
