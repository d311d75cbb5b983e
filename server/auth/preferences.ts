import type { Db } from '../db/index.ts';
import { type Preferences, preferences } from './preferences.schema.ts';

/** As the row holds them. What another version wrote and this one does not understand counts as never chosen. */
export function readPreferences(json: string): Preferences {
  return preferences.safeParse(JSON.parse(json)).data ?? {};
}

/** What the change names is replaced, the rest stays. In one transaction: two browsers may choose at once. */
export async function changePreferences(db: Db, userId: string, change: Preferences): Promise<Preferences> {
  return db.$transaction(async (tx) => {
    const where = { id: userId };
    const { preferencesJson } = await tx.user.findUniqueOrThrow({ where, select: { preferencesJson: true } });
    const next = { ...readPreferences(preferencesJson), ...change };
    await tx.user.update({ where, data: { preferencesJson: JSON.stringify(next) } });
    return next;
  });
}
