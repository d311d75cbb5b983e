import { useQuery } from '@tanstack/react-query';
import { SlidersHorizontal, X } from 'lucide';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { useTRPC } from '../../../_lib/trpc.ts';
import { CheckField, SelectField, TextField } from '../../../_ui/field.tsx';
import { IconButton } from '../../../_ui/icon-button.tsx';
import type { MountRow } from './create-form.ts';
import { FieldList } from './field-list.tsx';
import { useCreateForm, useHostCheck, useLeftValue, useProblemText } from './form-context.ts';
import { FormRows } from './form-rows.tsx';
import { RowProblem } from './row-problem.tsx';
import { newMount } from './view-model.ts';

const TYPES: readonly MountRow['type'][] = ['volume', 'bind', 'tmpfs'];

export function StorageSection({ suggestions }: { suggestions: readonly string[] }) {
  const t = useTranslations('create');
  const { form, change } = useCreateForm();
  const listId = useId();
  const { data: volumes = [] } = useQuery(useTRPC().volumes.list.queryOptions({}));
  const add = (given: Partial<MountRow> = {}) => change({ mounts: [...form.mounts, newMount(form.mounts, given)] });
  return (
    <>
      <FormRows
        rows={form.mounts}
        add={{ label: t('addMount'), onAdd: () => add() }}
        suggestions={suggestions.map((target) => ({
          key: target,
          label: t('addVolumeAt', { target }),
          onAdd: () => add({ target }),
        }))}
      >
        {(row) => <MountFields row={row} listId={listId} />}
      </FormRows>
      <datalist id={listId}>
        {volumes.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <FieldList section="storage" />
    </>
  );
}

function MountFields({ row, listId }: { row: MountRow; listId: string }) {
  const t = useTranslations('create');
  const { form, change, problemOf, leave } = useCreateForm();
  const text = useProblemText();
  const key = `mounts.${row.key}`;
  const set = (part: Partial<MountRow>) =>
    change({ mounts: form.mounts.map((other) => (other.key === row.key ? { ...other, ...part } : other)) });
  const own = problemOf(key);
  const [more, setMore] = useState(false);
  const source = row.source.trim();
  const { left, onBlur } = useLeftValue(source);
  const asks = row.type === 'bind' && left !== undefined && source.startsWith('/');
  const { problem } = useHostCheck(asks ? { bindSource: source } : undefined);
  // A missing folder is made, as `docker run -v` does: worth knowing, no reason to refuse.
  const missing = problem?.reason === 'bind_source_missing';
  const shown = own ?? (problem !== undefined && !missing ? text(problem.reason, problem.params) : undefined);
  function onLeave() {
    onBlur();
    if (row.target !== '') leave(key);
  }
  return (
    <li>
      <fieldset
        aria-label={t('mountRow', { target: row.target })}
        className="grid grid-cols-[112px_minmax(0,1fr)_minmax(0,1fr)_auto_56px] items-end gap-2 max-md:grid-cols-[minmax(0,1fr)_88px]"
      >
        <SelectField
          label={t('mountType')}
          value={row.type}
          onChange={(event) => set({ type: TYPES.find((type) => type === event.target.value) ?? 'volume' })}
          options={TYPES.map((value) => ({ value, label: t(`mountTypes.${value}`) }))}
        />
        <div className="max-md:col-span-2 max-md:row-start-2">
          {row.type === 'tmpfs' ? (
            <TextField
              label={t('tmpfsSize')}
              mono
              placeholder="64m"
              value={row.size}
              onChange={(event) => set({ size: event.target.value })}
              onBlur={onLeave}
            />
          ) : (
            <TextField
              label={t(row.type === 'bind' ? 'hostPath' : 'volumeName')}
              mono
              placeholder={row.type === 'bind' ? '/srv/data' : t('anonymous')}
              list={row.type === 'volume' ? listId : undefined}
              value={row.source}
              onChange={(event) => set({ source: event.target.value })}
              onBlur={onLeave}
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </div>
        <div className="max-md:col-span-2 max-md:row-start-3">
          <TextField
            label={t('target')}
            mono
            placeholder="/data"
            value={row.target}
            onChange={(event) => set({ target: event.target.value })}
            onBlur={onLeave}
            aria-invalid={shown !== undefined || undefined}
            aria-describedby={shown === undefined ? undefined : `${key}-problem`}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
          />
        </div>
        <CheckField
          label={t('readOnly')}
          checked={row.readOnly}
          onChange={(event) => set({ readOnly: event.target.checked })}
        />
        <span className="flex h-8 items-center max-md:col-start-2 max-md:row-start-1 max-md:h-11">
          <IconButton
            icon={SlidersHorizontal}
            label={t('mountOptions')}
            aria-expanded={more || row.options !== ''}
            onClick={() => setMore(!more)}
          />
          <IconButton
            icon={X}
            label={t('removeMount', { target: row.target })}
            onClick={() => change({ mounts: form.mounts.filter((other) => other.key !== row.key) })}
          />
        </span>
      </fieldset>
      {(more || row.options !== '') && (
        <div className="mt-2">
          <TextField
            label={t('mountOptions')}
            flag="--mount"
            mono
            hint={t(`mountOptionHints.${row.type}`)}
            value={row.options}
            onChange={(event) => set({ options: event.target.value })}
            onBlur={onLeave}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
          />
        </div>
      )}
      <RowProblem id={`${key}-problem`} text={shown} />
      {shown === undefined && missing && (
        <p role="status" className="mt-1.5 text-caption text-warning">
          {t('folderMissing', { source })}
        </p>
      )}
    </li>
  );
}
