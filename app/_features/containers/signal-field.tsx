import { useTranslations } from 'next-intl';
import { SelectField } from '../../_ui/field.tsx';

const SIGNALS = [
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGSTOP',
  'SIGCONT',
] as const;

/** Which signal, and what a program usually makes of it. */
export function SignalField({ value, onChange }: { value: string; onChange: (signal: string) => void }) {
  const t = useTranslations('containers');
  return (
    <SelectField
      label={t('signal')}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      options={SIGNALS.map((name) => ({ value: name, label: name }))}
      hint={t(`signal_${value}`)}
    />
  );
}
