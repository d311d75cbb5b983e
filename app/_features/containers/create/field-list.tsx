import { useTranslations } from 'next-intl';
import { formatBytes } from '../../../_lib/format.ts';
import { CheckField, SelectField, TextArea, TextField } from '../../../_ui/field.tsx';
import { FIELD_KEYS, FIELDS, type FieldKey, fieldSpec, isSwitch, type Section } from './create-form.ts';
import { useCreateForm } from './form-context.ts';
import { useBeyondHost } from './use-beyond-host.ts';

/** The plain fields of a section: texts in two columns, then the switches. */
export function FieldList({ section }: { section: Section }) {
  const keys = FIELD_KEYS.filter((key) => FIELDS[key].section === section);
  const texts = keys.filter((key) => !isSwitch(key));
  const switches = keys.filter(isSwitch);
  return (
    <>
      {texts.length > 0 && (
        <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
          {texts.map((key) => (
            <PlainField key={key} name={key} />
          ))}
        </div>
      )}
      {switches.length > 0 && (
        <div className="grid grid-cols-2 gap-x-4 gap-y-1 max-md:grid-cols-1">
          {switches.map((key) => (
            <PlainField key={key} name={key} />
          ))}
        </div>
      )}
    </>
  );
}

function PlainField({ name }: { name: FieldKey }) {
  const t = useTranslations('create');
  const { form, change, problemOf, leave } = useCreateForm();
  const { kind, flag, choices } = fieldSpec(name);
  const hostBytes = useBeyondHost(name, isSwitch(name) ? '' : form[name]);
  const shared = {
    label: t(`fields.${name}`),
    flag,
    name,
    hint:
      hostBytes !== undefined
        ? t('beyondHost', { size: formatBytes(hostBytes) })
        : t.has(`hints.${name}`)
          ? t(`hints.${name}` as 'hints.command')
          : undefined,
    error: problemOf(name),
    onBlur: () => leave(name),
  };
  if (isSwitch(name)) {
    return (
      <CheckField {...shared} checked={form[name]} onChange={(event) => change({ [name]: event.target.checked })} />
    );
  }
  const text = {
    ...shared,
    value: form[name],
    onChange: (event: { target: { value: string } }) => change({ [name]: event.target.value }),
    autoCapitalize: 'none',
    spellCheck: false,
  };
  if (choices !== undefined) {
    const shown = choices.map((value) => ({ value, label: value === '' ? t('byDefault') : value }));
    return <SelectField {...shared} value={form[name]} onChange={text.onChange} options={shown} />;
  }
  // What has several lines keeps them only in a field of several lines.
  if (kind === 'lines' || kind === 'pairs' || form[name].includes('\n'))
    return <TextArea {...text} className="min-h-14!" rows={2} />;
  return <TextField {...text} mono autoComplete="off" />;
}
