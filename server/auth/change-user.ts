import { EngineError } from '#engine/errors/index.ts';
import type { Role } from '../access/index.ts';
import type { Db } from '../db/index.ts';
import { toUserInfo, type UserInfo, userNameKey } from './users.ts';

export interface UserChange {
  role?: Role | undefined;
  disabled?: boolean | undefined;
}

/**
 * Another role, or the door closed. In one transaction with the count of owners, so that two changes at once cannot leave none.
 *
 * @throws EngineError `not_found`, `conflict` when no owner who can sign in would be left
 */
export async function changeUser(
  db: Db,
  name: string,
  change: UserChange,
): Promise<{ user: UserInfo; ends: 'role_changed' | 'disabled' | undefined }> {
  return db.$transaction(async (tx) => {
    const row = await tx.user.findUnique({ where: { nameKey: userNameKey(name) } });
    if (row === null) throw new EngineError('not_found', `No such user: ${name}`, { reason: 'user_not_found', name });
    const role = change.role ?? row.role;
    const disabled = change.disabled ?? row.disabled;
    const user = toUserInfo(await tx.user.update({ where: { id: row.id }, data: { role, disabled } }));
    const loses = row.role === 'owner' && !row.disabled && (role !== 'owner' || disabled);
    if (loses && (await tx.user.count({ where: { role: 'owner', disabled: false } })) === 0) {
      throw new EngineError('conflict', `${row.name} is the last owner`, { reason: 'last_owner', name: row.name });
    }
    if (disabled && !row.disabled) return { user, ends: 'disabled' };
    return { user, ends: role === row.role ? undefined : 'role_changed' };
  });
}
