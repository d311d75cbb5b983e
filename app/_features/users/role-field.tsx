import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { ROLE_NAMES } from '#server/trpc/users/role-names.schema.ts';
import { cx } from '../../_lib/cx.ts';
import type { UserSummary } from '../../_lib/trpc.ts';
import { useCan } from '../shell/use-me.ts';

type RoleName = UserSummary['role'];

/** Each role with what it may do, in words. Only owners make owners. */
export function RoleField({ value, onChange }: { value: RoleName; onChange: (role: RoleName) => void }) {
  const t = useTranslations('users');
  const can = useCan();
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">{t('role')}</legend>
      <div className="flex flex-col gap-1">
        {ROLE_NAMES.map((role) => {
          const beyond = role === 'owner' && !can('owner:change');
          return (
            <label
              key={role}
              className={cx(
                'flex items-start gap-2.5 rounded-control border px-2.5 py-1.5',
                role === value ? 'border-accent bg-selected' : 'border-line',
                beyond ? 'text-faint' : 'hover:bg-hover',
              )}
            >
              <input
                type="radio"
                name={name}
                value={role}
                checked={role === value}
                disabled={beyond}
                // The chosen one is where the keyboard enters the group, also for a dialog that opens.
                tabIndex={role === value ? 0 : -1}
                onChange={() => onChange(role)}
                className="mt-0.5 size-4 flex-none accent-accent"
              />
              <span className="min-w-0">
                <span className="font-medium">{t(`roles.${role}`)}</span>
                <span className={cx('block text-caption', beyond ? 'text-faint' : 'text-muted')}>
                  {t(`roleHints.${role}`)}
                </span>
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
