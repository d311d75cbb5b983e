import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide';
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { formatBytes } from '../../../_lib/format.ts';
import { useTRPC } from '../../../_lib/trpc.ts';
import { PHONE, useMedia } from '../../../_lib/use-media.ts';
import { SelectField, TextField } from '../../../_ui/field.tsx';
import { Icon } from '../../../_ui/icon.tsx';
import { platformOf } from '../../images/platform-of.ts';
import { useCreateForm, useHostCheck, useLeftValue, useProblemText } from './form-context.ts';

export function ImageSection() {
  return (
    <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
      <ImageField />
      <NameField />
      <PlatformField />
    </div>
  );
}

function ImageField() {
  const t = useTranslations('create');
  const { form, change, problemOf, leave } = useCreateForm();
  const text = useProblemText();
  const listId = useId();
  const phone = useMedia(PHONE);
  const value = form.image.trim();
  const { data: images = [] } = useQuery(useTRPC().images.list.queryOptions({}));
  const { left, onBlur } = useLeftValue(value);
  const { problem } = useHostCheck(left === undefined ? undefined : { image: left });
  const found = images.find(({ id, references }) => references.includes(value) || id === value);
  return (
    <>
      <TextField
        name="image"
        label={t('image')}
        value={form.image}
        onChange={(event) => change({ image: event.target.value })}
        onBlur={() => {
          onBlur();
          leave('image');
        }}
        mono
        required
        // With a name in the address there is nothing to type; on phones the keyboard would cover the form.
        autoFocus={value === '' && !phone}
        list={listId}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        maxLength={255}
        hint={found === undefined ? t('imageHint') : formatBytes(found.sizeBytes)}
        error={problemOf('image') ?? (problem && text(problem.reason, problem.params))}
        trailing={found !== undefined && <Good>{t('onThisHost')}</Good>}
      />
      <datalist id={listId}>
        {images.flatMap(({ references }) =>
          references.map((reference) => <option key={reference} value={reference} />),
        )}
      </datalist>
    </>
  );
}

/** There when the name leads to several platforms, or one was chosen; also when somebody looks for the option. */
function PlatformField() {
  const t = useTranslations('create');
  const { form, change } = useCreateForm();
  const value = form.image.trim();
  const { data: images = [] } = useQuery(useTRPC().images.list.queryOptions({}));
  const offered = images
    .filter(({ id, references }) => references.includes(value) || id === value)
    .map((image) => platformOf(image));
  const all = [...new Set([...offered, ...(form.platform === '' ? [] : [form.platform])])].sort();
  return (
    <SelectField
      name="platform"
      label={t('fields.platform')}
      flag="--platform"
      hint={t('hints.platform', { count: all.length })}
      value={form.platform}
      disabled={all.length < 2 && form.platform === ''}
      onChange={(event) => change({ platform: event.target.value })}
      options={[{ value: '', label: t('platformOfHost') }, ...all.map((name) => ({ value: name, label: name }))]}
    />
  );
}

function NameField() {
  const t = useTranslations('create');
  const { form, change, problemOf, leave } = useCreateForm();
  const text = useProblemText();
  const value = form.name.trim();
  const { left, onBlur } = useLeftValue(value);
  const own = problemOf('name');
  const { checked, problem } = useHostCheck(left === undefined || own !== undefined ? undefined : { name: left });
  return (
    <TextField
      name="name"
      label={t('name')}
      flag="--name"
      value={form.name}
      onChange={(event) => change({ name: event.target.value })}
      onBlur={() => {
        onBlur();
        leave('name');
      }}
      mono
      autoCapitalize="none"
      autoComplete="off"
      spellCheck={false}
      maxLength={128}
      hint={t('nameHint')}
      error={own ?? (problem && text(problem.reason, problem.params))}
      trailing={checked && problem === undefined && <Good>{t('free')}</Good>}
    />
  );
}

function Good({ children }: { children: string }) {
  return (
    <span role="status" className="flex flex-none items-center gap-1 text-caption text-success">
      <Icon icon={CircleCheck} size={14} />
      {children}
    </span>
  );
}
