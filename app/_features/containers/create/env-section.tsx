import { ClipboardPaste, X } from 'lucide';
import { useTranslations } from 'next-intl';
import { type ClipboardEvent, useState } from 'react';
import { Button } from '../../../_ui/button.tsx';
import { CopyButton } from '../../../_ui/copy-field.tsx';
import { PasswordField, TextArea, TextField } from '../../../_ui/field.tsx';
import { IconButton } from '../../../_ui/icon-button.tsx';
import type { EnvRow } from './create-form.ts';
import { useCreateForm } from './form-context.ts';
import { FormRows } from './form-rows.tsx';
import { formatEnvText, parseEnvText } from './parse-env-text.ts';
import { RowProblem } from './row-problem.tsx';
import { looksSecret, mergeEnv, newEnv } from './view-model.ts';

export function EnvSection() {
  const t = useTranslations('create');
  const { form, change } = useCreateForm();
  const [pasting, setPasting] = useState(false);
  const named = form.env.filter(({ name }) => name.trim() !== '');
  return (
    <>
      <FormRows
        rows={form.env}
        add={{ label: t('addVariable'), onAdd: () => change({ env: [...form.env, newEnv(form.env)] }) }}
        aside={
          <span className="flex items-center gap-1">
            <Button size="compact" variant="ghost" icon={ClipboardPaste} onClick={() => setPasting(true)}>
              {t('pasteEnv')}
            </Button>
            {named.length > 0 && <CopyButton label={t('copyEnv')} text={formatEnvText(named)} />}
          </span>
        }
      >
        {(row) => <EnvFields row={row} />}
      </FormRows>
      {pasting && <PasteEnv onClose={() => setPasting(false)} />}
    </>
  );
}

function EnvFields({ row }: { row: EnvRow }) {
  const t = useTranslations('create');
  const { form, change, problemOf, leave } = useCreateForm();
  const key = `env.${row.key}`;
  const problem = problemOf(key);
  const set = (part: Partial<EnvRow>) =>
    change({ env: form.env.map((other) => (other.key === row.key ? { ...other, ...part } : other)) });
  /** A pasted assignment, or a whole file of them, becomes rows. */
  function onPaste(event: ClipboardEvent) {
    const text = event.clipboardData.getData('text');
    const { variables } = parseEnvText(text);
    if (variables.length === 0 || !text.includes('=')) return;
    event.preventDefault();
    change({ env: mergeEnv(form.env, variables) });
  }
  /** What a line cannot hold gets a field of several. */
  function onPasteValue(event: ClipboardEvent<HTMLInputElement>) {
    const text = event.clipboardData.getData('text').replaceAll('\r\n', '\n');
    if (!text.trimEnd().includes('\n')) return;
    event.preventDefault();
    set({ value: text });
  }
  const secret = looksSecret(row.name);
  const Value = secret ? PasswordField : TextField;
  const shared = {
    label: t('variableValue', { name: row.name }),
    hideLabel: true,
    placeholder: t('value'),
    value: row.value,
    onBlur: () => leave(key),
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
  };
  return (
    <li>
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_28px] items-center gap-2 max-md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_44px]">
        <TextField
          label={t('variableName')}
          hideLabel
          mono
          placeholder="NAME"
          value={row.name}
          onChange={(event) => set({ name: event.target.value })}
          onPaste={onPaste}
          onBlur={() => row.name !== '' && leave(key)}
          aria-invalid={problem !== undefined || undefined}
          aria-describedby={problem === undefined ? undefined : `${key}-problem`}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
        />
        {row.value.includes('\n') ? (
          <TextArea
            {...shared}
            className={secret ? '[-webkit-text-security:disc]' : undefined}
            onChange={(event) => set({ value: event.target.value })}
          />
        ) : (
          <Value {...shared} mono onPaste={onPasteValue} onChange={(event) => set({ value: event.target.value })} />
        )}
        <IconButton
          icon={X}
          label={t('removeVariable', { name: row.name })}
          onClick={() => change({ env: form.env.filter((other) => other.key !== row.key) })}
        />
      </div>
      <RowProblem id={`${key}-problem`} text={problem} />
    </li>
  );
}

function PasteEnv({ onClose }: { onClose: () => void }) {
  const t = useTranslations('create');
  const ui = useTranslations('ui');
  const { form, change } = useCreateForm();
  const [text, setText] = useState('');
  const { variables, badLines } = parseEnvText(text);
  return (
    <div className="flex flex-col gap-2 rounded-control border border-line bg-canvas p-3">
      <TextArea
        label={t('pasteLabel')}
        hint={t('pasteHint')}
        error={badLines.length > 0 && t('badLines', { lines: badLines.join(', ') })}
        placeholder={'NAME=value'}
        value={text}
        onChange={(event) => setText(event.target.value)}
        autoComplete="off"
        spellCheck={false}
      />
      <div className="flex gap-2">
        <Button
          size="compact"
          disabled={variables.length === 0}
          onClick={() => {
            change({ env: mergeEnv(form.env, variables) });
            onClose();
          }}
        >
          {t('takeVariables', { count: variables.length })}
        </Button>
        <Button size="compact" variant="ghost" onClick={onClose}>
          {ui('cancel')}
        </Button>
      </div>
    </div>
  );
}
