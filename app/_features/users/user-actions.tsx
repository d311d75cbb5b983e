'use client';
import { Ban, DoorOpen, Ellipsis, KeyRound, LogOut, UserCog } from 'lucide';
import { useTranslations } from 'next-intl';
import type { UserSummary } from '../../_lib/trpc.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Menu, MenuItem, MenuLine } from '../../_ui/menu.tsx';
import { useCan, useMe } from '../shell/use-me.ts';
import { isLastOwner } from './user-list.ts';

export type UserVerb = 'role' | 'password' | 'sessions' | 'disable' | 'enable';

/** What may be done with a user; what is impossible keeps its place, disabled. The server decides again. */
export function UserActions({
  user,
  users,
  onVerb,
}: {
  user: UserSummary;
  users: readonly UserSummary[];
  onVerb: (verb: UserVerb) => void;
}) {
  const t = useTranslations('users');
  const can = useCan();
  const me = useMe();
  const own = user.id === me?.id;
  const beyond = user.role === 'owner' && !can('owner:change');
  const last = isLastOwner(user, users);
  return (
    <span className="flex justify-end">
      <Menu
        label={t('actionsOf', { name: user.name })}
        trigger={<IconButton icon={Ellipsis} label={t('actionsOf', { name: user.name })} />}
      >
        <MenuItem icon={UserCog} disabled={beyond || last} onSelect={() => onVerb('role')}>
          {t('roleDots')}
        </MenuItem>
        <MenuItem icon={KeyRound} disabled={beyond || own} onSelect={() => onVerb('password')}>
          {t('passwordDots')}
        </MenuItem>
        <MenuItem icon={LogOut} disabled={user.sessions === 0} onSelect={() => onVerb('sessions')}>
          {t('sessionsDots')}
        </MenuItem>
        <MenuLine />
        {user.disabled ? (
          <MenuItem icon={DoorOpen} disabled={beyond} onSelect={() => onVerb('enable')}>
            {t('enableDots')}
          </MenuItem>
        ) : (
          <MenuItem icon={Ban} danger disabled={beyond || own || last} onSelect={() => onVerb('disable')}>
            {t('disableDots')}
          </MenuItem>
        )}
      </Menu>
    </span>
  );
}
