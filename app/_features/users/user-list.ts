import type { UserSummary } from '../../_lib/trpc.ts';

export const USER_FILTERS = ['all', 'active', 'invited', 'disabled'] as const;
type UserFilter = (typeof USER_FILTERS)[number];

export type UserState = Exclude<UserFilter, 'all'>;

type Row = Pick<UserSummary, 'name' | 'role' | 'disabled' | 'temporaryPassword'>;

/** Invited: the password that somebody else gave has not been replaced yet. */
export function stateOf({ disabled, temporaryPassword }: Omit<Row, 'name' | 'role'>): UserState {
  return disabled ? 'disabled' : temporaryPassword ? 'invited' : 'active';
}

export function matchesUser(user: Row, filter: UserFilter): boolean {
  return filter === 'all' || stateOf(user) === filter;
}

/** Rows of the list: by part of a name, or `role:viewer`. */
export function filterUsers<T extends Row>(
  users: readonly T[],
  { query, filter }: { query: string; filter: UserFilter },
): T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return users.filter(
    (user) =>
      matchesUser(user, filter) &&
      words.every((word) =>
        isRolePiece(word) ? user.role.startsWith(word.slice('role:'.length)) : user.name.toLowerCase().includes(word),
      ),
  );
}

export function isRolePiece(word: string): boolean {
  return /^role:[a-z]+$/i.test(word);
}

/** Whether another role, a closed door or another password would leave nobody who can do everything. */
export function isLastOwner(user: Row, users: readonly Row[]): boolean {
  const owners = users.filter(({ role, disabled }) => role === 'owner' && !disabled);
  return owners.length === 1 && owners[0]?.name === user.name;
}
