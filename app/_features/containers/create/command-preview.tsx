import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { CopyButton } from '../../../_ui/copy-field.tsx';
import { Segmented } from '../../../_ui/segmented.tsx';
import { useDocker } from '../../shell/use-me.ts';
import type { CreateForm } from './create-form.ts';
import { dockerRun } from './docker-run.ts';
import { formRules } from './form-rules.ts';
import { looksSecret } from './view-model.ts';

const FORMS = ['run', 'json'] as const;
type Form = (typeof FORMS)[number];

/** The same container from the command line, or by Docker's API, as the form stands. */
export function CommandPreview({ form, complete }: { form: CreateForm; complete: boolean }) {
  const t = useTranslations('create');
  const [as, setAs] = useState<Form>('run');
  const rules = formRules.use();
  const docker = useDocker();
  const request = as === 'json' && complete ? rules?.dockerJson(rules.toInput(form)) : undefined;
  const text = as === 'run' ? dockerRun(form, docker) : request && JSON.stringify(request.body, undefined, 2);
  const hidesSecret = text !== undefined && form.env.some(({ name }) => looksSecret(name));
  return (
    <section
      aria-label={t('equivalent')}
      className="sticky top-[calc(var(--topbar-h)+16px)] min-w-0 overflow-hidden rounded-card border border-line bg-surface max-xl:static"
    >
      <h2 className="sr-only">{t('equivalent')}</h2>
      <div className="flex items-center justify-between border-hairline border-b px-2 py-1.5">
        <Segmented
          label={t('equivalentForm')}
          options={FORMS.map((name) => ({ name, label: t(name === 'run' ? 'preview' : 'jsonForm') }))}
          chosen={as}
          onChoose={setAs}
        />
        {text !== undefined && <CopyButton text={text} label={t(as === 'run' ? 'copyCommand' : 'copyJson')} />}
      </div>
      {text === undefined ? (
        <p className="px-4 py-3 text-muted text-table max-md:px-3">{t('jsonLater')}</p>
      ) : (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
          tabIndex={0}
          className="max-h-[60vh] overflow-auto bg-sunken px-4 py-3 text-mono max-md:px-3"
        >
          {request !== undefined && <span className="block pb-2 text-muted">POST {request.path}</span>}
          <code>{text}</code>
        </pre>
      )}
      {hidesSecret && (
        <p className="border-hairline border-t px-4 py-2.5 text-caption text-muted max-md:px-3">
          {t(as === 'run' ? 'secretsOut' : 'secretsOutJson')}
        </p>
      )}
    </section>
  );
}
