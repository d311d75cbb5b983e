import { useTranslations } from 'next-intl';
import { CopyButton } from '../../../_ui/copy-field.tsx';
import type { CreateForm } from './create-form.ts';
import { dockerRun } from './docker-run.ts';
import { looksSecret } from './view-model.ts';

/** The same container from the command line, as the form stands. */
export function CommandPreview({ form }: { form: CreateForm }) {
  const t = useTranslations('create');
  const text = dockerRun(form);
  const hidesSecret = form.env.some(({ name }) => looksSecret(name));
  return (
    <section
      aria-label={t('preview')}
      className="sticky top-[calc(var(--topbar-h)+16px)] min-w-0 overflow-hidden rounded-card border border-line bg-surface max-xl:static"
    >
      <div className="flex h-11 items-center border-hairline border-b pr-2 pl-4">
        <h2 className="flex-1 font-semibold text-body">{t('preview')}</h2>
        <CopyButton text={text} label={t('copyCommand')} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
        tabIndex={0}
        className="max-h-[60vh] overflow-auto bg-sunken px-4 py-3 text-mono max-md:px-3"
      >
        <code>{text}</code>
      </pre>
      {hidesSecret && (
        <p className="border-hairline border-t px-4 py-2.5 text-caption text-muted max-md:px-3">{t('secretsOut')}</p>
      )}
    </section>
  );
}
