'use client';
import { useMutation } from '@tanstack/react-query';
import { Check } from 'lucide';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { toFailure } from '../../_lib/errors.ts';
import { isLocale, LOCALES } from '../../_lib/i18n/locale.ts';
import { useZone } from '../../_lib/preferences.ts';
import { closeSockets } from '../../_lib/socket.ts';
import { type Preferences, useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { CopyField } from '../../_ui/copy-field.tsx';
import { PasswordField, SelectField, TextField } from '../../_ui/field.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { ZoneField } from '../account/zone-field.tsx';
import { storeLocale } from '../shell/preference-menus.tsx';
import { measurePassword, passwordHint } from './password-strength.ts';

const STEPS = ['stepCode', 'stepOwner', 'stepLanguage'] as const;
/** The bars have the colour of what the hint says. */
const BAR_COLORS = { weak: 'bg-danger', fair: 'bg-warning', strong: 'bg-success' } as const;
const COMMAND = './davit admin setup-code';

/** Code, owner, language: three short steps, sent together at the end. */
export function SetupForm() {
  const t = useTranslations('auth');
  const tl = useTranslations('language');
  const te = useTranslations('error');
  const locale = useLocale();
  // Who chooses none has that of each browser.
  const [chosen, setChosen] = useState<Preferences['locale']>();
  const router = useRouter();
  const trpc = useTRPC();
  const [step, setStep] = useState(0);
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const zone = useZone();
  const strength = measurePassword(password);
  const setup = useMutation(
    trpc.session.setup.mutationOptions({
      onSuccess: () => {
        closeSockets();
        window.location.assign('/');
      },
      onError: (error) => setStep(toFailure(error).code === 'invalid_argument' ? 1 : 0),
    }),
  );

  function submit(event: FormEvent) {
    event.preventDefault();
    setProblem(undefined);
    if (step === 1 && strength.word === 'weak') return setProblem(te('password_length'));
    if (step < 2) return setStep(step + 1);
    const preferences = {
      ...(chosen === undefined ? {} : { locale: chosen }),
      ...(zone === undefined ? {} : { zone }),
    };
    setup.mutate({ code: code.trim(), name: name.trim(), password, preferences });
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <ol aria-label={t('steps')} className="flex gap-1.5">
        {STEPS.map((key, index) => (
          <li
            key={key}
            aria-current={index === step ? 'step' : undefined}
            className={cx(
              'flex-1 border-t-2 pt-2 text-caption',
              index <= step ? 'border-accent' : 'border-line text-faint',
              index === step && 'font-medium text-fg',
              index < step && 'text-muted',
            )}
          >
            {index < step ? <Icon icon={Check} size={14} className="mr-1 inline" /> : <span>{index + 1} </span>}
            {t(key)}
          </li>
        ))}
      </ol>
      <div>
        <h1 className="font-semibold text-title">
          {t(step === 0 ? 'codeTitle' : step === 1 ? 'ownerTitle' : 'languageTitle')}
        </h1>
        <p className="mt-1 text-muted text-table">
          {t(step === 0 ? 'codeText' : step === 1 ? 'ownerText' : 'languageText')}
        </p>
      </div>
      {setup.isError && <ErrorNote error={setup.error} title={te('wrong_code_title')} />}
      {step === 0 && (
        <TextField
          label={t('code')}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          mono
          autoFocus
          required
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
        />
      )}
      {step === 1 && (
        <>
          <TextField
            label={t('name')}
            value={name}
            onChange={(event) => setName(event.target.value)}
            hint={t('nameHint')}
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            required
            minLength={2}
            maxLength={32}
            pattern="[a-z0-9][a-z0-9._\-]*"
          />
          <div className="flex flex-col gap-1.5">
            <PasswordField
              label={t('password')}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              autoComplete="new-password"
              required
              maxLength={256}
              hint={t(passwordHint(password))}
              error={problem}
            />
            <div className="grid grid-cols-4 gap-1" aria-hidden="true">
              {[1, 2, 3, 4].map((bar) => (
                <i
                  key={bar}
                  className={cx(
                    'h-1 rounded-[2px]',
                    bar <= strength.bars ? BAR_COLORS[strength.word] : 'bg-neutral-soft',
                  )}
                />
              ))}
            </div>
          </div>
        </>
      )}
      {step === 2 && (
        <>
          <SelectField
            label={t('language')}
            value={locale}
            options={LOCALES.map((value) => ({ value, label: tl(value) }))}
            onChange={(event) => {
              if (!isLocale(event.target.value)) return;
              setChosen(event.target.value);
              storeLocale(event.target.value);
              router.refresh();
            }}
          />
          <ZoneField />
        </>
      )}
      <Button
        // Another one, so that it takes the focus: at the last step nothing has to be changed, and Enter is enough.
        key={step === 2 ? 'finish' : 'continue'}
        autoFocus={step === 2}
        type="submit"
        variant="primary"
        size="large"
        loading={setup.isPending || setup.isSuccess}
      >
        {t(step === 2 ? 'finish' : 'continue')}
      </Button>
      {step > 0 && (
        <Button variant="ghost" onClick={() => setStep(step - 1)}>
          {t('back')}
        </Button>
      )}
      {step < 2 && (
        <div className="border-hairline border-t pt-4">
          <p className="mb-1.5 text-caption text-muted">{t(step === 0 ? 'codeFrom' : 'codeWasFrom')}</p>
          <CopyField text={COMMAND} />
        </div>
      )}
    </form>
  );
}
