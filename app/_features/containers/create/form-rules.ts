import { lateCode } from '../../../_lib/late-code.ts';

/** What judges a form, makes the request of it and sorts what was refused to its fields: for when a field is left or the form sent. */
export const formRules = lateCode(() => import('./rules.ts'));
