import { useTranslations } from 'next-intl';
import { TextField } from '../../_ui/field.tsx';
import type { volumeNameProblem } from './volume-list.ts';

interface Props {
  label: string;
  hint?: string;
  name: string;
  problem: ReturnType<typeof volumeNameProblem>;
  onName: (name: string) => void;
}

/** The name of a volume that is to be made. */
export function VolumeNameField({ label, hint, name, problem, onName }: Props) {
  const te = useTranslations('error');
  return (
    <TextField
      label={label}
      hint={hint}
      error={problem && te(problem, { name })}
      value={name}
      onChange={(event) => onName(event.target.value.trim())}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      mono
    />
  );
}
