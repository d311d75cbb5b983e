import type { ExternalToast } from 'sonner';
import { createStore } from '../_lib/store.ts';

/** So long one can take back what was just done. */
export const UNDO_MS = 10_000;

interface Notice {
  kind: 'success' | 'error';
  text: string;
  options: ExternalToast | undefined;
}

let notices: Notice[] = [];
let show: ((notice: Notice) => void) | undefined;

/** Whether there is, or soon will be, something to show: what shows it is not loaded before. */
export const toastsWanted = createStore(() => false);

function notify(kind: Notice['kind']) {
  return (text: string, options?: ExternalToast) => {
    const notice = { kind, text, options };
    toastsWanted.set(true);
    if (show === undefined) notices.push(notice);
    else show(notice);
  };
}

/** A note in the corner: success of quick verbs, or the start of an operation. */
export const toast = { success: notify('success'), error: notify('error') };

/** What was said before there was something to show it is shown now. */
export function showToasts(how: (notice: Notice) => void): void {
  show = how;
  const early = notices;
  notices = [];
  for (const notice of early) how(notice);
}
