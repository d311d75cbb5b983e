import { useEffect, useState } from 'react';
import type { CreateForm } from './create-form.ts';
import { fromDraft, toDraft } from './view-model.ts';

const KEY = 'davit-create-draft';

/**
 * Keeps the form over a reload of this tab, without the values of variables. Says whether the form shown came from
 * there; `drop` forgets it, for good when the container was made.
 */
export function useDraft(form: CreateForm, pristine: boolean, restore: (draft: CreateForm) => void) {
  const [restored, setRestored] = useState(false);
  const [ready, setReady] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only once; the server renders without a browser's storage
  useEffect(() => {
    const draft = fromDraft(sessionStorage.getItem(KEY));
    if (draft !== undefined) {
      restore(draft);
      setRestored(true);
    }
    setReady(true);
  }, []);
  useEffect(() => {
    if (!ready) return;
    if (pristine) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify(toDraft(form)));
  }, [form, pristine, ready]);
  return {
    restored,
    drop() {
      sessionStorage.removeItem(KEY);
      setRestored(false);
    },
  };
}
