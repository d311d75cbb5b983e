import { CircleAlert, Eye, EyeOff } from 'lucide';
import { useTranslations } from 'next-intl';
import { type ComponentProps, type ReactNode, useId, useState } from 'react';
import { cx } from '../_lib/cx.ts';
import { useServerAway } from '../_lib/server-away.ts';
import { useGivenEarly } from '../_lib/use-given-early.ts';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

const BOX =
  'field-focus flex h-8 min-w-0 items-center gap-1.5 rounded-control border bg-surface px-2 text-table max-md:h-11';
const BAD = 'border-danger shadow-[inset_0_0_0_1px_var(--danger)]';

interface Shared {
  label: string;
  /** The label is only read aloud: the row above already says it. */
  hideLabel?: boolean | undefined;
  /** What the command line calls it, beside the label. */
  flag?: string | undefined;
  hint?: ReactNode;
  error?: ReactNode;
}

interface FieldIds {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** Label above, control, then hint or error; the control gets the ids that tie them together. */
function Field({ label, hideLabel, flag, hint, error, children }: Shared & { children: (ids: FieldIds) => ReactNode }) {
  const id = useId();
  const hasError = Boolean(error);
  const described = hasError || hint ? `${id}-note` : undefined;
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <span className={hideLabel ? 'sr-only' : 'flex items-baseline justify-between gap-2 text-table'}>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {flag !== undefined && <code className="text-caption text-faint">{flag}</code>}
      </span>
      {children({ id, 'aria-describedby': described, 'aria-invalid': hasError || undefined })}
      {hasError ? (
        <span id={described} className="flex gap-1.5 text-caption text-danger">
          <Icon icon={CircleAlert} size={14} className="mt-px" />
          <span className="min-w-0">{error}</span>
        </span>
      ) : (
        Boolean(hint) && (
          <span id={described} className="text-caption text-muted">
            {hint}
          </span>
        )
      )}
    </div>
  );
}

type TextProps = ComponentProps<'input'> & Shared & { mono?: boolean; trailing?: ReactNode };

export function TextField({
  label,
  hideLabel,
  flag,
  hint,
  error,
  mono = false,
  trailing,
  className,
  ref,
  ...input
}: TextProps) {
  const early = useGivenEarly(ref);
  return (
    <Field label={label} hideLabel={hideLabel} flag={flag} hint={hint} error={error}>
      {(ids) => (
        <div className={cx(BOX, error ? BAD : 'border-line-strong', className)}>
          <input
            {...ids}
            {...input}
            ref={early}
            className={cx('h-full min-w-0 flex-1 bg-transparent', mono && 'font-mono text-mono')}
          />
          {trailing}
        </div>
      )}
    </Field>
  );
}

/** Pasting is allowed; the value can be shown. */
export function PasswordField(props: Omit<TextProps, 'type' | 'trailing'>) {
  const t = useTranslations('ui');
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      type={shown ? 'text' : 'password'}
      className="pr-0.5"
      trailing={
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={shown ? t('hidePassword') : t('showPassword')}
          aria-pressed={shown}
          onClick={() => setShown((value) => !value)}
        />
      }
    />
  );
}

type AreaProps = ComponentProps<'textarea'> & Shared;

export function TextArea({ label, hideLabel, flag, hint, error, className, ref, ...area }: AreaProps) {
  const early = useGivenEarly(ref);
  return (
    <Field label={label} hideLabel={hideLabel} flag={flag} hint={hint} error={error}>
      {(ids) => (
        <div className={cx('field-focus rounded-control border bg-surface', error ? BAD : 'border-line-strong')}>
          <textarea
            {...ids}
            {...area}
            ref={early}
            className={cx('block min-h-20 w-full resize-y bg-transparent px-2 py-1.5 font-mono text-mono', className)}
          />
        </div>
      )}
    </Field>
  );
}

/** Carried out at once by the server: disabled, with that reason, while it is away. */
interface Writes {
  writes?: boolean;
}

function useAway(writes: boolean): { disabled: true; title: string } | undefined {
  const t = useTranslations('connection');
  return useServerAway() && writes ? { disabled: true, title: t('away') } : undefined;
}

type CheckProps = Omit<ComponentProps<'input'>, 'type'> & Pick<Shared, 'label' | 'flag' | 'hint' | 'error'> & Writes;

/** A box with its label behind it; the whole line is the target. */
export function CheckField({ label, flag, hint, error, writes = false, ref, ...input }: CheckProps) {
  const away = useAway(writes);
  const id = useId();
  const early = useGivenEarly(ref);
  const note = error || hint;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="flex min-h-7 items-center gap-2 text-table max-md:min-h-11">
        <input
          id={id}
          type="checkbox"
          aria-describedby={note ? `${id}-note` : undefined}
          aria-invalid={Boolean(error) || undefined}
          className="size-4 flex-none accent-accent"
          {...input}
          {...away}
          ref={early}
        />
        <label htmlFor={id} className="flex-1 font-medium">
          {label}
        </label>
        {flag !== undefined && <code className="text-caption text-faint">{flag}</code>}
      </span>
      {note && (
        <span
          id={`${id}-note`}
          className={cx('-mt-1 pl-6 text-caption max-md:-mt-2.5', error ? 'text-danger' : 'text-muted')}
        >
          {note}
        </span>
      )}
    </div>
  );
}

type SelectProps = ComponentProps<'select'> &
  Shared &
  Writes & { options: readonly { value: string; label: string }[] };

export function SelectField({
  label,
  hideLabel,
  flag,
  hint,
  error,
  options,
  writes = false,
  className,
  ref,
  ...select
}: SelectProps) {
  const away = useAway(writes);
  const early = useGivenEarly(ref);
  return (
    <Field label={label} hideLabel={hideLabel} flag={flag} hint={hint} error={error}>
      {(ids) => (
        <div className={cx(BOX, 'pr-1', error ? BAD : 'border-line-strong', className)}>
          <select {...ids} {...select} {...away} ref={early} className="h-full min-w-0 flex-1 bg-transparent">
            {options.map((option) => (
              <option key={option.value} value={option.value} className="bg-raised text-fg">
                {option.label}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  );
}
