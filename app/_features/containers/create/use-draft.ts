import { useEffect, useState } from 'react';
import type { CreateForm } from './create-form.ts';
import { fromDraft, toDraft } from './view-model.ts';

const KEY = 'davit-create-draft';

/**
 * Keeps the form over a reload of this tab, without the values of variables. Says whether the form shown came from
 * there; `drop` forgets it, for good when the container was made.
 *
 * @param about.name of the container it is a copy of: each copy has a draft of its own
 */
export function useDraft(
  form: CreateForm,
  { name, pristine }: { name: string; pristine: boolean },
  restore: (draft: CreateForm) => void,
) {
  const key = name === '' ? KEY : `${KEY} ${name}`;
  const [restored, setRestored] = useState(false);
  const [ready, setReady] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only once; the server renders without a browser's storage
  useEffect(() => {
    const draft = fromDraft(sessionStorage.getItem(key));
    if (draft !== undefined) {
      restore(draft);
      setRestored(true);
    }
    setReady(true);
  }, []);
  useEffect(() => {
    if (!ready) return;
    if (pristine) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(toDraft(form)));
  }, [form, key, pristine, ready]);
  return {
    restored,
    drop() {
      sessionStorage.removeItem(key);
      setRestored(false);
    },
  };
}
