'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Box,
  Braces,
  Database,
  Gauge,
  HeartPulse,
  type IconNode,
  Network,
  Play,
  Plug,
  Shield,
  SquareTerminal,
  Tags,
} from 'lucide';
import { useRouter, useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { toFailure } from '../../../_lib/errors.ts';
import { lazyPart } from '../../../_lib/lazy-part.tsx';
import { useTRPC } from '../../../_lib/trpc.ts';
import { Button } from '../../../_ui/button.tsx';
import { Page } from '../../../_ui/page.tsx';
import { ErrorNote, Note } from '../../../_ui/states.tsx';
import { useCan, useMe } from '../../shell/use-me.ts';
import { CommandPreview } from './command-preview.tsx';
import { type CreateForm, OPEN_AT_FIRST, SECTIONS, type Section } from './create-form.ts';
import { EnvSection } from './env-section.tsx';
import { FieldList } from './field-list.tsx';
import { FormProvider, useProblemText } from './form-context.ts';
import { formRules } from './form-rules.ts';
import { ImageSection } from './image-section.tsx';
import { NetworkSection, RestartSection } from './network-section.tsx';
import { OptionSearch } from './option-search.tsx';
import { PortsSection } from './ports-section.tsx';
import { runOptions } from './run-options.ts';
import type { Option } from './search-options.ts';
import { FormSection } from './section.tsx';
import { StorageSection } from './storage-section.tsx';
import type { CreateInput } from './to-input.ts';
import { useDraft } from './use-draft.ts';
import { usePolicy } from './use-policy.ts';
import { emptyForm, sectionOf, subjectOf, suggestionsOf } from './view-model.ts';

const NoAccess = lazyPart(() => import('../../shell/no-access.tsx').then((module) => module.NoAccess));

const ICONS: Record<Section, IconNode> = {
  image: Box,
  ports: Plug,
  env: Braces,
  storage: Database,
  command: SquareTerminal,
  network: Network,
  resources: Gauge,
  restart: HeartPulse,
  security: Shield,
  labels: Tags,
};

const ROW_FLAGS: Partial<Record<Section, string>> = { ports: '-p', env: '-e', storage: '-v, --tmpfs' };

/** The container that the form is filled in like. */
interface Source {
  name: string;
  form: CreateForm;
  /** It has addresses, which stay with it. */
  cleared: boolean;
  /** The values of its variables are not for whoever looks. */
  masked: boolean;
}

/** A problem the server found, true until the value it is about changes. */
interface Answer {
  key: string;
  value: unknown;
  text: string;
}

/** Makes a container, and starts it unless told otherwise. A failure keeps every field and lands at the one it is about. */
export function CreatePage({ source }: { source?: Source }) {
  const t = useTranslations('create');
  const asked = useSearchParams().get('image') ?? '';
  const start = () => source?.form ?? emptyForm(asked);
  const [form, setForm] = useState(start);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(0);
  const [open, setOpen] = useState<ReadonlySet<Section>>(new Set(OPEN_AT_FIRST));
  const text = useProblemText();
  const te = useTranslations('error');
  const nav = useTranslations('nav');
  const can = useCan();
  const refused = useMe() !== undefined && !can('container:create');
  const [touched, setTouched] = useState(false);
  const draft = useDraft(form, { name: source?.name ?? '', pristine: !touched }, (stored) => {
    setForm(asked === '' ? stored : { ...stored, image: asked });
    setTouched(true);
  });
  const rules = formRules.use();
  const problems = rules?.checkForm(form) ?? {};
  const refusals = usePolicy(form);
  const run = useRun(form, draft.drop, (keys) => {
    setOpen((old) => new Set([...old, ...keys.map(sectionOf)]));
    setTried((count) => count + 1);
  });
  const [pressed, setPressed] = useState(false);
  const busy = run.busy || pressed;
  const formRef = useRef<HTMLFormElement>(null);
  useFocusOnProblem(formRef, tried);
  const [aimed, setAimed] = useState<Pick<Option, 'key' | 'section'>>();
  useFocusOnOption(formRef, aimed);
  const { image, containers } = useFacts(form);
  const suggestions = suggestionsOf(image?.config.config, form);

  async function awaitRules() {
    setPressed(true);
    const late = await formRules.take();
    setPressed(false);
    return late;
  }
  async function submit(start: boolean) {
    const known = rules ?? (await awaitRules());
    if (known === undefined) return;
    const keys = Object.keys(known.checkForm(form));
    if (keys.length === 0) return run.send(known.toInput(form), start);
    setOpen((old) => new Set([...old, ...keys.map(sectionOf)]));
    setTried((count) => count + 1);
  }
  function toggle(section: Section) {
    setOpen((old) => {
      const next = new Set(old);
      if (!next.delete(section)) next.add(section);
      return next;
    });
  }
  function showOption({ key, section }: Option) {
    setOpen((old) => new Set([...old, section]));
    setAimed({ key, section });
  }
  const state = {
    form,
    change(part: Partial<CreateForm>) {
      setTouched(true);
      setForm((old) => ({ ...old, ...part }));
    },
    problemOf(key: string) {
      const answer = run.answers.find((one) => one.key === key && one.value === subjectOf(form, key));
      if (answer !== undefined) return answer.text;
      const refusal = refusals.find((one) => one.key === key)?.failure;
      if (refusal !== undefined) return text(refusal.reason ?? 'denied', withHolder(refusal.details, []));
      const problem = tried > 0 || left.has(key) ? problems[key] : undefined;
      return problem === undefined ? undefined : text(problem);
    },
    leave: (key: string) => setLeft((old) => (old.has(key) ? old : new Set([...old, key]))),
    copied: source !== undefined,
  };
  const contents: Record<Section, React.ReactNode> = {
    image: <ImageSection />,
    ports: <PortsSection suggestions={suggestions.ports} />,
    env: <EnvSection />,
    storage: <StorageSection suggestions={suggestions.volumes} />,
    command: <FieldList section="command" />,
    network: <NetworkSection containers={containers} />,
    resources: <FieldList section="resources" />,
    restart: <RestartSection />,
    security: <FieldList section="security" />,
    labels: <FieldList section="labels" />,
  };
  const options = runOptions(form);
  const summaryOf = (section: Section) =>
    section === 'command' && form.command.trim() !== ''
      ? [...optionTexts(options, section), form.command.trim()].join(' ')
      : optionTexts(options, section).join(' ');
  const title = source === undefined ? t('title') : t('duplicateTitle', { name: source.name });
  // What somebody typed stays, though the right to it has gone meanwhile.
  if (refused && !touched)
    return (
      <Page title={title}>
        <NoAccess permission="container:create" back={{ href: '/containers', name: nav('containers') }} />
      </Page>
    );
  const buttons = (
    <>
      <Button disabled={busy || refused} onClick={() => void submit(false)}>
        {t('create')}
      </Button>
      <Button
        type="submit"
        writes
        form="create"
        variant="primary"
        icon={Play}
        loading={busy}
        disabled={refused}
        aria-keyshortcuts="Control+Enter"
      >
        {t('submit')}
        <span
          aria-hidden="true"
          className="ml-1 rounded-chip border border-current/40 px-1 text-caption leading-4 max-md:hidden"
        >
          {t('submitKeys')}
        </span>
      </Button>
    </>
  );
  return (
    <Page title={title} actions={<div className="flex gap-2 max-md:hidden">{buttons}</div>}>
      <FormProvider value={state}>
        <form
          id="create"
          ref={formRef}
          noValidate
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            if (!busy && !refused) void submit(true);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            if (!busy && !refused) void submit(true);
          }}
          className="grid grid-cols-[minmax(0,1fr)_minmax(0,380px)] items-start gap-4 max-xl:grid-cols-1"
        >
          <div className="flex min-w-0 flex-col gap-3">
            {refused && <Note tone="warning">{te('permission_missing', { permission: 'container:create' })}</Note>}
            {run.error !== undefined && <ErrorNote error={run.error} title={t('failed')} />}
            {draft.restored && (
              <Note tone="info">
                {t('restored')}{' '}
                <button
                  type="button"
                  className="text-accent underline"
                  onClick={() => {
                    draft.drop();
                    setForm(start());
                    setTouched(false);
                    setLeft(new Set());
                    setTried(0);
                  }}
                >
                  {t('startOver')}
                </button>
              </Note>
            )}
            {source !== undefined && (
              <Note tone="info">
                {t(source.cleared ? 'duplicateCleared' : 'duplicateText', { name: source.name })}
                {source.masked && ` ${t('duplicateMasked')}`}
              </Note>
            )}
            <OptionSearch onChoose={showOption} />
            {SECTIONS.map((section) => (
              <FormSection
                key={section}
                id={section}
                icon={ICONS[section]}
                title={t(`sections.${section}`)}
                flag={ROW_FLAGS[section]}
                summary={summaryOf(section)}
                open={open.has(section)}
                onToggle={() => toggle(section)}
              >
                {contents[section]}
              </FormSection>
            ))}
          </div>
          <CommandPreview form={form} complete={rules !== undefined && Object.keys(problems).length === 0} />
          <div className="flex flex-col-reverse gap-2 md:hidden">{buttons}</div>
        </form>
      </FormProvider>
    </Page>
  );
}

function optionTexts(options: ReturnType<typeof runOptions>, section: Section): string[] {
  return options
    .filter((option) => option.section === section)
    .map(({ flag, value }) => (value === undefined ? flag : `${flag} ${value}`));
}

/** The image chosen, when it is here, and the containers there are. */
function useFacts(form: CreateForm) {
  const trpc = useTRPC();
  const name = form.image.trim();
  const { data: images = [] } = useQuery(trpc.images.list.queryOptions({}));
  const found = images.find(({ id, references }) => id === name || references.includes(name));
  const image = useQuery(trpc.images.get.queryOptions({ imageId: found?.id ?? '' }, { enabled: found !== undefined }));
  const { data: containers = [] } = useQuery(trpc.containers.list.queryOptions({}));
  return { image: found === undefined ? undefined : image.data, containers };
}

/** Sends the request; what the server refuses is sorted to the fields. */
function useRun(form: CreateForm, onMade: () => void, onProblems: (keys: readonly string[]) => void) {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const text = useProblemText();
  const [answers, setAnswers] = useState<readonly Answer[]>([]);
  const { data: containers = [] } = useQuery(trpc.containers.list.queryOptions({}));
  const create = useMutation(trpc.containers.create.mutationOptions());
  const createAndStart = useMutation(trpc.containers.run.mutationOptions());
  const send = useMutation({
    mutationFn: ({ input, start }: { input: CreateInput; start: boolean }) =>
      start ? createAndStart.mutateAsync(input) : create.mutateAsync(input),
    onSuccess: (made) => {
      onMade();
      router.push(`/containers/${encodeURIComponent(made.name)}`);
    },
    onError: async (error) => {
      const rules = await formRules.take();
      const found = rules?.findProblems(form, toFailure(error)) ?? [];
      setAnswers(
        found.map(({ key, failure }) => {
          const params = withHolder(failure.details, containers);
          return { key, value: subjectOf(form, key), text: text(failure.reason ?? 'invalid_argument', params) };
        }),
      );
      if (found.length > 0) onProblems(found.map(({ key }) => key));
    },
    onSettled: () => queries.invalidateQueries(trpc.containers.pathFilter()),
  });
  return {
    answers,
    busy: send.isPending || send.isSuccess,
    error: send.isError ? send.error : undefined,
    send(input: CreateInput, start: boolean) {
      setAnswers([]);
      send.mutate({ input, start });
    },
  };
}

/** The values of a sentence; whoever holds a port is named. */
function withHolder(details: Readonly<Record<string, unknown>>, containers: readonly { id: string; name: string }[]) {
  const params: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(details)) {
    if (typeof value === 'string' || typeof value === 'number') params[key] = value;
  }
  const { holder } = details;
  if (typeof holder !== 'object' || holder === null) return params;
  const { kind, containerId } = holder as { kind?: unknown; containerId?: unknown };
  if (kind === 'host') params['kind'] = kind;
  const name = containers.find(({ id }) => id === containerId)?.name;
  if (name !== undefined) params['holder'] = name;
  return params;
}

/** An option that was looked for has the focus; one of rows stands for the button that adds the first. */
function useFocusOnOption(
  form: React.RefObject<HTMLFormElement | null>,
  aimed: Pick<Option, 'key' | 'section'> | undefined,
): void {
  useEffect(() => {
    if (aimed === undefined) return;
    const field =
      form.current?.querySelector<HTMLElement>(`[name="${aimed.key}"]`) ??
      form.current?.querySelector<HTMLElement>(`#section-${aimed.section} button`);
    field?.focus({ preventScroll: true });
    field?.scrollIntoView({ block: 'center' });
  }, [form, aimed]);
}

/** After a failed attempt the first field with a problem has the focus. */
function useFocusOnProblem(form: React.RefObject<HTMLFormElement | null>, tried: number): void {
  useEffect(() => {
    if (tried === 0) return;
    const field = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    field?.focus();
    field?.scrollIntoView({ block: 'center' });
  }, [form, tried]);
}
